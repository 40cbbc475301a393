import { setTimeout as wait } from 'node:timers/promises';

/** Asks every `everyMs` until the answer is one, at most until the deadline: then undefined. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  { withinMs, everyMs }: { readonly withinMs: number; readonly everyMs: number },
): Promise<T | undefined> {
  for (const deadline = performance.now() + withinMs; ; await wait(everyMs)) {
    const answer = await ask();
    if (answer !== undefined || performance.now() > deadline) return answer;
  }
}
