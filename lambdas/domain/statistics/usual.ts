import type { Count } from './counts';

/** Chernoff: P(X or more of N | rate <= r) <= exp(-N KL(X/N || r)), for any N and without approximation; 1 in 1,000. */
const RARE = Math.log(1_000);

/** Less than a tenth of the requests beyond its usual rate is a bad minute of a version and no outage. */
export const OUTAGE_POINTS = 0.1;

/**
 * A version's rate in its hour without the worst quarter of its minutes, which may hold an incident; undefined without
 * requests.
 */
export function usualRate(history: readonly Count[]): number | undefined {
  const rate = ({ events, requests }: Count) => events / requests;
  const busy = history.filter(({ requests }) => requests > 0).sort((one, other) => rate(one) - rate(other));
  const kept = busy.slice(0, Math.ceil(busy.length * 0.75));
  const sum = (of: (one: Count) => number) => kept.reduce((total, one) => total + of(one), 0);
  return kept.length === 0 ? undefined : sum(({ events }) => events) / sum(({ requests }) => requests);
}

/** Beyond this rate a version is far outside its hour. Something is always left above it. */
export const limitOf = (usual: number, points: number): number => Math.min(0.95, 1.1 * usual + points);

/** The rate is above the limit, whatever luck there was. */
export const isFarBeyond = ({ events, requests }: Count, limit: number): boolean =>
  requests > 0 && events / requests > limit && requests * relativeEntropy(events / requests, limit) >= RARE;

/** The rate is below the limit, whatever luck there was. */
export const isFarBelow = ({ events, requests }: Count, limit: number): boolean =>
  requests > 0 && events / requests < limit && requests * relativeEntropy(events / requests, limit) >= RARE;

/** The highest rate that a sample leaves in question, at one error in 1,000: what is above is not explained by it. */
export function mostOf({ events, requests }: Count): number {
  const rate = events / requests;
  let [low, high] = [rate, 1];
  // 30 halvings are below a billionth.
  for (let step = 0; step < 30 && low < 1; step += 1) {
    const middle = (low + high) / 2;
    if (middle < 1 && requests * relativeEntropy(rate, middle) < RARE) low = middle;
    else high = middle;
  }
  return high;
}

/** KL(a || b) of two yes-or-no distributions, nats; 0 < b < 1. */
const relativeEntropy = (a: number, b: number): number =>
  (a === 0 ? 0 : a * Math.log(a / b)) + (a === 1 ? 0 : (1 - a) * Math.log((1 - a) / (1 - b)));

/** Retries and batches make groups of events, at most about this large. */
export const LARGEST_GROUP = 12;

/** Far outside its hour, by more events than two groups explain. */
export const isIncident = (minute: Count, usual: number): boolean =>
  isFarBeyond(minute, limitOf(usual, OUTAGE_POINTS)) && minute.events - usual * minute.requests > 2 * LARGEST_GROUP;

/**
 * The minutes of a version's hour in which it was far outside of it: what it suffered from then is none of its nature.
 * A minute alone with a few events too many is what groups look like; two in a row are an incident whatever their size.
 */
export function incidentsIn(history: readonly Count[]): readonly boolean[] {
  const usual = usualRate(history) ?? 0;
  const beyond = history.map((one) => isFarBeyond(one, limitOf(usual, OUTAGE_POINTS)));
  return history.map(
    (one, index) =>
      isIncident(one, usual) || (beyond[index] === true && (beyond[index - 1] === true || beyond[index + 1] === true)),
  );
}

/** An hour without its incidents; as it is, where nothing would be left. */
export function withoutIncidents(history: readonly Count[]): readonly Count[] {
  const known = calm.get(history);
  if (known) return known;
  const incidents = incidentsIn(history);
  const left = history.filter((_, index) => incidents[index] !== true);
  const result = left.length === history.length || left.length === 0 ? history : left;
  calm.set(history, result);
  return result;
}

/** Each history is put to several tests at every look. */
const calm = new WeakMap<readonly Count[], readonly Count[]>();
