import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import type { LatencyThreshold } from '../../domain/judge/evidence';
import { LATENCY_QUANTILES, latencyThresholds, tellingQuantiles } from '../../domain/latency-thresholds';
import { fullestPeriod } from './fullest-period';
import type { SeriesById } from './read-series';
import { seriesId } from './side-queries';
import { LAMBDA_NAMESPACE, versionBehindAlias, wholeAlias } from './dimensions';
import { readQueries } from './read-side';
import type { Range, SeriesQuery } from './series-query';

export interface BaselineThresholds {
  /** Requests with a duration, of which the quantiles are. */
  readonly durations: number;
  readonly thresholds: readonly LatencyThreshold[];
  readonly queries: readonly unknown[];
}

const COUNT_ID = 'bSpan';
const quantileId = (quantile: number) => `bQ${Math.round(quantile * 1000)}`;

/** Blue's own duration quantiles over one period of the stretch, and what they hold both versions to. `minutes` has its counts. */
export async function baselineThresholds(
  client: CloudWatchClient,
  config: EndpointConfig,
  blue: string,
  of: 'version' | 'alias',
  range: Range,
  minutes: SeriesById,
): Promise<BaselineThresholds | 'unavailable'> {
  const { latency } = config.settings.gates;
  const perMinute = minutes.get(seriesId.durations('b'));
  const span = fullestPeriod(range.fromMs, range.untilMs, (at) => perMinute?.get(at) ?? 0);
  if (latency === false || span === undefined) return { durations: 0, thresholds: [], queries: [] };

  const dimensions = of === 'version' ? versionBehindAlias(config.functionName, blue) : wholeAlias(config.functionName);
  const query = (id: string, stat: string): SeriesQuery => ({
    id,
    namespace: LAMBDA_NAMESPACE,
    metric: 'Duration',
    dimensions,
    stat,
  });
  const queries = [
    query(COUNT_ID, 'SampleCount'),
    ...LATENCY_QUANTILES.map((quantile) => query(quantileId(quantile), percentile(quantile))),
  ];
  const reading = await readQueries(client, queries, span);
  if (reading === 'unavailable') return reading;

  const durations = Math.round(reading.series.get(COUNT_ID)?.get(span.fromMs) ?? 0);
  const measured = tellingQuantiles(durations).flatMap((quantile) => {
    const ms = reading.series.get(quantileId(quantile))?.get(span.fromMs);
    return ms === undefined ? [] : [{ quantile, ms }];
  });
  return { durations, thresholds: latencyThresholds(measured, latency), queries: reading.queries };
}

/** `p99.9`; rounded because 0.999 * 100 is 99.9 only nearly. */
const percentile = (quantile: number): string => `p${Number((quantile * 100).toFixed(3))}`;
