import type { EventCount, ExpectedShift, LabelsBefore, LatencyThreshold, LeftOutMinute } from '../judge/evidence';
import type { JudgeSettings } from '../judge/judgement';

/**
 * A canary as a file: what `npm run replay` reads and what a rollout keeps of itself. docs/replay.md describes it for
 * people; `traceSchema` in the contract parses it and fills in what may be absent.
 */

/** Bin i holds (edge0 * ratio^(i-1), edge0 * ratio^i], bin 0 what is at most edge0, the last bin the rest. */
export interface GeometricBins {
  readonly unit: 'ms';
  readonly edge0: number;
  readonly ratio: number;
  readonly count: number;
}

/** Bin i holds (edges[i-1], edges[i]], bin 0 what is at most edges[0], one bin more than there are edges the rest. */
export interface ExplicitBins {
  readonly unit: 'ms';
  /** Ascending. */
  readonly edges: readonly number[];
}

export type LatencyBins = GeometricBins | ExplicitBins;

/** One version in one minute. */
export interface TraceSide {
  readonly invocations: number;
  /** Failed requests of every kind. */
  readonly errors: number;
  /** Parts of `errors` that Lambda does not see. */
  readonly modelErrors: number;
  readonly nonFiniteOutputs: number;
  readonly throttles: number;
  /** Pairs of bin and count; a bin that is not named is empty. */
  readonly latency: readonly (readonly [bin: number, count: number])[];
  /** Requests whose duration was counted, where the bins do not sum to it. */
  readonly durations?: number;
  /** Per threshold, requests beyond this side's own durations, where the bins cannot say so (counts that contradict each other). */
  readonly slow?: readonly number[];
  readonly verySlow?: readonly number[];
  readonly classes: readonly number[];
  readonly custom: readonly EventCount[];
  /** Labelled answers and the wrong ones among them, where accuracy is judged. */
  readonly labelled?: EventCount;
}

export interface TraceBaselineRow {
  /** Minutes; below 0. */
  readonly t: number;
  /** Start of the minute, ISO 8601, UTC. */
  readonly minute?: string;
  readonly blue: TraceSide;
}

export interface TraceRow {
  /** Minutes since the canary began; the first is 1. */
  readonly t: number;
  readonly minute?: string;
  /** Green's share of the traffic, 0 to 1. */
  readonly weight: number;
  readonly blue: TraceSide;
  readonly green: TraceSide;
}

export interface Trace {
  readonly id: string;
  readonly kind?: string;
  readonly label?: string;
  /** What is wrong with green; `drift` is the gate `predictions`. */
  readonly family?: string;
  readonly expected?: string;
  /** A rollout's own record: CloudWatch counts several answers per request, and durations of warm requests only. */
  readonly source?: 'rollout';
  readonly horizonMinutes: number;
  readonly latencyBins: LatencyBins;
  readonly classNames: readonly string[];
  /** What was fixed before the canary; absent: blue's quantiles in the baseline rows. Each duration is an edge of the bins. */
  readonly thresholds?: readonly LatencyThreshold[];
  /** The sample size of the thresholds' quantiles; absent: all durations of the baseline rows. */
  readonly baselineDurations?: number;
  /** Settings that were in force. */
  readonly settings?: JudgeSettings;
  /** True for a watch: blue's minutes are earlier ones of its own. */
  readonly oneAfterTheOther?: boolean;
  /** True where only warm requests are timed. */
  readonly warmOnly?: boolean;
  readonly expectedShift?: ExpectedShift;
  /** Labels that were in sight before the canary. */
  readonly labels?: LabelsBefore;
  /** Rows in which blue itself was far outside its own hour: they prove nothing. */
  readonly held?: readonly LeftOutMinute[];
  readonly leftOut?: readonly LeftOutMinute[];
  /** Ascending by t. */
  readonly baseline: readonly TraceBaselineRow[];
  /** Ascending by t. */
  readonly rows: readonly TraceRow[];
}
