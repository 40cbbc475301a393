import type { Evidence, LatencyThreshold, LeftOutMinute, SideCounts } from '../judge/evidence';
import { isProven } from '../judge/3-gates/latency-quantiles';
import type { LatencyMargins } from '../latency-thresholds';
import { isoTime, MINUTE_MS } from '../minutes';
import { beyondEdge, binnedRequests, edgeAt, edgesOf } from './bins';
import { thresholdsOfTrace } from './thresholds-of-trace';
import type { Trace, TraceBaselineRow, TraceRow, TraceSide } from './trace';

/** Minutes of a trace that names none are counted from here; only their order matters to the judge. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

/**
 * Reads a trace as the judge's evidence: bins become counts beyond thresholds. `margins` make the thresholds of a trace that
 * has none of its own; without them nothing is held to a duration.
 */
export function evidenceOfTrace(trace: Trace, margins?: LatencyMargins): Evidence {
  const thresholds = trace.thresholds ?? (margins === undefined ? [] : thresholdsOfTrace(trace, margins));
  const beyond = counters(thresholds, edgesOf(trace.latencyBins));
  const leftOut = [...(trace.leftOut ?? []), ...trace.rows.filter((row) => !isJudged(row)).map(whyLeftOut)];
  return {
    baseline: {
      minutes: trace.baseline.map((row) => ({
        minute: minuteOf(row),
        blue: { ...countsOf(row.blue), slow: row.blue.slow ?? beyond.blue(row.blue) },
      })),
      durations: trace.baselineDurations ?? trace.baseline.reduce((sum, { blue }) => sum + durationsOf(blue), 0),
      thresholds,
      classNames: trace.classNames,
      ...(trace.labels !== undefined && { labels: trace.labels }),
    },
    plannedMinutes: trace.horizonMinutes,
    minutes: trace.rows.filter(isJudged).map((row) => ({
      minute: minuteOf(row),
      weight: Math.min(99, Math.max(1, Math.round(100 * row.weight))),
      blue: sideOf(row.blue, beyond.blue, beyond.blue),
      green: sideOf(row.green, beyond.greenTolerated, beyond.greenHarmful),
    })),
    ...(trace.oneAfterTheOther !== undefined && { oneAfterTheOther: trace.oneAfterTheOther }),
    ...(trace.warmOnly !== undefined && { warmOnly: trace.warmOnly }),
    ...(trace.expectedShift !== undefined && { expectedShift: trace.expectedShift }),
    ...(trace.held !== undefined && { held: trace.held }),
    ...((trace.leftOut !== undefined || leftOut.length > 0) && { leftOut }),
  };
}

/** Whether both versions had traffic by their weights; only then is there something to compare. */
export const isJudged = ({ weight }: Pick<TraceRow, 'weight'>): boolean => weight > 0 && weight < 1;

const whyLeftOut = (row: TraceRow): LeftOutMinute => ({
  minute: minuteOf(row),
  why: row.weight <= 0 ? 'green had no weight' : 'green had all traffic, and no blue beside it',
});

const minuteOf = ({ minute, t }: TraceRow | TraceBaselineRow): string => minute ?? isoTime(EPOCH_MS + t * MINUTE_MS);

type CountBeyond = (side: TraceSide) => readonly number[];

/**
 * Blue is counted beyond its own durations, for tolerance and for harm; green beyond the tolerated and the harmful ones.
 * As in a rollout, harm is counted at the quantiles where it needs proof, and is elsewhere as for tolerance.
 */
function counters(thresholds: readonly LatencyThreshold[], edges: readonly number[]) {
  const at = (durations: readonly number[]): CountBeyond => {
    const places = durations.map((ms) => edgeAt(edges, ms));
    return ({ latency }) => places.map((place) => beyondEdge(latency, place));
  };
  return {
    blue: at(thresholds.map((one) => one.blueMs)),
    greenTolerated: at(thresholds.map((one) => one.greenToleratedMs)),
    greenHarmful: at(thresholds.map((one) => (isProven(one) ? one.greenHarmfulMs : one.greenToleratedMs))),
  };
}

const durationsOf = (side: TraceSide): number => side.durations ?? binnedRequests(side.latency);

const countsOf = (side: TraceSide): Omit<SideCounts, 'slow' | 'verySlow'> => ({
  requests: side.invocations,
  invocationErrors: side.errors - side.modelErrors - side.nonFiniteOutputs,
  modelErrors: side.modelErrors,
  nonFiniteOutputs: side.nonFiniteOutputs,
  throttles: side.throttles,
  durations: durationsOf(side),
  classes: side.classes,
  custom: side.custom,
  ...(side.labelled !== undefined && { labelled: side.labelled }),
});

const sideOf = (side: TraceSide, tolerated: CountBeyond, harmful: CountBeyond): SideCounts => ({
  ...countsOf(side),
  slow: side.slow ?? tolerated(side),
  verySlow: side.verySlow ?? harmful(side),
});
