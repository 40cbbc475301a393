import { isProven, THRESHOLD_QUANTILES } from './gates/latency-quantiles';
import type { LatencyThreshold } from './evidence';

/** Fewer requests than this on either side of a quantile say nothing of where it lies. */
const LEAST_BEYOND = 2;

/**
 * Lambda reports durations in hundredths of a millisecond. A threshold lies one below the quantile, so that requests
 * which took just as long count as beyond it: where many take the same time, blue would else have none beyond its own
 * quantile, and it cannot be proven that green has fewer than none.
 */
const RESOLUTION_MS = 0.01;

export interface LatencyMargins {
  readonly tolerancePercent: number;
  readonly toleranceFloorMs: number;
  readonly harmPercent: number;
  readonly harmFloorMs: number;
}

export interface MeasuredQuantile {
  /** 0 < quantile < 1. */
  readonly quantile: number;
  readonly ms: number;
}

/**
 * The quantiles that `durations` measured requests can tell: those with at least two expected on either side of them.
 */
export function tellingQuantiles(durations: number): readonly number[] {
  // A hair is allowed for: 20 * (1 - 0.9) is 1.999….
  const telling = THRESHOLD_QUANTILES.filter(
    (quantile) => durations * Math.min(quantile, 1 - quantile) >= LEAST_BEYOND - 1e-9,
  );
  // A slow tail shows best at the highest threshold. Where there are too few requests for p99.9, the highest that there
  // are enough for takes its place, once it is well beyond p99: half as many are beyond it.
  const highest = Math.floor(1000 * (1 - LEAST_BEYOND / durations)) / 1000;
  return highest >= 0.995 && highest < 0.999 ? [...telling, highest] : telling;
}

/**
 * An hour's quantiles are medians of those of its slices: an incident of a few minutes lies in two or three of twelve.
 */
export const SLICE_MINUTES = 5;
const FEWEST_SLICES = 6;
/** A slice tells a quantile by at least so many requests on either side of it. */
const LEAST_BEYOND_IN_SLICE = 5;

/**
 * Places of the slices that tell a quantile, by their requests; none where they are too few, and the whole hour must
 * tell it.
 */
export function tellingSlices(quantile: number, requests: readonly number[]): readonly number[] {
  const telling = requests.flatMap((count, place) =>
    count * Math.min(quantile, 1 - quantile) >= LEAST_BEYOND_IN_SLICE ? [place] : [],
  );
  return telling.length >= FEWEST_SLICES ? telling : [];
}

/** Of an even number the lower one in the middle. */
export const medianOf = (values: readonly number[]): number | undefined =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/**
 * What blue and green are held to, ascending: blue to its own quantile, green to max(blue * (1 + percent), blue +
 * floor). Durations are rounded to a hundredth of a millisecond, as Lambda reports them. Of quantiles with one duration
 * the highest stays that needs proof, or else the highest: where all requests take as long, something must be left to
 * prove. A duration of 0 is no threshold.
 */
export function latencyThresholds(
  measured: readonly MeasuredQuantile[],
  margins: LatencyMargins,
): readonly LatencyThreshold[] {
  const byDuration = new Map<number, LatencyThreshold>();
  let least = 0;
  for (const { quantile, ms: measuredMs } of [...measured].sort((a, b) => a.quantile - b.quantile)) {
    // CloudWatch estimates each quantile on its own; a higher one is never shorter.
    const ms = Math.max(hundredths(measuredMs), least);
    least = ms;
    const blueMs = hundredths(ms - RESOLUTION_MS);
    if (blueMs <= 0) continue;
    const greenToleratedMs = beyond(ms, margins.tolerancePercent, margins.toleranceFloorMs);
    const greenHarmfulMs = Math.max(beyond(ms, margins.harmPercent, margins.harmFloorMs), greenToleratedMs);
    const same = byDuration.get(blueMs);
    if (same !== undefined && isProven(same) && !isProven({ quantile })) continue;
    byDuration.set(blueMs, { quantile, blueMs, greenToleratedMs, greenHarmfulMs });
  }
  return [...byDuration.values()];
}

const beyond = (ms: number, percent: number, floorMs: number): number =>
  hundredths(Math.max(ms * (1 + percent / 100), ms + floorMs));

const hundredths = (ms: number): number => Math.round(ms * 100) / 100;
