import { intercepting } from './intercept';
import type { Mutant } from '../world/mutant';

/** What is broken about finding out what was deleted, and whose it was. */
export const RECOVERY_MUTANTS: readonly Mutant[] = [
  {
    name: 'a lost lock is a free one',
    breaks: 'a rollout takes the lock whose item was deleted, although alias and record say whose the users are',
    skipRuns: 1_097,
    handlers: () =>
      intercepting(['validate-model'], () => async (call) => {
        const answer = await call.send();
        // Only whose a lost lock is is asked of so few records.
        if (call.name === 'Query' && call.input['Limit'] === 5) return { ...answer, Items: [] };
        return call.name === 'GetAlias' ? { ...answer, Description: 'in service' } : answer;
      }),
  },
  {
    name: 'objects are not looked at',
    breaks: 'the reconciler takes each model for readable',
    family: 'deletions',
    skipRuns: 22,
    handlers: () =>
      intercepting(['reconcile'], () => async (call) => {
        if (call.name !== 'GetObject' && call.name !== 'HeadObject') return call.send();
        return call.send().catch(() => ({ ContentLength: 1 }));
      }),
  },
];
