import { logistic, logit } from '../statistics/summaries';
import { type MeasuredQuantile, medianOf, SLICE_MINUTES, tellingQuantiles, tellingSlices } from '../latency-thresholds';
import { type BlueDay, type BlueMinute, sumOf } from './blue-day';

/** The share of a minute's timed requests that took longer than so many ms. */
export type ShareBeyond = (ms: number) => number;

/** How the counts of a day's minutes are read between the edges that they were counted at. */
export interface DayDurations {
  readonly beyond: (minute: BlueMinute) => ShareBeyond;
}

/** Log odds per ln ms of a lognormal with sigma 0.5, which is what services usually have: for a day with one edge. */
const USUAL_SLOPE = -3.6;

/**
 * Between two edges the requests of a minute lie as the whole day's do, and those as lines through (ln ms, log odds),
 * continued at both ends. Where edges are close, as in a trace, that hardly matters; CloudWatch is asked at seven.
 */
export function dayDurations(day: BlueDay): DayDurations {
  const { edgesMs } = day;
  const whole = sumOf(day.minutes);
  const overall = curve(edgesMs, whole);
  const atEdges = edgesMs.map(overall);
  return {
    beyond: (minute) => {
      if (minute.durations <= 0) return () => 0;
      const shareAt = (edge: number) => (edge < 0 ? 1 : (minute.beyond[edge] ?? 0) / minute.durations);
      return (ms) => {
        const next = firstFrom(edgesMs, ms);
        const [above, below] = [shareAt(next - 1), next < edgesMs.length ? shareAt(next) : 0];
        const from = next === 0 ? 1 : (atEdges[next - 1] ?? 1);
        const to = atEdges[next] ?? 0;
        const part = from > to ? Math.min(1, Math.max(0, (overall(ms) - to) / (from - to))) : 0;
        return below + (above - below) * part;
      };
    },
  };
}

/** The quantiles that so many minutes can tell, as CloudWatch would answer for them. */
export function quantilesOf(
  minutes: readonly BlueMinute[],
  durations: DayDurations,
  edgesMs: readonly number[],
): readonly MeasuredQuantile[] {
  if (edgesMs.length === 0) return [];
  const hour = sumOf(minutes);
  const msAt = readerOf(durations.beyond(hour), edgesMs);
  return tellingQuantiles(Math.round(hour.durations)).map((quantile) => ({ quantile, ms: msAt(quantile) }));
}

/**
 * Those that the judge takes: medians of short slices where these tell it, so that an incident of a few minutes moves
 * none.
 */
export function robustQuantiles(
  minutes: readonly BlueMinute[],
  durations: DayDurations,
  edgesMs: readonly number[],
): readonly MeasuredQuantile[] {
  const slices = Array.from({ length: Math.floor(minutes.length / SLICE_MINUTES) }, (_, place) => {
    const slice = sumOf(minutes.slice(place * SLICE_MINUTES, (place + 1) * SLICE_MINUTES));
    return { requests: Math.round(slice.durations), msAt: readerOf(durations.beyond(slice), edgesMs) };
  });
  return quantilesOf(minutes, durations, edgesMs).map(({ quantile, ms }) => {
    const telling = tellingSlices(
      quantile,
      slices.map(({ requests }) => requests),
    );
    return { quantile, ms: medianOf(telling.map((place) => slices[place]!.msAt(quantile))) ?? ms };
  });
}

/** The duration at a quantile. */
function readerOf(beyond: ShareBeyond, edgesMs: readonly number[]): (quantile: number) => number {
  const [first = 1, last = 1] = [edgesMs[0], edgesMs.at(-1)];
  return (quantile) => {
    let [low, high] = [Math.log(first / 1000), Math.log(last * 1000)];
    // 50 halvings of 27 units of ln ms are below a billionth.
    for (let step = 0; step < 50; step++) {
      const middle = (low + high) / 2;
      if (beyond(Math.exp(middle)) > 1 - quantile) low = middle;
      else high = middle;
    }
    return Math.exp(high);
  };
}

/** The day's share beyond any duration. */
function curve(edgesMs: readonly number[], { durations, beyond }: BlueMinute): ShareBeyond {
  // Half a request is held back at both ends: beyond an edge that no request reached there may yet be one.
  const points = edgesMs.map((ms, edge) => ({
    x: Math.log(ms),
    y: logit(((beyond[edge] ?? 0) + 0.5) / (durations + 1)),
  }));
  return (ms) => {
    const x = Math.log(ms);
    const end = Math.max(1, Math.min(firstFrom(edgesMs, ms), points.length - 1));
    const [left, right] = [points[end - 1], points[end]];
    if (left && right && left.y > right.y)
      return logistic(left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x));
    const only = points[Math.max(0, Math.min(end, points.length - 1))] ?? { x, y: 0 };
    return logistic(only.y + (x - only.x) * USUAL_SLOPE);
  };
}

/** The place of the first edge that is at least `ms`; their number where none is. */
function firstFrom(edges: readonly number[], ms: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? Infinity) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
