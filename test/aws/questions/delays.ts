import { MINUTE_MS, SETTLE_MS } from '../../../lambdas/domain/minutes';
import type { Bench } from '../bench/bench';
import { type Series, totals } from '../bench/metrics';
import { NotAskable, answered, type Answer } from './question';
import { quantile } from './quantile';

/**
 * Calls at an even pace and watches how many of the calls the series count: the k-th call became visible when the count
 * reached k. That is exact for the whole, and for one call as long as values appear in the order of their calls.
 */
export async function measureDelays(
  bench: Bench,
  series: readonly Series[],
  call: () => Promise<unknown>,
): Promise<Answer> {
  const { calls, everyMs, patienceMs } = bench.pace;
  const began = bench.clock.now();
  const calledAt: number[] = [];
  const seenAt: number[] = [];
  let end = Infinity;
  while (seenAt.length < calls && bench.clock.now() < end) {
    if (calledAt.length < calls) {
      calledAt.push(bench.clock.now());
      await call();
      if (calledAt.length === calls) end = bench.clock.now() + patienceMs;
    }
    const seen = (await totals(bench, began, 'SampleCount', series)).reduce<number>((sum, one) => sum + (one ?? 0), 0);
    while (seenAt.length < Math.min(seen, calledAt.length)) seenAt.push(bench.clock.now());
    await bench.clock.sleep(everyMs);
  }
  if (seenAt.length === 0 && bench.place === 'emulator')
    throw new NotAskable(`probe: none of ${calls} calls appears within ${patienceMs / 1000} s`);
  return judgeDelays(calledAt, seenAt);
}

/** Late: not yet visible when its minute is taken for settled. */
function judgeDelays(calledAt: readonly number[], seenAt: readonly number[]): Answer {
  const delays = seenAt.map((at, index) => (at - calledAt[index]!) / 1000);
  const settled = calledAt.map((at) => (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS + SETTLE_MS);
  const late = settled.filter((by, index) => !(seenAt[index]! <= by)).length;
  const numbers = {
    calls: calledAt.length,
    seen: seenAt.length,
    late,
    p50Seconds: quantile(delays, 0.5),
    p95Seconds: quantile(delays, 0.95),
    mostSeconds: Math.max(...delays),
  };
  return answered(
    late === 0 && seenAt.length === calledAt.length,
    `${seenAt.length} of ${calledAt.length} calls appeared, after ${numbers.p50Seconds} s (p50), ` +
      `${numbers.p95Seconds} s (p95), ${numbers.mostSeconds} s (most); ${late} later than two minutes after their ` +
      'minute',
    numbers,
  );
}
