import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { FunctionCalls } from '../ports/function-calls';
import { clientConfig } from './client-config';
import { LAMBDA_NAMESPACE } from './cloudwatch/dimensions';
import { readSeries } from './cloudwatch/read-series';
import type { AdapterContext } from './context';

const ID = 'calls';

/** Lambda counts every invocation under the function's name alone as well. */
export const cloudwatchFunctionCalls = (context: AdapterContext): FunctionCalls => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return {
    perMinute: async (functionName, from, until) => {
      const query = {
        id: ID,
        namespace: LAMBDA_NAMESPACE,
        metric: 'Invocations',
        dimensions: { FunctionName: functionName },
        stat: 'Sum',
      };
      const range = { fromMs: Date.parse(from), untilMs: Date.parse(until), periodSeconds: 60 };
      const read = await readSeries(client, [query], range);
      if (read === 'unavailable') return read;
      return [...(read.get(ID) ?? [])]
        .filter(([, calls]) => calls > 0)
        .sort(([a], [b]) => a - b)
        .map(([at, calls]) => ({ minute: new Date(at).toISOString(), calls: Math.round(calls) }));
    },
  };
};
