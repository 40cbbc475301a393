import type { EvidenceMinute, LatencyThreshold } from '../evidence';
import { milliseconds, quantile } from '../numbers';
import type { Alternatives } from '../statistics/mixture';
import { logistic, logit } from '../statistics/summaries';
import erfinv from '@stdlib/math-base-special-erfinv';
import type { Count, MinuteCounts } from '../statistics/counts';

/**
 * Blue's quantiles before the canary that become thresholds, where it had at least two requests on either side. Each
 * costs two of CloudWatch's metrics a look; with all of .1 to .9 a shift of 10 % would take 5 % fewer requests, and a
 * rollout 1.3 cents.
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
 * "p50 12.4 → 15.9 ms, p90 20 → 26.3 ms, p99 41 → over 80 ms (blue → green)": both sides' durations in the same
 * minutes. They are counted at a few bounds, so that a quantile between two of them is on the line between them, and
 * one beyond the last is only known to be over it.
 */
export function durationsInWords(thresholds: readonly LatencyThreshold[], minutes: readonly EvidenceMinute[]): string {
  const told = TOLD.map((share) => {
    const [blue, green] = (['blue', 'green'] as const).map((side) => durationAt(thresholds, minutes, side, share));
    return `${quantile(share)} ${inWords(blue).replace(/ ms$/, '')} → ${inWords(green)}`;
  });
  return `${told.join(', ')} (blue → green)`;
}

function inWords(duration: KnownDuration | undefined): string {
  if (duration === undefined) return 'not known';
  return `${duration.is === 'at' ? '' : `${duration.is} `}${milliseconds(duration.ms)}`;
}

/** A duration at which a side's requests are counted. */
export interface CountedBound {
  readonly ms: number;
  readonly counted: 'slow' | 'verySlow';
  /** Of the threshold. */
  readonly index: number;
}

/**
 * Where a side's durations are counted, ascending: blue at its own quantiles, green at what is tolerated and at what is
 * harmful.
 */
export const boundsOf = (thresholds: readonly LatencyThreshold[], side: 'blue' | 'green'): readonly CountedBound[] =>
  thresholds
    .flatMap((one, index): readonly CountedBound[] =>
      side === 'blue'
        ? [{ ms: one.blueMs, counted: 'slow', index }]
        : [
            { ms: one.greenToleratedMs, counted: 'slow', index },
            ...(isProven(one) ? [{ ms: one.greenHarmfulMs, counted: 'verySlow' as const, index }] : []),
          ],
    )
    .sort((a, b) => a.ms - b.ms);

/** A quantile of durations that are counted at a few bounds: between two of them, or beyond all. */
export interface KnownDuration {
  readonly ms: number;
  readonly is: 'under' | 'at' | 'over';
}

/** The duration that `share` of a side's requests took at most; undefined where none was timed. */
export function durationAt(
  thresholds: readonly LatencyThreshold[],
  minutes: readonly EvidenceMinute[],
  side: 'blue' | 'green',
  share: number,
): KnownDuration | undefined {
  const total = (read: (minute: EvidenceMinute) => number) => minutes.reduce((sum, minute) => sum + read(minute), 0);
  const requests = total((minute) => minute[side].durations);
  const beyond = boundsOf(thresholds, side).map(({ ms, counted, index }) => ({
    ms,
    share: requests === 0 ? 0 : total((minute) => minute[side][counted][index] ?? 0) / requests,
  }));
  if (beyond[0] === undefined || requests === 0) return undefined;
  const above = beyond.findIndex((bound) => bound.share <= 1 - share);
  const [low, high] = [beyond[above - 1], beyond[above]];
  if (high === undefined) return { ms: beyond.at(-1)?.ms ?? 0, is: 'over' };
  if (low === undefined) return { ms: high.ms, is: 'under' };
  const between = low.share === high.share ? 1 : (low.share - (1 - share)) / (low.share - high.share);
  return { ms: low.ms + between * (high.ms - low.ms), is: 'at' };
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

/**
 * Blue's log odds beyond `greenHarmfulMs` minus those beyond `blueMs`, by lines through the points (ln ms, log odds).
 */
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

/** Durations in bins between the thresholds, shortest first: one more bin than thresholds. */
export interface DurationBins {
  /** Blue's share of each bin before the canary; they sum to 1. */
  readonly shares: readonly number[];
  readonly thresholds: readonly LatencyThreshold[];
  /** Counts of all timed requests on both sides, minute by minute. */
  readonly pairs: readonly MinuteCounts[];
  /** Per minute, timed requests per bin on both sides. */
  readonly minutes: readonly { readonly blue: readonly number[]; readonly green: readonly number[] }[];
}

/**
 * Counts beyond thresholds, ascending, as bins; a count beyond a later one that is larger (rounding) leaves an empty
 * bin.
 */
export function durationBins(
  exceedances: readonly {
    readonly threshold: LatencyThreshold;
    readonly minutes: readonly MinuteCounts[];
    readonly history: readonly Count[];
  }[],
): DurationBins {
  const thresholds = exceedances.map(({ threshold }) => threshold);
  const pairs = exceedances[0]?.minutes ?? [];
  const binsOf = (all: number, beyond: readonly number[]) =>
    [all, ...beyond].map((count, bin) => Math.max(0, count - (beyond[bin] ?? 0)));
  return {
    shares: sharesOf(exceedances),
    thresholds,
    pairs,
    minutes: pairs.map((pair, minute) => ({
      blue: binsOf(
        pair.blueRequests,
        exceedances.map((one) => one.minutes[minute]?.blueEvents ?? 0),
      ),
      green: binsOf(
        pair.greenRequests,
        exceedances.map((one) => one.minutes[minute]?.greenEvents ?? 0),
      ),
    })),
  };
}

/** What blue's own minutes held, with one request's worth of what the quantiles say, so that no bin is empty. */
function sharesOf(
  exceedances: readonly { readonly threshold: LatencyThreshold; readonly history: readonly Count[] }[],
): readonly number[] {
  const quantiles = [0, ...exceedances.map(({ threshold }) => threshold.quantile), 1];
  const requests = exceedances[0]?.history.reduce((sum, one) => sum + one.requests, 0) ?? 0;
  const beyond = exceedances.map(({ history }) => history.reduce((sum, { events }) => sum + events, 0));
  const counts = quantiles.slice(1).map((quantile, bin) => {
    const nominal = quantile - (quantiles[bin] ?? 0);
    const seen = Math.max(0, (bin === 0 ? requests : (beyond[bin - 1] ?? 0)) - (beyond[bin] ?? 0));
    return seen + nominal;
  });
  // Their sum is `requests + 1`, unless counts contradict each other: more may be beyond a later threshold.
  const whole = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / whole);
}

/** Strengths of a location shift, in normal scores: 0.05 is about 2.5 % of a duration whose logarithm has sigma 0.5. */
const SHIFTS = [0.05, 0.1, 0.2, 0.4, 0.8, 1.4];

/** The standard normal quantile of a share, 0 < share < 1. */
const normalScore = (share: number): number => Math.SQRT2 * erfinv(2 * share - 1);

/**
 * Every request became slower: the ratio grows exponentially with the normal score of blue's bin (an exponential tilt).
 */
export function shiftShapes({ shares }: Pick<DurationBins, 'shares'>): readonly (readonly number[])[] {
  let below = 0;
  const scores = shares.map((share) => {
    const middle = below + share / 2;
    below += share;
    return normalScore(middle);
  });
  return SHIFTS.map((shift) =>
    normalised(
      scores.map((score) => Math.exp(shift * score)),
      shares,
    ),
  );
}

/** Which share of the requests became how many times slower. */
const TAILS = [
  { share: 0.01, factor: 4 },
  { share: 0.03, factor: 3 },
  { share: 0.05, factor: 5 },
  { share: 0.1, factor: 3 },
  { share: 0.15, factor: 6 },
  { share: 0.4, factor: 2 },
];

/** A part of the requests became much slower and the rest stayed as it was. */
export function tailShapes(bins: Pick<DurationBins, 'shares' | 'thresholds'>): readonly (readonly number[])[] {
  const cdf = curve(bins);
  return TAILS.map(({ share, factor }) => {
    const upTo = [0, ...bins.thresholds.map(({ blueMs }) => cdf(blueMs / factor)), 1];
    let largest = 0;
    // Only a nondecreasing ratio is a fair bet; where blue's curve makes another, its running maximum is laid.
    const shape = bins.shares.map((inBlue, bin) => {
      const slowed = (upTo[bin + 1] ?? 1) - (upTo[bin] ?? 0);
      return (largest = Math.max(largest, 1 - share + (share * slowed) / inBlue));
    });
    return normalised(shape, bins.shares);
  });
}

/** Blue's share of requests of at most so many ms: lines through (ln ms, log odds), continued at both ends. */
function curve({ shares, thresholds }: Pick<DurationBins, 'shares' | 'thresholds'>): (ms: number) => number {
  let below = 0;
  const points = thresholds.map(({ blueMs }, bin) => {
    below += shares[bin] ?? 0;
    return { x: Math.log(blueMs), y: logit(Math.min(below, 1 - 1e-9)) };
  });
  return (ms) => {
    const x = Math.log(ms);
    const after = points.findIndex((point) => point.x >= x);
    const end = after < 0 ? points.length - 1 : Math.max(1, after);
    const left = points[end - 1];
    const right = points[end];
    if (left && right && right.x > left.x) {
      return logistic(left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x));
    }
    // One threshold tells no slope: a logarithm with standard deviation 0.5, which is what services usually have.
    const only = points[0] ?? { x, y: 0 };
    return logistic(only.y + (x - only.x) * USUAL_SLOPE);
  };
}

/** Log odds per ln ms of a logistic distribution with standard deviation 0.5: pi / (0.5 sqrt(3)). */
const USUAL_SLOPE = 3.6;

/** Scaled so that blue's expectation of the ratio is 1: the shape of a distribution. */
function normalised(ratios: readonly number[], shares: readonly number[]): readonly number[] {
  const mean = ratios.reduce((sum, ratio, bin) => sum + ratio * (shares[bin] ?? 0), 0);
  return ratios.map((ratio) => ratio / mean);
}
