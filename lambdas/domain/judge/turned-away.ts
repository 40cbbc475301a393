import { medianOf } from '../latency-thresholds';
import type { Count } from '../statistics/counts';
import { type Durations, foundByAsking, isSlower } from './held-minutes';

export interface TurnsOfBoth extends Durations {
  /** Of both versions' calls, one at a time, the tries that Lambda turned away. */
  readonly away: { readonly blue: Count; readonly green: Count };
}

/** How long the requests of one minute kept environments, all together. */
interface KeptBusy {
  readonly ms: number;
  readonly requests: number;
}

/**
 * Ms of an average request of blue's, where luck is against it. The average over so many requests in a row differs from
 * one stretch of its hour to another, by much where a few requests take far longer. It is the median of these, and as
 * far beyond it as twice the upper quartile: an incident moves neither by much. Over fewer requests than a minute has
 * it varies more.
 *
 * @param minutes blue's hour, one minute at least
 */
export function mostTaken(minutes: readonly KeptBusy[], requests: number): number {
  const stretches = minutes.flatMap((_, from) => stretchOf(minutes.slice(from), requests) ?? []);
  const compared = stretches.length > 0 ? stretches : [totalTaken(minutes)];
  const means = compared.map(meanOf);
  const middle = medianOf(means) ?? NaN;
  const upper = medianOf(means.filter((ms) => ms >= middle)) ?? NaN;
  const usual = medianOf(compared.map((one) => one.requests)) ?? NaN;
  return middle + 2 * (upper - middle) * Math.sqrt(usual / Math.max(1, requests));
}

/** The first minutes that have so many requests together; undefined where there are too few. */
function stretchOf(minutes: readonly KeptBusy[], requests: number): KeptBusy | undefined {
  let taken: KeptBusy = { ms: 0, requests: 0 };
  for (const minute of minutes) {
    taken = totalTaken([taken, minute]);
    if (taken.requests >= requests) return taken;
  }
  return undefined;
}

export const totalTaken = (minutes: readonly KeptBusy[]): KeptBusy => ({
  ms: minutes.reduce((sum, { ms }) => sum + ms, 0),
  requests: minutes.reduce((sum, { requests }) => sum + requests, 0),
});

/** Ms of an average request. */
export const meanOf = ({ ms, requests }: KeptBusy): number => ms / requests;

/**
 * Requests that keep an environment for longer than blue's did, by more than this, take up executions that blue leaves
 * free.
 */
const LONGER = 1.1;

/**
 * Of calls one after the other the first may start an environment; where most do, environments end with their answers.
 */
const WARM_AT_LEAST = 0.5;

/**
 * Lambda turns a request away before any version sees it, when no execution is free. The limit is the account's or the
 * function's: blue would suffer from it alike, unless green takes up more of it. What a version takes up is its
 * requests times what each of them takes, and how many there are is the users' doing. So it excuses green that blue,
 * asked directly, is turned away as often, as long as green's requests take no longer, on average, than as many of
 * blue's did in its hour, see `mostTaken`; or than blue's would now, where blue became slower as well.
 *
 * @param usual the share that Lambda turned away in blue's own hour
 * @param taken ms of an average request: blue's at most, green's in the minutes in which it was turned away; of green
 *   undefined where none ran, so that it took up nothing
 */
export function turnedAwayByAsking(
  { before, asked }: { readonly before: Durations; readonly asked: TurnsOfBoth },
  usual: number,
  users: Count,
  taken: { readonly blue: number; readonly green: number | undefined },
): { readonly found: 'both-ill' | 'both-answer' | 'other'; readonly isAlike: boolean } {
  const { events, requests } = asked.away.green;
  const isWarm = asked.green.length >= WARM_AT_LEAST * (requests - events);
  const isAlike = isWarm && (taken.green ?? 0) <= LONGER * slowedDown(taken.blue, before.blue, asked.blue);
  const found = foundByAsking(asked.away, usual, users);
  return { found: found !== 'both-fail' ? found : isAlike ? 'both-ill' : 'other', isAlike };
}

/** What a request of blue's would take now. */
function slowedDown(ms: number, before: readonly number[], asked: readonly number[]): number {
  if (isSlower(before, asked) !== true) return ms;
  const [then, now] = [medianOf(before) ?? NaN, medianOf(asked) ?? NaN];
  return Math.max((ms * now) / then, ms + now - then);
}
