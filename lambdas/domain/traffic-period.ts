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
