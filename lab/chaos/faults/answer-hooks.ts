import { hookEventSchema } from '../../../lambdas/contract/hooks';
import type { FunctionRuntime } from '../../../simulator/runtime/function-runtime';
import { drawHookSays, GONE_FUNCTION, HOOK_FUNCTION, type HookSays } from '../plan/draw-hooks';
import type { Dice } from '../plan/dice';
import type { ChaosStage } from '../world/stage';
import type { FaultRun } from './fault-run';

const PASS = { verdict: 'pass', reason: 'all smoke tests pass' };
/** Longer than any rollout of a run waits, shorter than Lambda does. */
const HANGS_MS = 90_000;

/**
 * The users' functions: well at first and at the end, in between as drawn, and one of them deleted. A call that is
 * repeated gets the same answer. What is answered begins the faults.
 */
export function answerHooks(stage: ChaosStage, dice: Dice): (run: FaultRun) => void {
  const { world, story } = stage;
  const { lambda } = world.services;
  let active = () => false;
  const runtime: FunctionRuntime = {
    inWorldTime: true,
    invoke: (_, events) =>
      Promise.all(
        events.map(async (given) => {
          const { id, hook, rollout } = hookEventSchema.parse(given);
          const says = active() ? drawHookSays(dice.for(id)) : 'passes';
          story.hooked.push({ at: stage.now, rolloutId: rollout.id, hook, says });
          stage.note(`hook ${hook} of ${rollout.id} ${says}`);
          if (says === 'hangs') await world.clock.sleep(HANGS_MS);
          const rest = { logs: [], durationMs: 10 };
          return says === 'throws'
            ? { ok: false as const, errorType: 'Error', errorMessage: 'the smoke tests crashed', ...rest }
            : { ok: true as const, payload: ANSWERS[says], ...rest };
        }),
      ),
    stop: async () => undefined,
  };
  const create = (functionName: string) =>
    lambda.createFunction({ functionName, logicalId: functionName, timeoutSeconds: 900, runtime });
  create(HOOK_FUNCTION);
  create(GONE_FUNCTION);
  return (run) => {
    active = () => run.active;
    run.at(0, () => lambda.call('DeleteFunction', { FunctionName: GONE_FUNCTION }, { kind: 'user' }));
    run.at(run.plan.untilMs, () => create(GONE_FUNCTION));
  };
}

const ANSWERS: Readonly<Record<Exclude<HookSays, 'throws'>, unknown>> = {
  passes: PASS,
  hangs: PASS,
  fails: { verdict: 'fail', reason: '3 of 40 smoke tests fail' },
  'is inconclusive': { verdict: 'inconclusive', reason: 'too few orders' },
  'says nonsense': { ok: true },
};
