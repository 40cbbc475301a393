import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { ProbeSetting } from './probe-function';

interface Wanted {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Statistics of the last minutes of a metric, added up over the minutes; undefined without a datapoint. */
export async function lastMinutes(
  { cloudwatch }: ProbeSetting,
  { namespace: Namespace, metric: MetricName, dimensions }: Wanted,
  ...statistics: readonly string[]
): Promise<readonly (number | undefined)[]> {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace, MetricName, Dimensions };
  const now = Date.now();
  const { MetricDataResults: results = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - 180_000),
      EndTime: new Date(now + 60_000),
      MetricDataQueries: statistics.map((Stat, i) => ({ Id: `q${i}`, MetricStat: { Metric, Period: 60, Stat } })),
    }),
  );
  return statistics.map((_, i) => {
    const values = results.find((result) => result.Id === `q${i}`)?.Values ?? [];
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
  });
}
