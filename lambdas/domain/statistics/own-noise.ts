import type { Count } from './counts';

/** How a version's events scatter from minute to minute beyond what independent requests do. */
export interface OwnNoise {
  /** Events come in groups of about so many: a factor on the variance, at least 1, whatever the traffic. */
  readonly clustering: number;
  /** Variance of the version's log odds from minute to minute: its share of the variance grows with the traffic. */
  readonly wander: number;
}

/** Fewer differences of neighbouring minutes than this say too little. */
const FEWEST_DIFFERENCES = 10;

/**
 * The largest tenth of the squared differences is set aside, so that two incidents in blue's hour do not look like its
 * nature. What is left of a squared normal number is on average 0.623: (0.9 - 2 z phi(z)) / 0.9 with z = 1.645.
 */
const KEPT = 0.9;
const MEAN_OF_KEPT = 0.623;

/**
 * Of 60 minutes the factor is known to about a fifth. Without this discount half of all quiet versions would pay for noise
 * that they do not have; a third of a noise that is there changes little.
 */
const DISCOUNT = 0.7;

/** Retries and batches make groups of a few; more scatter than this is taken for a version that wanders as a whole. */
const LARGEST_CLUSTER = 12;

/**
 * Learns from blue's own minutes before the canary how noisy a version is by itself. Differences of neighbouring minutes are
 * used, because trends cancel in them. Undefined where blue had too few minutes with requests, or no event.
 *
 * For independent requests (p_t - p_(t-1))^2 is on average p (1 - p) (1/N_t + 1/N_(t-1)). The factor by which it is more is
 * clustering + N p (1 - p) wander. One hour at one traffic cannot tell the two apart, so the first takes all it can.
 */
export function ownNoise(history: readonly Count[]): OwnNoise | undefined {
  if (!known.has(history)) known.set(history, noiseOf(history));
  return known.get(history);
}

/** Each history is put to several tests at every look. */
const known = new WeakMap<readonly Count[], OwnNoise | undefined>();

function noiseOf(history: readonly Count[]): OwnNoise | undefined {
  const used = history.filter(({ requests }) => requests > 0);
  const requests = used.reduce((sum, one) => sum + one.requests, 0);
  const rate = used.reduce((sum, one) => sum + one.events, 0) / requests;
  if (used.length <= FEWEST_DIFFERENCES || !(rate > 0 && rate < 1)) return undefined;
  const spread = rate * (1 - rate);
  const squares = used.slice(1).map((now, index) => {
    const before = used[index]!;
    const difference = now.events / now.requests - before.events / before.requests;
    return difference ** 2 / (spread * (1 / now.requests + 1 / before.requests));
  });
  const kept = squares.sort((a, b) => a - b).slice(0, Math.ceil(KEPT * squares.length));
  const mean = kept.reduce((sum, square) => sum + square, 0) / kept.length / MEAN_OF_KEPT;
  const factor = Math.max(1, DISCOUNT * mean);
  const clustering = Math.min(factor, LARGEST_CLUSTER);
  return { clustering, wander: (factor - clustering) / ((requests / used.length) * spread) };
}
