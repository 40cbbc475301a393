import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import type { LatencyThreshold } from '../../domain/evidence';
import { latencyThresholds, tellingQuantiles } from '../../domain/latency-thresholds';
import { fullestPeriod } from './fullest-period';
import type { SeriesById } from './read-series';
import { readQueries } from './read-side';
import type { Range } from './series-query';
import { type Side, seriesId, type Source } from './side';
import { durationQuery } from './side-queries';

export interface BaselineThresholds {
  /** Requests with a duration, of which the quantiles are. */
  readonly durations: number;
  readonly thresholds: readonly LatencyThreshold[];
  readonly queries: readonly unknown[];
}

const quantileId = (quantile: number) => `bQ${Math.round(quantile * 1000)}`;

/** Blue's own duration quantiles over one period of the stretch, and what they hold both versions to. `minutes` has its counts. */
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
  const telling = tellingQuantiles(durations);
  const reading = await readQueries(
    client,
    telling.map((quantile) => durationQuery(config, blue, of, quantileId(quantile), percentile(quantile))),
    span,
  );
  if (reading === 'unavailable') return reading;

  const measured = telling.flatMap((quantile) => {
    const ms = reading.series.get(quantileId(quantile))?.get(span.fromMs);
    return ms === undefined ? [] : [{ quantile, ms }];
  });
  return { durations, thresholds: latencyThresholds(measured, latency), queries: reading.queries };
}

function samplesIn(span: Range, samplesAt: (minuteMs: number) => number): number {
  let samples = 0;
  for (let atMs = span.fromMs; atMs < span.untilMs; atMs += 60_000) samples += samplesAt(atMs);
  return samples;
}

/** `p99.9`; rounded because 0.999 * 100 is 99.9 only nearly. */
const percentile = (quantile: number): string => `p${Number((quantile * 100).toFixed(3))}`;
