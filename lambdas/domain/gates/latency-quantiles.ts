import type { EvidenceMinute, LatencyThreshold } from '../evidence';
import { milliseconds, quantile } from '../numbers';
import type { Alternatives } from '../statistics/mixture';
import { logistic, logit } from '../statistics/log-sum';

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

/** Log odds by which a harmless green is expected below blue when the thresholds cannot say: a lognormal's, roughly. */
const USUAL_SHIFT = -1;
/** Further below would bet that green is never beyond the bound, which one slow request would lose. */
const LARGEST_SHIFT = -4;
const SMALLEST_SHIFT = -0.1;

/**
 * The bets that green is harmless: green is like blue, or halfway to harm.
 *
 * Green is counted beyond the harmful bound and blue beyond its own quantile, so a green that is like blue has fewer
 * events than blue: as few as blue itself would have beyond the harmful bound. Blue's quantiles before the canary tell
 * how few, as a shift in log odds, which is then applied to blue's rate of the minute. A poor guess costs speed only.
 */
export function harmlessLatency(thresholds: readonly LatencyThreshold[], at: LatencyThreshold): Alternatives {
  const shift = Math.min(SMALLEST_SHIFT, Math.max(LARGEST_SHIFT, shiftOf(thresholds, at)));
  return (blueRate) => [logistic(logit(blueRate) + shift), logistic(logit(blueRate) + shift / 2)];
}

/** Blue's log odds beyond `greenHarmfulMs` minus those beyond `blueMs`, by lines through the points (ln ms, log odds). */
function shiftOf(thresholds: readonly LatencyThreshold[], at: LatencyThreshold): number {
  const points = thresholds.map(({ blueMs, quantile }) => ({ x: Math.log(blueMs), y: logit(1 - quantile) }));
  const x = Math.log(at.greenHarmfulMs);
  const next = points.findIndex((point, index) => index > 0 && point.x >= x);
  // Beyond the last quantile, go on along the last line.
  const end = next > 0 ? next : points.length - 1;
  const left = points[end - 1];
  const right = points[end];
  if (!left || !right || !(right.x > left.x)) return USUAL_SHIFT;
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x) - logit(1 - at.quantile);
}
