import { intercepting, sortKeyOf } from './intercept';
import type { Mutant } from '../world/mutant';

const STARTERS = ['live-alias', 'reconcile'] as const;

/** What is broken about the waves in which other code goes out. */
export const WAVE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a bad end stops no deploy',
    breaks: 'other endpoints begin although one has ended badly with the same code',
    family: 'waves',
    handlers: () =>
      intercepting(STARTERS, () => async (call) => {
        const answer = await call.send();
        const item = answer['Item'] as { readonly failed?: object } | undefined;
        const isWave = call.name === 'Get' && sortKeyOf(call).startsWith('WAVE#') && item !== undefined;
        return isWave ? { ...answer, Item: { ...item, failed: [] } } : answer;
      }),
  },
];
