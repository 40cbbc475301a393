import type { LatencyThreshold } from '../evidence';
import type { BinnedTrace, LatencyBins, Trace, TraceSide } from './shape';

/** Pairs of bin and count. */
export type Bins = TraceSide['latency'];

/** Two durations are the same edge up to the rounding of a power and of a decimal in JSON. */
const HAIR = 1e-9;

/** Upper edges (ms) of all bins but the last, which has none. */
export function edgesOf(bins: LatencyBins): readonly number[] {
  if ('edges' in bins) return bins.edges;
  return Array.from({ length: bins.count - 1 }, (_, index) => bins.edge0 * bins.ratio ** index);
}

export const binCount = (bins: LatencyBins): number => ('edges' in bins ? bins.edges.length + 1 : bins.count);

/** The place of a duration among the edges; -1 when it is none of them. */
export const edgeAt = (edges: readonly number[], ms: number): number =>
  edges.findIndex((edge) => Math.abs(edge - ms) <= HAIR * ms);

/** The place of the first edge of at least `ms`; -1 when all are below. */
export const firstEdgeFrom = (edges: readonly number[], ms: number): number =>
  edges.findIndex((edge) => edge >= ms * (1 - HAIR));

/** Requests beyond the edge at this place. */
export const beyondEdge = (latency: Bins, place: number): number =>
  latency.reduce((sum, [bin, count]) => (bin > place ? sum + count : sum), 0);

export const binnedRequests = (latency: Bins): number => beyondEdge(latency, -1);

/**
 * The trace with blue's durations in bins. Of a rollout's own only what is beyond blue's own durations is known:
 * requests between two of these are put just below the later one.
 */
export function withBlueInBins(trace: Trace): BinnedTrace {
  const { latencyBins, thresholds = [] } = trace;
  if (latencyBins !== undefined) return { ...trace, latencyBins };
  const all = thresholds.flatMap((one) => [one.blueMs, one.greenToleratedMs, one.greenHarmfulMs]);
  const edges = [...new Set(all)].sort((a, b) => a - b);
  const binned = <Row extends { readonly blue: TraceSide }>(row: Row): Row => ({
    ...row,
    blue: { ...row.blue, latency: binsOf(row.blue, thresholds, edges) },
  });
  return {
    ...trace,
    latencyBins: { unit: 'ms', edges },
    baseline: trace.baseline.map(binned),
    rows: trace.rows.map(binned),
  };
}

function binsOf(
  { durations = 0, slow = [] }: TraceSide,
  thresholds: readonly LatencyThreshold[],
  edges: readonly number[],
): Bins {
  const places = [...thresholds.map(({ blueMs }) => edgeAt(edges, blueMs)), edges.length];
  let above = durations;
  return places.flatMap((place, index): [number, number][] => {
    const beyond = Math.min(above, slow[index] ?? 0);
    const count = above - beyond;
    above = beyond;
    return count > 0 ? [[place, count]] : [];
  });
}
