import type { LatencyBins, TraceSide } from './trace';

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
export const beyondEdge = (latency: TraceSide['latency'], place: number): number =>
  latency.reduce((sum, [bin, count]) => (bin > place ? sum + count : sum), 0);

export const binnedRequests = (latency: TraceSide['latency']): number => beyondEdge(latency, -1);
