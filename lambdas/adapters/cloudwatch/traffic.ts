import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import type { CountedMeasure } from '../../domain/evidence';
import type { TrafficPeriod } from '../../domain/minutes';
import { type AdapterContext, clientConfig } from '../sdk/context';
import { classCounts, timedBy } from './read-side';
import { readSeries, type SeriesById, type SeriesQuery, seriesId, type Side, type Source } from './read-series';
import { answerQueries, durationQuery, lambdaQueries, modelQueries } from './side-queries';

export interface TrafficQuery {
  readonly config: EndpointConfig;
  readonly versions: readonly string[];
  /** What is counted of answers. */
  readonly measures: readonly CountedMeasure[];
  /** Whole periods, ms since 1970; `untilMs` is exclusive. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly periodSeconds: number;
}

/** What versions behind the live alias did, for people to look at; nothing is decided by it. */
export interface Traffic {
  /** By version, ascending; periods without requests are absent. `unavailable`: no complete answer this time. */
  readTraffic(query: TrafficQuery): Promise<ReadonlyMap<string, readonly TrafficPeriod[]> | 'unavailable'>;
}

const PERCENTILES = ['p50', 'p90', 'p99'] as const;
type Percentile = (typeof PERCENTILES)[number];

const percentileId = (prefix: string, percentile: Percentile): string => `${prefix}${percentile.toUpperCase()}`;

/**
 * Traffic from CloudWatch: one GetMetricData of explicit dimensions, of the same names as the judge counts. Whether
 * Lambda keeps a version's own series while it is alone behind the alias is not documented; where there is nothing, a
 * version that is asked for alone is read as the alias as a whole, which is the same requests.
 */
export const cloudwatchTraffic = (context: AdapterContext): Traffic => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return {
    readTraffic: async (query) => {
      const sides = query.versions.map((version, index) => sideOf(query, version, index));
      const { fromMs, untilMs, periodSeconds } = query;
      const range = { fromMs, untilMs, periodSeconds };
      const read = (of: Source) =>
        readSeries(
          client,
          sides.flatMap((side) => queriesOf(query, side, of)),
          range,
        );
      const series = await read('version');
      if (series === 'unavailable') return series;
      const found = new Map(sides.map((side) => [side.version, periodsOf(series, side)]));
      if (sides.length > 1 || [...found.values()].some((periods) => periods.length > 0)) return found;
      const whole = await read('alias');
      return whole === 'unavailable' ? whole : new Map(sides.map((side) => [side.version, periodsOf(whole, side)]));
    },
  };
};

const sideOf = ({ config, measures }: TrafficQuery, version: string, index: number): Side => ({
  prefix: index === 0 ? 'b' : 'g',
  version,
  limitsMs: [],
  timed: timedBy(config),
  measures,
});

const queriesOf = ({ config }: TrafficQuery, side: Side, of: Source): readonly SeriesQuery[] => [
  ...lambdaQueries(config, side, of).filter(({ id }) => id !== seriesId.durations(side.prefix)),
  ...modelQueries(config, side).filter(({ id }) => id !== seriesId.timed(side.prefix)),
  ...PERCENTILES.map((percentile) =>
    durationQuery(config, side, of, percentileId(side.prefix, percentile), percentile),
  ),
  ...answerQueries(config, side),
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
