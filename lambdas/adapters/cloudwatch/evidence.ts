import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { type AdapterContext, clientConfig } from '../sdk/context';
import { type FetchBaseline, readBaseline } from './baseline';
import { type FetchMinutes, readMinutes } from './minutes';
import { readSeries, seriesId, type Side } from './read-series';
import { lambdaQueries } from './side-queries';

/** CloudWatch's counts per minute and version. `unavailable`: no complete answer this time; never to be read as healthy. */
export interface EvidenceSource {
  readonly fetchBaseline: FetchBaseline;
  readonly fetchMinutes: FetchMinutes;
  /** Lambda's requests of a version that is alone behind the alias, in the minute that begins then (ms since 1970). */
  fetchRequests(config: EndpointConfig, version: string, minuteMs: number): Promise<number | 'unavailable'>;
}

/** Evidence from CloudWatch: GetMetricData with explicit dimensions, never a search, which lags behind new metrics. */
export const cloudwatchEvidence = (context: AdapterContext): EvidenceSource => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return {
    fetchBaseline: readBaseline(client),
    fetchMinutes: readMinutes(client),
    fetchRequests: readRequests(client),
  };
};

/** Whether Lambda keeps a version's own series while it is alone is not documented; the alias as a whole is the same requests. */
const readRequests =
  (client: CloudWatchClient): EvidenceSource['fetchRequests'] =>
  async (config, version, minuteMs) => {
    const range = { fromMs: minuteMs, untilMs: minuteMs + 60_000, periodSeconds: 60 };
    const side: Side = { prefix: 'g', version, limitsMs: [], timed: 'all', measures: [] };
    const queries = (['version', 'alias'] as const).map((of) => lambdaQueries(config, side, of).slice(0, 1));
    for (const of of queries) {
      const series = await readSeries(client, of, range);
      if (series === 'unavailable') return series;
      const counted = series.get(seriesId.requests(side.prefix))?.get(minuteMs) ?? 0;
      if (counted > 0) return counted;
    }
    return 0;
  };
