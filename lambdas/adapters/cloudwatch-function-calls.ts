import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { FunctionCalls } from '../ports/function-calls';
import { clientConfig } from './client-config';
import { LAMBDA_NAMESPACE, wholeAlias } from './cloudwatch/dimensions';
import { readSeries } from './cloudwatch/read-series';
import type { SeriesQuery } from './cloudwatch/series-query';
import type { AdapterContext } from './context';

const ALL = 'calls';
const LIVE = 'live';

/** Lambda counts every invocation under the function's name alone as well as under what was called. */
export const cloudwatchFunctionCalls = (context: AdapterContext): FunctionCalls => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return {
    perMinute: async (functionName, from, until) => {
      const query = (id: string, dimensions: Readonly<Record<string, string>>): SeriesQuery => ({
        id,
        namespace: LAMBDA_NAMESPACE,
        metric: 'Invocations',
        dimensions,
        stat: 'Sum',
      });
      const queries = [query(ALL, { FunctionName: functionName }), query(LIVE, wholeAlias(functionName))];
      const range = { fromMs: Date.parse(from), untilMs: Date.parse(until), periodSeconds: 60 };
      const read = await readSeries(client, queries, range);
      if (read === 'unavailable') return read;
      return [...(read.get(ALL) ?? [])]
        .filter(([, calls]) => calls > 0)
        .sort(([a], [b]) => a - b)
        .map(([at, calls]) => ({
          minute: new Date(at).toISOString(),
          calls: Math.round(calls),
          throughLive: Math.round(read.get(LIVE)?.get(at) ?? 0),
        }));
    },
  };
};
