import cdf from '@stdlib/stats-base-dists-normal-cdf';
import type { Random } from '../../../../lambdas/domain/plan/coins';
import { BINS, MEDIAN_MS, SIGMA, SLOW_TAIL_FACTOR } from './setting';

const { abs, log } = Math;

/** The chance of each latency bin, and of that bin or an earlier one. */
export interface LatencyLaw {
  readonly shares: Float64Array;
  readonly cumulative: Float64Array;
}

/**
 * Below this many expected requests each one's bin is drawn by itself; above, each bin's count. The law is the same.
 */
const FEW_REQUESTS = 300;

/** Lognormal latency, `slowdown` times as long, of which a fraction `tail` SLOW_TAIL_FACTOR times as long again. */
export function latencyLaw(slowdown: number, tail = 0): LatencyLaw {
  const shares = lognormalShares(slowdown);
  if (tail > 0) {
    const slow = lognormalShares(slowdown * SLOW_TAIL_FACTOR);
    shares.forEach((share, bin) => (shares[bin] = (1 - tail) * share + tail * (slow[bin] ?? 0)));
  }
  let before = 0;
  return { shares, cumulative: shares.map((share) => (before += share)) };
}

/** The chance of each bin: a difference of whichever tails are small, so that far bins keep their digits. */
function lognormalShares(slowdown: number): Float64Array {
  const shares = new Float64Array(BINS.count);
  let [below, above] = [0, 1];
  for (let bin = 0; bin < BINS.count; bin++) {
    const last = bin === BINS.count - 1;
    const score = (log(BINS.edge0 / (MEDIAN_MS * slowdown)) + bin * log(BINS.ratio)) / SIGMA;
    const smaller = last ? 0 : cdf(-abs(score), 0, 1);
    const upTo = score < 0 ? smaller : 1 - smaller;
    const beyond = score < 0 ? 1 - smaller : smaller;
    shares[bin] = score < 0 ? upTo - below : above - beyond;
    [below, above] = [upTo, beyond];
  }
  return shares;
}

/** Adds a Poisson number of requests to the counts per bin, `mean` expected, and answers how many they were. */
export function addPoisson(random: Random, law: LatencyLaw, mean: number, counts: Uint32Array): number {
  if (mean < FEW_REQUESTS) return addExactly(random, law, random.poisson(mean), counts);
  // The counts of a Poisson stream, sorted into bins, are independent Poisson numbers.
  let total = 0;
  law.shares.forEach((share, bin) => {
    const count = random.poisson(mean * share);
    counts[bin] = (counts[bin] ?? 0) + count;
    total += count;
  });
  return total;
}

/** Adds this many requests to the counts per bin, and answers how many they were. */
export function addExactly(random: Random, law: LatencyLaw, requests: number, counts: Uint32Array): number {
  for (let request = 0; request < requests; request++) {
    const bin = binOf(law.cumulative, random.uniform());
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return requests;
}

/** The first bin whose cumulative chance exceeds `at`, by halving. */
function binOf(cumulative: Float64Array, at: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 1) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
