import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { type AdapterContext, clientConfig } from '../sdk/context';
import { type FetchBaseline, readBaseline } from './baseline';
import { type FetchMinutes, readMinutes } from './minutes';
import { type Range, readSeries, seriesId, type Side } from './read-series';
import { durationQuery, lambdaQueries } from './side-queries';

/**
 * CloudWatch's counts per minute and version. `unavailable`: no complete answer this time; never to be read as healthy.
 */
export interface EvidenceSource {
  readonly fetchBaseline: FetchBaseline;
  readonly fetchMinutes: FetchMinutes;
  /** Lambda's requests of a version that is alone behind the alias, in the minute that begins then (ms since 1970). */
  fetchRequests(config: EndpointConfig, version: string, minuteMs: number): Promise<number | 'unavailable'>;
  /** How long the version's requests kept its environments, in each minute with any; it is alone behind the alias. */
  fetchTimeTaken(
    config: EndpointConfig,
    version: string,
    between: Pick<Range, 'fromMs' | 'untilMs'>,
  ): Promise<readonly TimeTaken[] | 'unavailable'>;
}

/** How long the requests of one minute kept environments, all together. */
export interface TimeTaken {
  /** Begin of the minute, ms since 1970. */
  readonly atMs: number;
  readonly ms: number;
  readonly requests: number;
}

/** Evidence from CloudWatch: GetMetricData with explicit dimensions, never a search, which lags behind new metrics. */
export const cloudwatchEvidence = (context: AdapterContext): EvidenceSource => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return {
    fetchBaseline: readBaseline(client),
    fetchMinutes: readMinutes(client),
    fetchRequests: readRequests(client),
    fetchTimeTaken: readTimeTaken(client),
  };
};

/**
 * Whether Lambda keeps a version's own series while it is alone is not documented; the alias as a whole is the same
 * requests.
 */
const SOURCES = ['version', 'alias'] as const;

const aloneSide = (version: string): Side => ({ prefix: 'g', version, limitsMs: [], timed: 'all', measures: [] });

const readRequests =
  (client: CloudWatchClient): EvidenceSource['fetchRequests'] =>
  async (config, version, minuteMs) => {
    const range = { fromMs: minuteMs, untilMs: minuteMs + 60_000, periodSeconds: 60 };
    const side = aloneSide(version);
    for (const of of SOURCES) {
      const series = await readSeries(client, lambdaQueries(config, side, of).slice(0, 1), range);
      if (series === 'unavailable') return series;
      const counted = series.get(seriesId.requests(side.prefix))?.get(minuteMs) ?? 0;
      if (counted > 0) return counted;
    }
    return 0;
  };

const readTimeTaken =
  (client: CloudWatchClient): EvidenceSource['fetchTimeTaken'] =>
  async (config, version, between) => {
    const side = aloneSide(version);
    for (const of of SOURCES) {
      const queries = (['Sum', 'SampleCount'] as const).map((stat) =>
        durationQuery(config, side, of, `g${stat}`, stat),
      );
      const series = await readSeries(client, queries, { ...between, periodSeconds: 60 });
      if (series === 'unavailable') return series;
      const minutes = [...(series.get('gSampleCount') ?? [])].filter(([, requests]) => requests > 0);
      if (minutes.length > 0)
        return minutes.map(([atMs, requests]) => ({ atMs, requests, ms: series.get('gSum')?.get(atMs) ?? Infinity }));
    }
    return [];
  };
