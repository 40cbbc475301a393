import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { TrafficPeriod } from '../domain/traffic-period';
import type { Traffic, TrafficQuery } from '../ports/traffic';
import { clientConfig } from './client-config';
import { classCounts } from './cloudwatch/minute-counts';
import { readSeries, type SeriesById } from './cloudwatch/read-series';
import type { SeriesQuery } from './cloudwatch/series-query';
import { type Side, seriesId } from './cloudwatch/side';
import { classQueries, durationQuery, lambdaQueries, modelQueries } from './cloudwatch/side-queries';
import { timedBy } from './cloudwatch/timing';
import type { AdapterContext } from './context';

const PERCENTILES = ['p50', 'p90', 'p99'] as const;
type Percentile = (typeof PERCENTILES)[number];

const percentileId = (prefix: string, percentile: Percentile): string => `${prefix}${percentile.toUpperCase()}`;

/** Traffic from CloudWatch: one GetMetricData of explicit dimensions, of the same names as the judge counts. */
export const cloudwatchTraffic = (context: AdapterContext): Traffic => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return {
    read: async (query) => {
      const sides = query.versions.map((version, index) => sideOf(query, version, index));
      const { fromMs, untilMs, periodSeconds } = query;
      const queries = sides.flatMap((side) => queriesOf(query, side));
      const series = await readSeries(client, queries, { fromMs, untilMs, periodSeconds });
      if (series === 'unavailable') return series;
      return new Map(sides.map((side) => [side.version, periodsOf(series, side)]));
    },
  };
};

const sideOf = ({ config, classCount }: TrafficQuery, version: string, index: number): Side => ({
  prefix: index === 0 ? 'b' : 'g',
  version,
  limitsMs: [],
  timed: timedBy(config),
  classCount,
});

const queriesOf = ({ config }: TrafficQuery, side: Side): readonly SeriesQuery[] => [
  ...lambdaQueries(config, side, 'version').filter(({ id }) => id !== seriesId.durations(side.prefix)),
  ...modelQueries(config, side).filter(({ id }) => id !== seriesId.timed(side.prefix)),
  ...PERCENTILES.map((percentile) =>
    durationQuery(config, side, 'version', percentileId(side.prefix, percentile), percentile),
  ),
  ...classQueries(config, side),
];

function periodsOf(series: SeriesById, side: Side): readonly TrafficPeriod[] {
  const { prefix } = side;
  const requests = series.get(seriesId.requests(prefix)) ?? new Map<number, number>();
  return [...requests]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => a - b)
    .map(([at, count]) => {
      const sum = (ids: readonly string[]) => ids.reduce((total, id) => total + (series.get(id)?.get(at) ?? 0), 0);
      const ms = (percentile: Percentile) => series.get(percentileId(prefix, percentile))?.get(at) ?? null;
      return {
        at,
        requests: count,
        // Logs are delivered at least once: what they count may come out a little high.
        failures: Math.min(
          count,
          sum([seriesId.errors(prefix), seriesId.modelErrors(prefix), seriesId.nonFinite(prefix)]),
        ),
        p50: ms('p50'),
        p90: ms('p90'),
        p99: ms('p99'),
        classes: classCounts(series, side, at),
      };
    });
}
