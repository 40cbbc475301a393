import { setTimeout as wait } from 'node:timers/promises';
import { DeadlineMissed } from './errors';

export interface Deadline {
  readonly withinMs: number;
  /** @default 500 */
  readonly everyMs?: number;
}

/**
 * Asks again and again until the answer is one. `what` and `seen` become words in the error: what was waited for, and
 * what there was instead.
 *
 * @throws {DeadlineMissed}
 */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  { withinMs, everyMs = 500 }: Deadline,
  seen?: () => string,
): Promise<T> {
  for (const deadline = performance.now() + withinMs; ; await wait(everyMs)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline)
      throw new DeadlineMissed(`${what}: not within ${withinMs / 1000} s${seen ? `; ${seen()}` : ''}`);
  }
}
