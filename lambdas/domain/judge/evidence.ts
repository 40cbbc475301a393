/**
 * What the judge is given: what CloudWatch counted, minute by minute and per version, and nothing else.
 * Counts are whole numbers; minutes that are not settled are not in it.
 */

/** What one version did in one minute. */
export interface SideCounts {
  /** Through the live alias: inferences of the built-in model server, with failed invocations; else Lambda's `Invocations`. */
  readonly requests: number;
  /** Lambda `Errors`: the function threw, timed out or ran out of memory. */
  readonly invocationErrors: number;
  /** Requests that the model itself failed; answered 500, so Lambda counts them as successes. */
  readonly modelErrors: number;
  /** Requests whose model output held NaN or an infinity; answered 500, disjoint from `modelErrors`. */
  readonly nonFiniteOutputs: number;
  /** Requests that Lambda turned away before they reached the function: not among `requests`. */
  readonly throttles: number;
  /** Requests whose duration was counted: all, or the warm ones alone where the endpoint tells warm from cold. */
  readonly durations: number;
  /** Per latency threshold, requests slower than this side's `tolerated` duration; same order as the thresholds. */
  readonly slow: readonly number[];
  /** Per latency threshold, requests slower than this side's `harmful` duration; same order as the thresholds. */
  readonly verySlow: readonly number[];
  /** Per class (or score bin), requests that were answered with it; same order as `classNames`. */
  readonly classes: readonly number[];
  /** Per custom gate, what its two counters say; same order as the gates in the settings. */
  readonly custom: readonly EventCount[];
  /** Answers that users labelled in time, and how many of them were wrong. @default none: the accuracy gate is not judged */
  readonly labelled?: EventCount;
}

export interface EventCount {
  readonly events: number;
  /** What the events are a part of: at least as many. */
  readonly requests: number;
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

/** One settled minute of blue alone, before the canary. Nobody is held to harm there, so `verySlow` is not counted. */
export interface BaselineMinute {
  /** Start of the minute, ISO 8601, UTC. */
  readonly minute: string;
  readonly blue: Omit<SideCounts, 'verySlow'>;
}

/**
 * Blue's own numbers before the canary: they seed the estimates, fix thresholds and classes beforehand, and show how much
 * a version wanders from minute to minute by itself.
 */
export interface Baseline {
  /** Ascending; a minute without requests is among them. */
  readonly minutes: readonly BaselineMinute[];
  /** The sample size of the quantiles, which may come from a part of the minutes. */
  readonly durations: number;
  /** Ascending by quantile; empty when blue had no traffic. */
  readonly thresholds: readonly LatencyThreshold[];
  readonly classNames: readonly string[];
  /** What decides, once and before the canary, whether accuracy is judged. @default nobody looked for labels */
  readonly labels?: LabelsBefore;
}

/** Labels that came in time, which is soon enough after their answer to be compared during the canary. */
export interface LabelsBefore {
  /** Of blue's answers, in the baseline's minutes. */
  readonly blue: number;
  /** What green may therefore expect for its share of the canary. */
  readonly green: number;
}

/** How verification saw green answer otherwise than blue on the very same requests. */
export interface ExpectedShift {
  readonly source: 'captured requests' | 'golden set';
  /** Answers compared. */
  readonly answers: number;
  /** Per class, same order as `classNames`: green's share minus blue's, -1 to 1, and its standard error. */
  readonly classes: readonly { readonly shift: number; readonly standardError: number }[];
}

/** A minute that is not judged, and why. The rule was fixed before its counts were seen. */
export interface LeftOutMinute {
  readonly minute: string;
  readonly why: string;
}

export interface Evidence {
  readonly baseline: Baseline;
  /** Minutes of canary that the strategy plans in all: the horizon of the start-minute mixture, and when a bake ends. */
  readonly plannedMinutes: number;
  /** Ascending; every settled minute of the canary so far. Weights may differ between minutes. */
  readonly minutes: readonly EvidenceMinute[];
  /** True in the watch: blue's minutes are earlier ones of its own, so no request was routed by a weight. @default false */
  readonly oneAfterTheOther?: boolean;
  /** True where only warm requests are timed, by the settings. The alias weight is then not the chance that one is green's. @default false */
  readonly warmOnly?: boolean;
  /** Absent when nothing was compared: then no shift is expected. */
  readonly expectedShift?: ExpectedShift;
  /**
   * Those of `minutes` in which blue itself was far outside its own hour, see `heldMinutes`: green may be stopped in them, and
   * proves nothing. @default none
   */
  readonly held?: readonly LeftOutMinute[];
  /** Settled minutes of the canary that are not among `minutes`. */
  readonly leftOut?: readonly LeftOutMinute[];
}
