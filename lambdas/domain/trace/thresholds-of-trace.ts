import { isProven } from '../gates/latency-quantiles';
import type { LatencyThreshold } from '../evidence';
import { type LatencyMargins, medianOf, SLICE_MINUTES, tellingQuantiles, tellingSlices } from '../latency-thresholds';
import { edgesOf, firstEdgeFrom } from './bins';
import type { Trace } from './shape';

/**
 * What blue and green are held to, from blue's own minutes before the canary, as a rollout does it, but rounded to
 * edges: blue at the upper edge of the bin that holds its quantile, green at the first edge that is no earlier than
 * max(blue * (1 + percent), blue + floor). Rounding up tolerates more, never less. Of quantiles in one bin the highest
 * stays that needs proof, or else the highest. A quantile whose tolerated duration lies in the last bin cannot be
 * counted.
 */
export function thresholdsOfTrace(
  { baseline, latencyBins }: Pick<Trace, 'baseline' | 'latencyBins'>,
  margins: LatencyMargins,
): readonly LatencyThreshold[] {
  if (latencyBins === undefined) return [];
  const edges = edgesOf(latencyBins);
  const perBin = countsPerBin(baseline);
  const durations = requestsIn(perBin);
  const slices = slicesOf(baseline).map(countsPerBin);
  const byBin = new Map<number, LatencyThreshold>();
  for (const quantile of tellingQuantiles(durations)) {
    const told = tellingSlices(quantile, slices.map(requestsIn)).map((place) => slices[place] ?? []);
    const bin =
      medianOf(told.map((slice) => binOf(slice, quantile * requestsIn(slice)))) ?? binOf(perBin, quantile * durations);
    const blueMs = edges[bin];
    if (blueMs === undefined) continue;
    const tolerated = edges[firstEdgeFrom(edges, later(blueMs, margins.tolerancePercent, margins.toleranceFloorMs))];
    if (tolerated === undefined) continue;
    const harmful = edges[firstEdgeFrom(edges, later(blueMs, margins.harmPercent, margins.harmFloorMs))];
    const same = byBin.get(bin);
    if (same !== undefined && isProven(same) && !isProven({ quantile })) continue;
    // Beyond an earlier edge are more requests: harder to prove harmless, so the last edge is safe where none is late
    // enough.
    const greenHarmfulMs = Math.max(harmful ?? edges.at(-1) ?? tolerated, tolerated);
    byBin.set(bin, { quantile, blueMs, greenToleratedMs: tolerated, greenHarmfulMs });
  }
  return [...byBin.values()];
}

const later = (ms: number, percent: number, floorMs: number): number =>
  Math.max(ms * (1 + percent / 100), ms + floorMs);

type PerBin = readonly (readonly [bin: number, count: number])[];

const requestsIn = (perBin: PerBin): number => perBin.reduce((sum, [, count]) => sum + count, 0);

/** Whole slices of the hour, by the minutes before the canary. */
function slicesOf(baseline: Trace['baseline']): readonly Trace['baseline'][] {
  const slices = new Map<number, Trace['baseline'][number][]>();
  for (const row of baseline) {
    const slice = Math.floor(row.t / SLICE_MINUTES);
    slices.set(slice, [...(slices.get(slice) ?? []), row]);
  }
  return [...slices.values()];
}

function countsPerBin(baseline: Trace['baseline']): PerBin {
  const counts = new Map<number, number>();
  for (const { blue } of baseline)
    for (const [bin, count] of blue.latency) counts.set(bin, (counts.get(bin) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b);
}

/** The bin of the request at this rank. */
function binOf(perBin: PerBin, rank: number): number {
  let left = rank;
  return perBin.find(([, count]) => (left -= count) <= 0)?.[0] ?? 0;
}
