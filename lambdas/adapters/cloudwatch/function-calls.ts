import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { FORMER_METRICS, METRIC_NAMESPACE } from '../../contract/metric-names';
import { type AdapterContext, clientConfig } from '../sdk/context';
import { LAMBDA_NAMESPACE, wholeAlias, wholePreview, type SeriesQuery, readSeries } from './read-series';

/** A minute in which a function was called, by whatever name but the preview's. */
export interface MinuteOfCalls {
  /** Start of the minute, ISO 8601, UTC. */
  readonly minute: string;
  readonly calls: number;
  /** Those of them that came through the live alias. */
  readonly throughLive: number;
}

/** How often a function was called: through its aliases but the preview, by version, or without any qualifier. */
export interface FunctionCalls {
  /** Minutes with at least one call, ascending; `until` is exclusive. `unavailable`: no complete answer this time. */
  callsPerMinute(functionName: string, from: string, until: string): Promise<readonly MinuteOfCalls[] | 'unavailable'>;
  /**
   * The first of `FORMER_METRICS`, in words, that a version wrote in this stretch; undefined as well while that is not
   * known.
   */
  formerMetric(endpoint: string, version: string, from: string, until: string): Promise<string | undefined>;
}

const ALL = 'calls';
const LIVE = 'live';
const PREVIEW = 'preview';

/** Lambda counts every invocation under the function's name alone as well as under what was called. */
export const cloudwatchFunctionCalls = (context: AdapterContext): FunctionCalls => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return {
    callsPerMinute: async (functionName, from, until) => {
      const query = (id: string, dimensions: Readonly<Record<string, string>>): SeriesQuery => ({
        id,
        namespace: LAMBDA_NAMESPACE,
        metric: 'Invocations',
        dimensions,
        stat: 'Sum',
      });
      const queries = [
        query(ALL, { FunctionName: functionName }),
        query(LIVE, wholeAlias(functionName)),
        query(PREVIEW, wholePreview(functionName)),
      ];
      const range = { fromMs: Date.parse(from), untilMs: Date.parse(until), periodSeconds: 60 };
      const read = await readSeries(client, queries, range);
      if (read === 'unavailable') return read;
      return [...(read.get(ALL) ?? [])]
        .map(([at, calls]) => [at, calls - (read.get(PREVIEW)?.get(at) ?? 0)] as const)
        .filter(([, calls]) => calls > 0)
        .sort(([a], [b]) => a - b)
        .map(([at, calls]) => ({
          minute: new Date(at).toISOString(),
          calls: Math.round(calls),
          throughLive: Math.round(read.get(LIVE)?.get(at) ?? 0),
        }));
    },
    formerMetric: async (endpoint, version, from, until) => {
      const queries = FORMER_METRICS.map((former, index) => ({
        id: `former${index}`,
        namespace: METRIC_NAMESPACE,
        metric: former.metric,
        dimensions: { [former.endpoint]: endpoint, [former.version]: version },
        stat: 'SampleCount',
      }));
      const range = { fromMs: Date.parse(from), untilMs: Date.parse(until), periodSeconds: 60 };
      const read = await readSeries(client, queries, range);
      if (read === 'unavailable') return undefined;
      const found = FORMER_METRICS.find((_, index) => (read.get(`former${index}`)?.size ?? 0) > 0);
      return found && `${found.metric} under ${found.endpoint} and ${found.version}`;
    },
  };
};
