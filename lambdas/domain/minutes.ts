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

/** A stretch of time in whole periods. `untilMs` is exclusive. */
export interface ChartRange {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly periodSeconds: number;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
/**
 * CloudWatch keeps minutes for 15 days, five minutes for 63:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
const GRAINS = [
  { seconds: 60, keptDays: 15 },
  { seconds: 300, keptDays: 63 },
  { seconds: 900, keptDays: 63 },
  ...[1, 3, 6, 12].map((hours) => ({ seconds: hours * HOUR, keptDays: 455 })),
  { seconds: DAY, keptDays: 455 },
];

/** More points than this are closer than pixels in a chart of a widget's size, and each costs the same to read. */
export const MOST_POINTS = 200;

/**
 * The stretch that a chart can show, in the finest periods of which it has `MOST_POINTS` at most and which CloudWatch
 * still keeps. Of more than 199 days the last ones are shown. A period that is not over would look like a loss of
 * traffic: it is left out.
 */
export function chartRange(startMs: number, endMs: number, now: number): ChartRange {
  const end = Math.max(endMs, startMs + MINUTE_MS);
  const start = Math.max(startMs, end - (MOST_POINTS - 1) * DAY * 1000);
  const oldestDays = (now - start) / (DAY * 1000);
  // One point less: both ends are moved to the period's grid.
  const grain = GRAINS.find(
    ({ seconds, keptDays }) => (end - start) / 1000 / seconds <= MOST_POINTS - 1 && oldestDays <= keptDays,
  );
  const periodSeconds = grain?.seconds ?? DAY;
  const ms = periodSeconds * 1000;
  const fromMs = Math.floor(start / ms) * ms;
  const over = Math.floor(now / ms) * ms;
  return { fromMs, untilMs: Math.max(fromMs + ms, Math.min(Math.ceil(end / ms) * ms, over)), periodSeconds };
}

/** What one version did in one period. */
export interface TrafficPeriod {
  /** Its start, ms since 1970. */
  readonly at: number;
  readonly requests: number;
  /** Requests that failed in whatever way: thrown, answered by the model's failure, or not a finite number. */
  readonly failures: number;
  /** Milliseconds; null where nothing was timed. */
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  /** Answers per class; empty where classes are not counted. */
  readonly classes: readonly number[];
}
