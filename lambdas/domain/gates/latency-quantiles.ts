import type { EvidenceMinute, LatencyThreshold } from '../evidence';
import { milliseconds, quantile } from '../numbers';

/**
 * Blue's quantiles before the canary that become thresholds, where it had at least two requests on either side. Each costs two
 * of CloudWatch's metrics a look; with all of .1 to .9 a shift of 10 % would take 5 % fewer requests, and a rollout 1.3 cents.
 */
export const THRESHOLD_QUANTILES: readonly number[] = [0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999];

/** Where green must be proven harmless before `pass`. */
const PROVEN_AT = [0.5, 0.9, 0.99];

export const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

/** Whether `pass` needs proof at this threshold; elsewhere the judge looks no further than green's harmful duration. */
export const isProven = (threshold: Pick<LatencyThreshold, 'quantile'>): boolean =>
  PROVEN_AT.some((quantile) => same(quantile, threshold.quantile));

/** What people read of latency: the middle, the slow, and the slowest. */
const TOLD = [0.5, 0.9, 0.99];

/**
 * "p50 12.4 → 15.9 ms, p90 20 → 26.3 ms, p99 41 → over 80 ms (blue → green)": both sides' durations in the same minutes. They
 * are counted at a few bounds, so that a quantile between two of them is on the line between them, and one beyond the last
 * is only known to be over it.
 */
export function durationsInWords(thresholds: readonly LatencyThreshold[], minutes: readonly EvidenceMinute[]): string {
  const blue = beyondBounds(minutes, 'blue', [
    ...thresholds.map(({ blueMs }, index) => ({ ms: blueMs, counted: 'slow' as const, index })),
  ]);
  const green = beyondBounds(minutes, 'green', [
    ...thresholds.map(({ greenToleratedMs }, index) => ({ ms: greenToleratedMs, counted: 'slow' as const, index })),
    ...thresholds.flatMap((one, index) =>
      isProven(one) ? [{ ms: one.greenHarmfulMs, counted: 'verySlow' as const, index }] : [],
    ),
  ]);
  return `${TOLD.map((share) => `${quantile(share)} ${durationAt(blue, share).replace(/ ms$/, '')} → ${durationAt(green, share)}`).join(', ')} (blue → green)`;
}

interface Bound {
  readonly ms: number;
  readonly counted: 'slow' | 'verySlow';
  readonly index: number;
}

/** The share of a side's requests that took longer than each bound, ascending by the bound. */
function beyondBounds(minutes: readonly EvidenceMinute[], side: 'blue' | 'green', bounds: readonly Bound[]) {
  const total = (read: (minute: EvidenceMinute) => number) => minutes.reduce((sum, minute) => sum + read(minute), 0);
  const requests = total((minute) => minute[side].durations);
  return [...bounds]
    .sort((a, b) => a.ms - b.ms)
    .map(({ ms, counted, index }) => ({
      ms,
      share: requests === 0 ? 0 : total((minute) => minute[side][counted][index] ?? 0) / requests,
      requests,
    }));
}

function durationAt(beyond: ReturnType<typeof beyondBounds>, share: number): string {
  if (beyond[0] === undefined || beyond[0].requests === 0) return 'not known';
  const above = beyond.findIndex((bound) => bound.share <= 1 - share);
  const [low, high] = [beyond[above - 1], beyond[above]];
  if (high === undefined) return `over ${milliseconds(beyond.at(-1)?.ms ?? 0)}`;
  if (low === undefined) return `under ${milliseconds(high.ms)}`;
  const between = low.share === high.share ? 1 : (low.share - (1 - share)) / (low.share - high.share);
  return milliseconds(low.ms + between * (high.ms - low.ms));
}
