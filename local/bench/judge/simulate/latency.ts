import cdf from '@stdlib/stats-base-dists-normal-cdf';
import type { Random } from './random';
import { BINS, MEDIAN_MS, SIGMA, SLOW_TAIL_FACTOR } from './setting';

const { log } = Math;

/** The chance of each latency bin, and of that bin or an earlier one. */
export interface LatencyLaw {
  readonly shares: Float64Array;
  readonly cumulative: Float64Array;
}

/** Below this many expected requests each one's bin is drawn by itself; above, each bin's count. The law is the same. */
const FEW_REQUESTS = 300;

/** Lognormal latency, `slowdown` times as long, of which a fraction `tail` SLOW_TAIL_FACTOR times as long again. */
export function latencyLaw(slowdown: number, tail = 0): LatencyLaw {
  const shares = new Float64Array(BINS.count);
  const cumulative = new Float64Array(BINS.count);
  let before = 0;
  for (let bin = 0; bin < BINS.count; bin++) {
    const at = bin === BINS.count - 1 ? 1 : upTo(BINS.edge0 * BINS.ratio ** bin, slowdown, tail);
    cumulative[bin] = at;
    shares[bin] = at - before;
    before = at;
  }
  return { shares, cumulative };
}

function upTo(ms: number, slowdown: number, tail: number): number {
  const usual = cdf(log(ms / (MEDIAN_MS * slowdown)), 0, SIGMA);
  return tail === 0 ? usual : (1 - tail) * usual + tail * cdf(log(ms / (MEDIAN_MS * slowdown * SLOW_TAIL_FACTOR)), 0, SIGMA);
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
