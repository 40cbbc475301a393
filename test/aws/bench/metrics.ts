import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import type { Bench } from './bench';
import { ALIAS } from './functions';
import { PROBE_METRIC, PROBE_NAMESPACE } from './probe';

/** One metric under one set of dimensions. */
export interface Series {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export const LAMBDA = 'AWS/Lambda';

/** What one version did behind the alias. */
export const behindAlias = ({ functionName }: Bench, version: string, metric = 'Invocations'): Series => ({
  namespace: LAMBDA,
  metric,
  dimensions: {
    FunctionName: functionName,
    Resource: `${functionName}:${ALIAS}`,
    ExecutedVersion: version,
  },
});

/** What was invoked under a name: `fn:live`, `fn:7`. */
export const ofResource = ({ functionName }: Bench, qualifier: string, metric = 'Invocations'): Series => ({
  namespace: LAMBDA,
  metric,
  dimensions: {
    FunctionName: functionName,
    Resource: `${functionName}:${qualifier}`,
  },
});

/** What the function's code wrote in embedded metric format. */
export const embeddedBy = ({ functionName }: Bench, version: string): Series => ({
  namespace: PROBE_NAMESPACE,
  metric: PROBE_METRIC,
  dimensions: { Function: functionName, Version: version },
});

/** The statistic of each series, summed over the minutes since `from`; undefined for one without any data. */
export async function totals(
  bench: Bench,
  from: number,
  stat: string,
  series: readonly Series[],
): Promise<readonly (number | undefined)[]> {
  const { MetricDataResults = [] } = await bench.cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Math.floor(from / MINUTE_MS) * MINUTE_MS),
      EndTime: new Date(bench.clock.now() + MINUTE_MS),
      MetricDataQueries: series.map(({ namespace, metric, dimensions }, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: {
            Namespace: namespace,
            MetricName: metric,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({
              Name,
              Value,
            })),
          },
          Period: 60,
          Stat: stat,
        },
      })),
    }),
  );
  return series.map((_, index) => {
    const values = MetricDataResults.find(({ Id }) => Id === `m${index}`)?.Values ?? [];
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
  });
}
