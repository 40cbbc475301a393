import { HOOKS, type HookName } from '../../../lambdas/contract/hooks';
import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';
import type { Dice } from './dice';

/** The users' function that hooks ask, and one that a person deletes while faults last. */
export const HOOK_FUNCTION = 'check-green';
export const GONE_FUNCTION = 'check-of-last-year';

/** Shorter than a hook that hangs, longer than one that works. */
export const TIMEOUT_SECONDS = 60;

/**
 * What a hook does, whatever it is asked about. Only `passes` may lead on; who is asked after `is inconclusive` may.
 */
export type HookSays = 'passes' | 'fails' | 'is inconclusive' | 'throws' | 'hangs' | 'says nonsense';

export const drawHookSays = (dice: Dice): HookSays =>
  dice.weighted<HookSays>([
    ['passes', 6],
    ['fails', 1],
    ['is inconclusive', 1],
    ['throws', 1],
    ['hangs', 1],
    ['says nonsense', 1],
  ]);

/** Settings of an endpoint whose rollouts are asked about; most have none. */
export function drawHooks(dice: Dice, always: boolean): Partial<EndpointSettingsInput> {
  // The template names hooks, so that roles may call them.
  if (!dice.chance(always ? 1 : 0.15)) return { hooks: {} };
  const asked = HOOKS.filter(() => dice.chance(0.6));
  const gone = dice.chance(0.1) ? dice.pick(HOOKS) : undefined;
  const hook = (name: HookName) => ({
    function: name === gone ? GONE_FUNCTION : HOOK_FUNCTION,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  return {
    hooks: Object.fromEntries(asked.map((name) => [name, hook(name)])),
    ...(dice.chance(0.4) && {
      approval: {
        mode: 'before-traffic',
        timeoutMinutes: dice.int(2, 20),
        defaultAnswer: dice.pick(['approve', 'reject']),
      },
    }),
  };
}
