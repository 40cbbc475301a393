import { isProven } from '../judge/3-gates/latency-quantiles';
import type { Evidence, LatencyThreshold, SideCounts } from '../judge/evidence';
import type { JudgeSettings } from '../judge/judgement';
import { beyondEdge, binnedRequests, edgeAt } from './bins';
import type { Trace, TraceSide } from './trace';

/** A duration (ms) that a side is held to, and how many of its requests took longer. */
interface Limit {
  readonly ms: number;
  readonly beyond: number;
}

/** Per side: which durations it is held to, in the order of `slow` and of `verySlow`. */
interface Held {
  readonly tolerated: readonly number[];
  readonly harmful: readonly number[];
}

/**
 * Writes what was judged as a trace. `evidenceOfTrace` reads exactly the same evidence from it, and the same settings judge
 * it to the same verdict, minute by minute.
 *
 * Each side is only known beyond its own durations. The edges of the bins are the durations of both; a side's requests
 * between two of its own durations are put just below the later one.
 */
export function traceOfEvidence(evidence: Evidence, id: string, settings: JudgeSettings): Trace {
  const { baseline, minutes, plannedMinutes, oneAfterTheOther, warmOnly, expectedShift, held, leftOut } = evidence;
  const { thresholds } = baseline;
  const edges = edgesOf(thresholds);
  const { blue, green } = heldTo(thresholds);
  return {
    id,
    source: 'rollout',
    horizonMinutes: plannedMinutes,
    latencyBins: { unit: 'ms', edges },
    classNames: baseline.classNames,
    thresholds,
    baselineDurations: baseline.durations,
    settings,
    ...(oneAfterTheOther !== undefined && { oneAfterTheOther }),
    ...(warmOnly !== undefined && { warmOnly }),
    ...(expectedShift !== undefined && { expectedShift }),
    ...(baseline.labels !== undefined && { labels: baseline.labels }),
    ...(held !== undefined && held.length > 0 && { held }),
    ...(leftOut !== undefined && { leftOut }),
    baseline: baseline.minutes.map((one, index) => ({
      t: index - baseline.minutes.length,
      minute: one.minute,
      blue: sideOf({ ...one.blue, verySlow: undefined }, blue, edges),
    })),
    rows: minutes.map((one, index) => ({
      t: index + 1,
      minute: one.minute,
      weight: one.weight / 100,
      blue: sideOf(one.blue, blue, edges),
      green: sideOf(one.green, green, edges),
    })),
  };
}

function edgesOf(thresholds: readonly LatencyThreshold[]): readonly number[] {
  const all = thresholds.flatMap((one) => [one.blueMs, one.greenToleratedMs, one.greenHarmfulMs]);
  return [...new Set(all)].sort((a, b) => a - b);
}

function heldTo(thresholds: readonly LatencyThreshold[]): { readonly blue: Held; readonly green: Held } {
  const own = thresholds.map((one) => one.blueMs);
  return {
    blue: { tolerated: own, harmful: own },
    green: {
      tolerated: thresholds.map((one) => one.greenToleratedMs),
      // Where no proof is needed nobody looked beyond the harmful duration.
      harmful: thresholds.map((one) => (isProven(one) ? one.greenHarmfulMs : one.greenToleratedMs)),
    },
  };
}

type Counted = Omit<SideCounts, 'verySlow'> & { readonly verySlow: readonly number[] | undefined };

function sideOf(counts: Counted, held: Held, edges: readonly number[]): TraceSide {
  const limits = limitsOf(held.tolerated, counts.slow).concat(limitsOf(held.harmful, counts.verySlow ?? []));
  const latency = binsOf(limits, counts.durations, edges);
  const read = (durations: readonly number[]) => durations.map((ms) => beyondEdge(latency, edgeAt(edges, ms)));
  const { slow, verySlow } = counts;
  return {
    invocations: counts.requests,
    errors: counts.invocationErrors + counts.modelErrors + counts.nonFiniteOutputs,
    modelErrors: counts.modelErrors,
    nonFiniteOutputs: counts.nonFiniteOutputs,
    throttles: counts.throttles,
    latency,
    ...(binnedRequests(latency) !== counts.durations && { durations: counts.durations }),
    // Each count is CloudWatch's answer to a query of its own: two may contradict each other, and then both are kept.
    ...(!same(read(held.tolerated), slow) && { slow }),
    ...(verySlow !== undefined && !same(read(held.harmful), verySlow) && { verySlow }),
    classes: counts.classes,
    custom: counts.custom,
    ...(counts.labelled !== undefined && { labelled: counts.labelled }),
  };
}

const limitsOf = (durations: readonly number[], counts: readonly number[]): Limit[] =>
  durations.map((ms, index) => ({ ms, beyond: counts[index] ?? 0 }));

/** From the longest duration down: what is beyond it, then what lies between it and the next shorter one. */
function binsOf(limits: readonly Limit[], durations: number, edges: readonly number[]): TraceSide['latency'] {
  const bins: [number, number][] = [];
  let placed = 0;
  let bin = edges.length;
  const put = (upTo: number) => {
    if (upTo > placed) bins.unshift([bin, upTo - placed]);
    placed = Math.max(placed, upTo);
  };
  for (const { ms, beyond } of [...limits].sort((a, b) => b.ms - a.ms || a.beyond - b.beyond)) {
    const place = edgeAt(edges, ms);
    if (place === bin) continue;
    put(beyond);
    bin = place;
  }
  put(durations);
  return bins;
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);
