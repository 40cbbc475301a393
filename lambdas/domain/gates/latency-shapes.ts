import erfinv from '@stdlib/math-base-special-erfinv';
import type { Count, MinuteCounts } from '../statistics/counts';
import { logistic, logit } from '../statistics/log-sum';
import type { LatencyThreshold } from '../evidence';

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

/** Counts beyond thresholds, ascending, as bins; a count beyond a later one that is larger (rounding) leaves an empty bin. */
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

/** Every request became slower: the ratio grows exponentially with the normal score of blue's bin (an exponential tilt). */
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
