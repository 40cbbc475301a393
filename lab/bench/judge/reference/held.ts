import { edgesOf, firstEdgeFrom } from '../../../../lambdas/domain/trace/bins';
import type { BinnedTrace } from '../../../../lambdas/domain/trace/trace';

const { abs } = Math;

const QUANTILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];
/** Green may be so many times as slow. */
const TOLERATED = 1.05;
/** Requests expected beyond a quantile, below which it is left out; less a rounding error. */
const FEWEST_BEYOND = 2 - 1e-9;

/** One of blue's quantiles, and the places of the edges that blue and green are held to. */
export interface Held {
  readonly quantile: number;
  readonly blue: number;
  readonly green: number;
}

/**
 * Blue is held to the edge that is nearest to its quantile, green to the first one late enough; of quantiles at one
 * edge the first counts.
 */
export function heldTo({ baseline, latencyBins }: BinnedTrace): readonly Held[] {
  const edges = edgesOf(latencyBins);
  const perBin = new Float64Array(edges.length + 1);
  for (const { blue } of baseline) for (const [bin, count] of blue.latency) perBin[bin] = (perBin[bin] ?? 0) + count;
  const requests = perBin.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const upTo = edges.map((_, place) => (below += perBin[place] ?? 0));
  const held = QUANTILES.filter((quantile) => requests * (1 - quantile) >= FEWEST_BEYOND).flatMap((quantile) => {
    const blue = nearest(upTo, quantile * requests);
    const green = firstEdgeFrom(edges, TOLERATED * (edges[blue] ?? Infinity));
    return green < 0 ? [] : [{ quantile, blue, green }];
  });
  return held.filter(({ blue }, index) => blue !== held[index - 1]?.blue);
}

/** The place of the value that is nearest. */
const nearest = (values: readonly number[], to: number): number =>
  values.reduce((best, value, place) => (abs(value - to) < abs((values[best] ?? Infinity) - to) ? place : best), 0);
