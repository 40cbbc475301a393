import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { instead } from './intercept';
import type { Mutant } from '../world/mutant';

/** What is broken about decisions. */
export const JUDGING_MUTANTS: readonly Mutant[] = [
  {
    name: 'missing data is healthy',
    breaks: 'a canary without evidence passes',
    skipRuns: 8,
    handlers: () =>
      instead('judge-canary', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        if (state.refusal?.error !== 'InsufficientEvidence' || !state.judgement) return state;
        return { ...state, next: 'promote', judgement: { ...state.judgement, verdict: 'pass' } };
      }),
  },
  {
    name: 'whatever does not fail is promoted',
    breaks: 'an inconclusive canary is promoted as if it had passed',
    handlers: () =>
      instead('judge-canary', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        return state.next === 'abort' && state.judgement?.verdict !== 'fail' ? { ...state, next: 'promote' } : state;
      }),
  },
  {
    name: 'larger shares come by time',
    breaks: 'a weight that ends once a total failure is excluded ends after some minutes, whatever is known',
    skipRuns: 32,
    handlers: () => {
      const looks = new Map<string, number>();
      return instead('judge-canary', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        if (state.plan.steps[state.canary?.step ?? 0]?.until !== 'works') return state;
        const count = (looks.get(state.id) ?? 0) + 1;
        looks.set(state.id, count);
        return count > 3 && state.next === 'continue' ? { ...state, next: 'next-weight' } : state;
      });
    },
  },
  {
    name: 'time that proof saves is lost',
    breaks: 'a canary that ends on proof is watched for no longer than any other',
    skipRuns: 40,
    handlers: () =>
      instead('promote-green', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        const { watch, config } = state;
        return watch ? { ...state, watch: { ...watch, minutes: config.settings.watchMinutes } } : state;
      }),
  },
];
