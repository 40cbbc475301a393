import { medianOf } from '../latency-thresholds';
import type { Count } from '../statistics/counts';
import { type Durations, foundByAsking, isSlower } from './held-minutes';

export interface TurnsOfBoth extends Durations {
  /** Of both versions' calls, one at a time, the tries that Lambda turned away. */
  readonly away: { readonly blue: Count; readonly green: Count };
}

/** Requests that keep an environment for longer than blue's did, by more than this, take up executions that blue leaves free. */
const LONGER = 1.1;

/** Of calls one after the other the first may start an environment; where most do, environments end with their answers. */
const WARM_AT_LEAST = 0.5;

/** It may go on for an hour, and both are asked every four minutes. */
const ONE_IN = 1_000;

/**
 * Lambda turns a request away before any version sees it, when no execution is free. The limit is the account's or the
 * function's: blue would suffer from it alike, unless green takes up more of it. What a version takes up is its requests times what
 * each of them takes, and how many there are is the users' doing. So it excuses green that blue, asked directly, is turned away
 * as often, as long as green's requests take no longer, on average, than blue's did in its hour; or than blue's would now, where
 * blue became slower as well.
 *
 * @param usual the share that Lambda turned away in blue's own hour
 * @param taken ms of an average request: blue's in its hour, green's in the minutes in which it was turned away; of green undefined
 * where none ran, so that it took up nothing
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
  const found = foundByAsking(asked.away, usual, users, ONE_IN);
  return { found: found !== 'both-fail' ? found : isAlike ? 'both-ill' : 'other', isAlike };
}

/** What a request of blue's would take now. */
function slowedDown(ms: number, before: readonly number[], asked: readonly number[]): number {
  if (isSlower(before, asked) !== true) return ms;
  const [then, now] = [medianOf(before) ?? NaN, medianOf(asked) ?? NaN];
  return Math.max((ms * now) / then, ms + now - then);
}
