/**
 * What the judge is given: what CloudWatch counted, minute by minute and per version, and nothing else.
 * Counts are whole numbers; minutes that are not settled are not in it.
 */

/** What one version did in one minute. */
export interface SideCounts {
  /** Lambda `Invocations` through the live alias. */
  readonly requests: number;
  /** Lambda `Errors`: the function threw, timed out or ran out of memory. */
  readonly invocationErrors: number;
  /** Requests that the model itself failed; answered 500, so Lambda counts them as successes. */
  readonly modelErrors: number;
  /** Requests whose model output held NaN or an infinity; answered 500, disjoint from `modelErrors`. */
  readonly nonFiniteOutputs: number;
  /** Per latency threshold, requests slower than this side's `tolerated` duration; same order as the thresholds. */
  readonly slow: readonly number[];
  /** Per latency threshold, requests slower than this side's `harmful` duration; same order as the thresholds. */
  readonly verySlow: readonly number[];
  /** Per class (or score bin), requests that were answered with it; same order as `classNames`. */
  readonly classes: readonly number[];
}

/** One settled minute in which green had a weight. */
export interface EvidenceMinute {
  /** Start of the minute, ISO 8601, UTC. */
  readonly minute: string;
  /** Green's alias weight in this minute, whole percent, 1 to 99. */
  readonly weight: number;
  readonly blue: SideCounts;
  readonly green: SideCounts;
}

/**
 * One of blue's own quantiles before the canary, and the durations (ms) that the two sides are held to:
 * blue at its own quantile; green a little later, so that being a little slower is tolerated (see judge gates, latency).
 */
export interface LatencyThreshold {
  /** 0 < quantile < 1, a share of blue's requests before the canary that were at most `blueMs`. */
  readonly quantile: number;
  readonly blueMs: number;
  /** Green beyond this while blue beyond `blueMs` is what the tolerance allows. */
  readonly greenToleratedMs: number;
  /** Green beyond this while blue beyond `blueMs` is harm. */
  readonly greenHarmfulMs: number;
}

/** Blue's own numbers before the canary: they seed the estimates and fix thresholds and classes beforehand. */
export interface Baseline {
  /** Settled minutes that were counted. */
  readonly minutes: number;
  readonly requests: number;
  /** Sum of invocation errors, model errors and non-finite outputs. */
  readonly failures: number;
  /** Requests with a duration; the quantiles' sample size. */
  readonly durations: number;
  /** Ascending by quantile; empty when blue had no traffic. */
  readonly thresholds: readonly LatencyThreshold[];
  readonly classNames: readonly string[];
  /** Blue's count per class, same order as `classNames`. */
  readonly classes: readonly number[];
}

export interface Evidence {
  readonly baseline: Baseline;
  /** Minutes of canary that the strategy plans in all: the horizon of the start-minute mixture, and when a bake ends. */
  readonly plannedMinutes: number;
  /** Ascending; every settled minute of the canary so far. Weights may differ between minutes. */
  readonly minutes: readonly EvidenceMinute[];
}
