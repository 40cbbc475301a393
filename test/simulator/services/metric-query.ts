import type { GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchService } from '../../../simulator/services/cloudwatch-service';
import { client, START_MS, type TestWorld } from './test-world';

/** One query as the judge would write it. */
export const query = (
  id: string,
  metricName: string,
  dimensions: Record<string, string>,
  stat: string,
  namespace = 'AWS/Lambda',
) => ({
  Id: id,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: metricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: 60,
    Stat: stat,
  },
});

/** The values of one metric from the start of the world until now, oldest first. */
export async function metric(
  cloudwatch: CloudWatchService,
  world: TestWorld,
  metricName: string,
  dimensions: Record<string, string>,
  stat: string,
  namespace?: string,
): Promise<readonly number[]> {
  const output = await client(cloudwatch)<GetMetricDataOutput>('GetMetricData', {
    MetricDataQueries: [query('m', metricName, dimensions, stat, namespace)],
    StartTime: new Date(START_MS),
    EndTime: new Date(world.clock.now() + 60_000),
    ScanBy: 'TimestampAscending',
  });
  return output.MetricDataResults?.[0]?.Values ?? [];
}
