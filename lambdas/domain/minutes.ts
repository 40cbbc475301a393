/**
 * Whole minutes: CloudWatch counts per minute, so every window of evidence begins and ends on one. Times in ms since
 * 1970.
 */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/**
 * A minute is settled when it ended this long ago. CloudWatch stamps a metric with the invocation's start and shows it
 * a little later; two minutes is what its own documents count with for the running minute.
 */
export const SETTLE_MS = 2 * MINUTE_MS;

/** A shift reaches every caller within seconds; minutes that begin sooner than this after it are not counted. */
const PROPAGATION_MS = 5_000;

export const floorMinute = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

export const isoTime = (at: number): string => new Date(at).toISOString();

/** The first whole minute that is wholly under a weight which was written at `at`. */
export const firstWholeMinute = (at: number): number => Math.ceil((at + PROPAGATION_MS) / MINUTE_MS) * MINUTE_MS;

/** Minutes that begin before this are settled at `now`. */
export const settledUntil = (now: number): number => floorMinute(now) - SETTLE_MS;
