import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import type { Found } from '../../../lab/chaos/promises/found';
import { replays } from '../../../lab/chaos/promises/replays';

/** A green got users after that verdict; its record was deleted, and what the alias brought back knows no replay. */
function foundAfter(
  verdict: NonNullable<RolloutState['replay']>['verdict'],
  mode: 'required' | 'auto',
  steps: readonly object[] = [{ weight: 10, bakeMinutes: 5 }],
): Found {
  const known = {
    ...{
      id: 'alpha-1',
      plan: { action: 'rollout', steps },
      blue: { version: '2', model: {} },
      green: { version: '3' },
    },
    config: { builtIn: true, settings: { replay: { mode, onDisagreement: 'ask' }, approval: {} } },
  };
  const state = { ...known, ...(verdict && { replay: { verdict } }) };
  const endpoint = {
    ...{ plan: { name: 'alpha' }, replays: new Map() },
    aliases: [{ by: 'shift-traffic', rolloutId: 'alpha-1', state }],
    records: [{ id: 'alpha-1', status: 'ended', state: known }],
  };
  return { endpoints: [endpoint], executions: [], story: { approved: new Set(), uploads: [] } } as unknown as Found;
}

const told = (what: string) => [{ promise: 2, what: `alpha: alpha-1 gave users a green ${what}` }];

it.each([
  ['required', 'proven', []],
  ['required', undefined, told('without the proof that is required')],
  ['required', 'unproven', told('without the proof that is required')],
  ['auto', 'unproven', []],
  ['auto', 'worse', told('that its replay had found to be worse')],
  ['auto', 'differs', told('that answers otherwise, and no one had approved it')],
] as const)('where a replay is %s, a green that met users after "%s" is judged by what was known then', (...one) => {
  const [mode, verdict, breaches] = one;
  expect(replays(foundAfter(verdict, mode))).toEqual(breaches);
});

it.each([
  ['auto', 'differs', []],
  ['required', 'differs', told('that answers otherwise, and no one had approved it')],
  ['auto', 'worse', told('that its replay had found to be worse')],
] as const)('without a canary, where a replay is %s, no one is asked after "%s" alone', (...one) => {
  const [mode, verdict, breaches] = one;
  expect(replays(foundAfter(verdict, mode, []))).toEqual(breaches);
});
