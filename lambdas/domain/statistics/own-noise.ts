import { type Count, type MinuteCounts, totalOf } from './counts';
import { isIncident, LARGEST_GROUP, usualRate, withoutIncidents } from './usual';

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
 * Of a version that wanders, the largest tenth of the squared differences is set aside, so that a bad minute does not
 * look like its nature. What is left of a squared normal number is on average 0.623: (0.9 - 2 z phi(z)) / 0.9 with z =
 * 1.645.
 */
const KEPT = 0.9;
const MEAN_OF_KEPT = 0.623;

/**
 * Of 60 minutes the factor is known to about a fifth. Without this discount half of all quiet versions would pay for
 * noise that they do not have; a third of a noise that is there changes little.
 */
const DISCOUNT = 0.7;

/** The same of groups, where a third would be much: what makes of 1.43 the same 1. */
const DEDUCTION = 0.43;

/**
 * Standard deviations that independent events are given on top of a group, before a minute's difference counts no
 * further.
 */
const DEVIATIONS = 3;

/**
 * How noisy a version is by itself, as it could be known before each minute of the canary: from blue's own hour and its
 * earlier minutes in the canary. Differences of neighbouring minutes are used, because trends cancel in them. Undefined
 * where blue had too few minutes with requests, or no event.
 *
 * For independent requests (p_t - p_(t-1))^2 is on average p (1 - p) (1/N_t + 1/N_(t-1)). The factor by which it is
 * more is clustering + N p (1 - p) wander. It is measured twice, and the larger holds. The one sets the largest squares
 * aside; it finds a version that wanders. Of failures that come in groups of ten, six times in an hour, the largest
 * squares are all there is to find. So the other sets none aside, but lets a minute count for one group of the largest
 * size and no more, and no incident at all.
 *
 * @param minutes blue's own in the canary
 * @returns what may be believed before each of them
 */
export function ownNoise(
  history: readonly Count[],
  minutes: readonly Pick<MinuteCounts, 'blueEvents' | 'blueRequests'>[],
): readonly (OwnNoise | undefined)[] {
  const wandering = factorOfKept(history);
  const usual = usualRate(history) ?? 0;
  const calm = withoutIncidents(history);
  let { events, requests } = totalOf(calm);
  let [counted, differences, squares] = [calm.filter((one) => one.requests > 0).length, 0, 0];
  const isManyMinutes = counted > FEWEST_DIFFERENCES;
  let before: Count | undefined;
  const compare = (now: Count) => {
    if (now.requests === 0) return;
    if (before !== undefined) {
      differences += 1;
      squares += squareOf(before, now, spreadOf(events / requests));
    }
    before = now;
  };
  calm.forEach(compare);
  return minutes.map(({ blueEvents, blueRequests }) => {
    const rate = events / requests;
    const isKnown = isManyMinutes && rate > 0 && rate < 1;
    const noise = isKnown
      ? noiseOf(Math.max(1, wandering, squares / differences / spreadOf(rate) - DEDUCTION), requests / counted, rate)
      : undefined;
    const now = { events: blueEvents, requests: blueRequests };
    if (!isIncident(now, usual) && now.requests > 0) {
      [events, requests, counted] = [events + now.events, requests + now.requests, counted + 1];
      compare(now);
    }
    return noise;
  });
}

const spreadOf = (rate: number): number => rate * (1 - rate);

function noiseOf(factor: number, requestsPerMinute: number, rate: number): OwnNoise {
  const clustering = Math.min(factor, LARGEST_GROUP);
  return { clustering, wander: (factor - clustering) / (requestsPerMinute * spreadOf(rate)) };
}

/**
 * (p_t - p_(t-1))^2 / (1/N_t + 1/N_(t-1)), of a difference that is at most a group's and what independent events allow.
 */
function squareOf(before: Count, now: Count, spread: number): number {
  const perRequest = 1 / now.requests + 1 / before.requests;
  const most =
    LARGEST_GROUP * Math.max(1 / now.requests, 1 / before.requests) + DEVIATIONS * Math.sqrt(spread * perRequest);
  return Math.min(Math.abs(now.events / now.requests - before.events / before.requests), most) ** 2 / perRequest;
}

/** The factor without the largest tenth; 0 where it is not known. */
function factorOfKept(history: readonly Count[]): number {
  if (!known.has(history)) known.set(history, keptOf(withoutIncidents(history)));
  return known.get(history) ?? 0;
}

/** Each history is put to several tests at every look. */
const known = new WeakMap<readonly Count[], number>();

function keptOf(history: readonly Count[]): number {
  const used = history.filter(({ requests }) => requests > 0);
  const { events, requests } = totalOf(used);
  const rate = events / requests;
  if (used.length <= FEWEST_DIFFERENCES || !(rate > 0 && rate < 1)) return 0;
  const squares = used.slice(1).map((now, index) => {
    const before = used[index]!;
    const difference = now.events / now.requests - before.events / before.requests;
    return difference ** 2 / (spreadOf(rate) * (1 / now.requests + 1 / before.requests));
  });
  const kept = squares.sort((a, b) => a - b).slice(0, Math.ceil(KEPT * squares.length));
  return (DISCOUNT * kept.reduce((sum, square) => sum + square, 0)) / kept.length / MEAN_OF_KEPT;
}
