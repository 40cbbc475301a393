import type { Evidence, LatencyThreshold, LeftOutMinute, SideCounts } from '../evidence';
import { isProven } from '../gates/latency-quantiles';
import type { JudgeSettings } from '../gates/gates';
import type { LatencyMargins } from '../latency-thresholds';
import { isoTime, MINUTE_MS } from '../minutes';
import { beyondEdge, type Bins, binnedRequests, edgeAt, edgesOf } from './bins';
import { thresholdsOfTrace } from './thresholds-of-trace';
import type { LatencyBins, Trace, TraceBaselineRow, TraceRow, TraceSide } from './shape';

/** Minutes of a trace that names none are counted from here; only their order matters to the judge. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

/**
 * What the judge is given of a trace: rows at weight 0 or 1 are left out, and durations in bins become counts beyond
 * thresholds. `margins` make the thresholds of a trace that has none of its own; without them nothing is held to a
 * duration.
 */
export function evidenceOfTrace(trace: Trace, margins?: LatencyMargins): Evidence {
  const thresholds = trace.thresholds ?? (margins === undefined ? [] : thresholdsOfTrace(trace, margins));
  const counts = counters(thresholds, trace.latencyBins);
  const leftOut = [...(trace.leftOut ?? []), ...trace.rows.filter((row) => !isJudged(row)).map(whyLeftOut)];
  const { horizonMinutes, classNames, measures, uncounted, labels, oneAfterTheOther, blueShares } = trace;
  const { warmOnly, expectedShift, held, replayed } = trace;
  return {
    ...{ horizonMinutes, classNames, measures, uncounted, labels, oneAfterTheOther, blueShares },
    ...{ warmOnly, expectedShift, held, thresholds },
    ...(replayed && { replayed }),
    baselineDurations: trace.baselineDurations ?? trace.baseline.reduce((sum, row) => sum + durationsOf(row.blue), 0),
    baseline: trace.baseline.map((row) => ({ minute: minuteOf(row), blue: counts.baseline(row.blue) })),
    rows: trace.rows.filter(isJudged).map((row) => ({
      minute: minuteOf(row),
      // Strategies have whole percents, and a weight that is small is none of 0.
      weight: Math.min(99, Math.max(1, Math.round(100 * row.weight))) / 100,
      blue: counts.blue(row.blue),
      green: counts.green(row.green),
    })),
    leftOut: trace.leftOut === undefined && leftOut.length === 0 ? undefined : leftOut,
  };
}

/** Whether both versions had traffic by their weights; only then is there something to compare. */
export const isJudged = ({ weight }: Pick<TraceRow, 'weight'>): boolean => weight > 0 && weight < 1;

const whyLeftOut = (row: TraceRow): LeftOutMinute => ({
  minute: minuteOf(row),
  why: row.weight <= 0 ? 'green had no weight' : 'green had all traffic, and no blue beside it',
});

const minuteOf = ({ minute, t }: TraceRow | TraceBaselineRow): string => minute ?? isoTime(EPOCH_MS + t * MINUTE_MS);

/**
 * Blue is counted beyond its own durations, for tolerance and for harm; green beyond the tolerated and the harmful
 * ones. As in a rollout, harm is counted at the quantiles where it needs proof, and is elsewhere as for tolerance.
 */
function counters(thresholds: readonly LatencyThreshold[], bins: LatencyBins | undefined) {
  const edges = bins === undefined ? [] : edgesOf(bins);
  const at = (durations: readonly number[]) => {
    const places = durations.map((ms) => edgeAt(edges, ms));
    return (latency: Bins) => places.map((place) => beyondEdge(latency, place));
  };
  const own = at(thresholds.map((one) => one.blueMs));
  const tolerated = at(thresholds.map((one) => one.greenToleratedMs));
  const harmful = at(thresholds.map((one) => (isProven(one) ? one.greenHarmfulMs : one.greenToleratedMs)));
  const tolerable =
    (ofTolerance: typeof own) =>
    ({ latency, ...side }: TraceSide) => ({
      ...side,
      durations: side.durations ?? binnedRequests(latency),
      slow: side.slow ?? ofTolerance(latency),
    });
  const judged =
    (ofTolerance: typeof own, ofHarm: typeof own) =>
    (side: TraceSide): SideCounts => {
      const counts = tolerable(ofTolerance)(side);
      // Where harm was not counted, what is beyond the tolerance stands for it: never less than there was.
      return { ...counts, verySlow: side.verySlow ?? (bins === undefined ? counts.slow : ofHarm(side.latency)) };
    };
  return { baseline: tolerable(own), blue: judged(own, own), green: judged(tolerated, harmful) };
}

const durationsOf = ({ durations, latency }: TraceSide): number => durations ?? binnedRequests(latency);

/** What a rollout judged, as a trace: `evidenceOfTrace` reads exactly the same evidence from it. */
export function traceOfEvidence(evidence: Evidence, id: string, settings: JudgeSettings) {
  const before = evidence.baseline.length;
  return {
    ...{ id, source: 'rollout', settings },
    ...evidence,
    baseline: evidence.baseline.map((row, index) => ({ t: index - before, ...row })),
    rows: evidence.rows.map((row, index) => ({ t: index + 1, ...row })),
  };
}
