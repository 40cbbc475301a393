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
];
