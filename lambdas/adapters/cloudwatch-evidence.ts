import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EvidenceSource } from '../ports/evidence-source';
import { clientConfig } from './client-config';
import { readBaseline } from './cloudwatch/baseline';
import { readMinutes } from './cloudwatch/minutes';
import { readSeries } from './cloudwatch/read-series';
import { type Side, seriesId } from './cloudwatch/side';
import { lambdaQueries } from './cloudwatch/side-queries';
import type { AdapterContext } from './context';

/** Evidence from CloudWatch: GetMetricData with explicit dimensions, never a search, which lags behind new metrics. */
export const cloudwatchEvidence = (context: AdapterContext): EvidenceSource => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return { baseline: readBaseline(client), minutes: readMinutes(client), requests: readRequests(client) };
};

/** Whether Lambda keeps a version's own series while it is alone is not documented; the alias as a whole is the same requests. */
const readRequests =
  (client: CloudWatchClient): EvidenceSource['requests'] =>
  async (config, version, minuteMs) => {
    const range = { fromMs: minuteMs, untilMs: minuteMs + 60_000, periodSeconds: 60 };
    const side: Side = { prefix: 'g', version, limitsMs: [], timed: 'all', classCount: 0 };
    const queries = (['version', 'alias'] as const).map((of) => lambdaQueries(config, side, of).slice(0, 1));
    for (const of of queries) {
      const series = await readSeries(client, of, range);
      if (series === 'unavailable') return series;
      const counted = series.get(seriesId.requests(side.prefix))?.get(minuteMs) ?? 0;
      if (counted > 0) return counted;
    }
    return 0;
  };
