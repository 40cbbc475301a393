import type { Clock } from '../../../lambdas/adapters/sdk/context';

/** Asks every `everyMs` until the answer is one, at most until the deadline: then undefined. */
export async function until<T>(
  clock: Clock,
  { withinMs, everyMs }: { readonly withinMs: number; readonly everyMs: number },
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const deadline = clock.now() + withinMs; ; await clock.sleep(everyMs)) {
    const answer = await ask();
    if (answer !== undefined || clock.now() >= deadline) return answer;
  }
}
