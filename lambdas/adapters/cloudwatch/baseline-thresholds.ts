import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import type { LatencyThreshold } from '../../domain/evidence';
import {
  latencyThresholds,
  medianOf,
  SLICE_MINUTES,
  tellingQuantiles,
  tellingSlices,
} from '../../domain/latency-thresholds';
import type { SeriesById } from './read-series';
import { readQueries } from './read-side';
import { type Range, type Side, seriesId, type Source } from './series-query';
import { durationQuery } from './side-queries';

const MINUTE_MS = 60_000;
/** CloudWatch's longest period. */
const DAY_MINUTES = 24 * 60;

/**
 * The single period inside a stretch that begins at a multiple of itself and holds the most samples; of equals the longest.
 * CloudWatch cuts time into periods at such multiples; a period that is not aligned would be answered in two pieces, and
 * each might hold data from outside the stretch. Durations of the canary itself must not fix its own thresholds.
 * `samplesAt` gives the samples of the minute that begins then. Undefined when the stretch has no whole minute.
 */
export function fullestPeriod(
  fromMs: number,
  untilMs: number,
  samplesAt: (minuteMs: number) => number,
): Range | undefined {
  const most = Math.min(Math.floor((untilMs - fromMs) / MINUTE_MS), DAY_MINUTES);
  let fullest: { readonly range: Range; readonly samples: number } | undefined;
  for (let minutes = most; minutes >= 1; minutes -= 1) {
    const periodMs = minutes * MINUTE_MS;
    for (let start = Math.ceil(fromMs / periodMs) * periodMs; start + periodMs <= untilMs; start += periodMs) {
      const samples = sum(Array.from({ length: minutes }, (_, minute) => samplesAt(start + minute * MINUTE_MS)));
      if (fullest !== undefined && samples <= fullest.samples) continue;
      fullest = { range: { fromMs: start, untilMs: start + periodMs, periodSeconds: minutes * 60 }, samples };
    }
  }
  return fullest?.range;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export interface BaselineThresholds {
  /** Requests with a duration, of which the quantiles are. */
  readonly durations: number;
  readonly thresholds: readonly LatencyThreshold[];
  readonly queries: readonly unknown[];
}

const quantileId = (quantile: number) => `bQ${Math.round(quantile * 1000)}`;

/**
 * Blue's own duration quantiles, and what they hold both versions to: medians of short slices of the stretch, so that an incident
 * of a few minutes moves none of them; over one period of it where slices have too few requests. `minutes` has its counts.
 */
export async function baselineThresholds(
  client: CloudWatchClient,
  config: EndpointConfig,
  blue: Side,
  of: Source,
  range: Range,
  minutes: SeriesById,
): Promise<BaselineThresholds | 'unavailable'> {
  const { latency } = config.settings.gates;
  const perMinute = minutes.get((blue.timed === 'warm' ? seriesId.timed : seriesId.durations)(blue.prefix));
  const samplesAt = (minuteMs: number) => perMinute?.get(minuteMs) ?? 0;
  const span = fullestPeriod(range.fromMs, range.untilMs, samplesAt);
  if (latency === false || span === undefined) return { durations: 0, thresholds: [], queries: [] };

  const durations = Math.round(samplesIn(span, samplesAt));
  const slices = slicesIn(range);
  const samples = startsOf(slices).map((fromMs) => samplesIn({ fromMs, untilMs: fromMs + SLICE_MS }, samplesAt));
  const telling = tellingQuantiles(durations).map((quantile) => ({ quantile, told: tellingSlices(quantile, samples) }));
  const read = (wanted: typeof telling, over: Range) =>
    readQueries(
      client,
      wanted.map(({ quantile }) => durationQuery(config, blue, of, quantileId(quantile), percentile(quantile))),
      over,
    );
  const robust = telling.filter(({ told }) => told.length > 0);
  const whole = telling.filter(({ told }) => told.length === 0);
  const ofSlices = robust.length === 0 ? NOTHING_READ : await read(robust, slices);
  const ofWhole = whole.length === 0 ? NOTHING_READ : await read(whole, span);
  if (ofSlices === 'unavailable' || ofWhole === 'unavailable') return 'unavailable';

  const measured = telling.flatMap(({ quantile, told }) => {
    const starts = startsOf(slices);
    const inSlices = told.flatMap((place) => ofSlices.series.get(quantileId(quantile))?.get(starts[place] ?? 0) ?? []);
    const ms = told.length > 0 ? medianOf(inSlices) : ofWhole.series.get(quantileId(quantile))?.get(span.fromMs);
    return ms === undefined ? [] : [{ quantile, ms }];
  });
  const queries = [...ofSlices.queries, ...ofWhole.queries];
  return { durations, thresholds: latencyThresholds(measured, latency), queries };
}

const SLICE_MS = SLICE_MINUTES * 60_000;
const NOTHING_READ = { series: new Map<string, ReadonlyMap<number, number>>(), queries: [] };

/** The whole slices of a stretch; CloudWatch cuts time at multiples of a period. */
const slicesIn = ({ fromMs, untilMs }: Range): Range => ({
  fromMs: Math.ceil(fromMs / SLICE_MS) * SLICE_MS,
  untilMs: Math.floor(untilMs / SLICE_MS) * SLICE_MS,
  periodSeconds: SLICE_MINUTES * 60,
});

const startsOf = ({ fromMs, untilMs }: Range): readonly number[] =>
  Array.from({ length: Math.max(0, (untilMs - fromMs) / SLICE_MS) }, (_, place) => fromMs + place * SLICE_MS);

function samplesIn(span: Pick<Range, 'fromMs' | 'untilMs'>, samplesAt: (minuteMs: number) => number): number {
  let samples = 0;
  for (let atMs = span.fromMs; atMs < span.untilMs; atMs += 60_000) samples += samplesAt(atMs);
  return samples;
}

/** `p99.9`; rounded because 0.999 * 100 is 99.9 only nearly. */
const percentile = (quantile: number): string => `p${Number((quantile * 100).toFixed(3))}`;
