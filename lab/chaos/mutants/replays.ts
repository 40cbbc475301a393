import { Readable } from 'node:stream';
import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { EVIDENCE_DOCUMENT } from '../../../lambdas/contract/names';
import { instead, intercepting } from './intercept';
import type { Mutant } from '../world/mutant';

const textOf = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString();
};

/** What is broken about the comparison on replayed requests. */
export const REPLAY_MUTANTS: readonly Mutant[] = [
  {
    name: 'a replay decides nothing',
    breaks: 'a green that the replay finds to be worse gets its canary all the same',
    family: 'replays',
    handlers: () =>
      instead('replay-traffic', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        return state.next === 'abort' ? { ...state, next: 'canary' } : state;
      }),
  },
  {
    name: 'pairs count twice',
    breaks: 'a chunk of a replay begins anew, beside the pairs of the chunks before it',
    family: 'replays',
    skipRuns: 40,
    handlers: () =>
      intercepting(['replay-traffic'], () => async (call) => {
        const answer = await call.send();
        if (call.name !== 'GetObject' || !String(call.input['Key']).endsWith(EVIDENCE_DOCUMENT.replay)) return answer;
        const kept = JSON.parse(await textOf(answer['Body'] as AsyncIterable<Uint8Array>)) as object;
        return { ...answer, Body: Readable.from([Buffer.from(JSON.stringify({ ...kept, asked: 0 }))]) };
      }),
  },
];
