import type { Aws } from './aws';

/**
 * Asks at growing intervals, at most a second, until the answer is one; rejects after `seconds`, naming what did not
 * come.
 */
export async function until<T>(
  aws: Pick<Aws, 'now' | 'sleep'>,
  what: string,
  ask: () => Promise<T | undefined | false>,
  seconds = 60,
): Promise<T> {
  const deadline = aws.now() + seconds * 1000;
  for (let waitMs = 50; ; waitMs = Math.min(1000, waitMs * 1.5)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (aws.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await aws.sleep(Math.round(waitMs));
  }
}
