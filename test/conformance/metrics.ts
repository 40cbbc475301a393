import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type MetricDataQuery,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { randomBytes } from 'node:crypto';
import type { Aws } from './aws';
import { until } from './until';

export const MINUTE = 60_000;

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export const newMetric = (): Metric => ({
  namespace: 'Conformance',
  name: `metric-${randomBytes(6).toString('hex')}`,
  dimensions: { Endpoint: 'digits', Version: '7' },
});

const dimensionList = ({ dimensions }: Metric) => Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

/** The beginning of a minute that is over since a while, so that all of it can be read. */
export const pastMinute = (aws: Aws): number => Math.floor(aws.now() / MINUTE) * MINUTE - 10 * MINUTE;

/** Records values at a moment, one by one as a function's log lines do. */
export const record = (aws: Aws, metric: Metric, at: number, values: readonly number[]) =>
  aws.cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: metric.namespace,
      MetricData: [
        {
          MetricName: metric.name,
          Dimensions: dimensionList(metric),
          Timestamp: new Date(at),
          Values: [...new Set(values)],
          Counts: [...new Set(values)].map((value) => values.filter((each) => each === value).length),
        },
      ],
    }),
  );

export const query = (metric: Metric, Stat: string, Id = 'm', Period = 60): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: { Namespace: metric.namespace, MetricName: metric.name, Dimensions: dimensionList(metric) },
    Period,
    Stat,
  },
  ReturnData: true,
});

export const ask = (
  aws: Aws,
  queries: MetricDataQuery[],
  [from, to]: readonly [number, number],
  more: Partial<GetMetricDataCommandInput> = {},
) =>
  aws.cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: 'TimestampAscending',
      ...more,
    }),
  );

/** One statistic of one minute, or undefined where there is no datapoint. */
export async function statisticOf(aws: Aws, metric: Metric, stat: string, minute: number): Promise<number | undefined> {
  const { MetricDataResults: [result] = [] } = await ask(aws, [query(metric, stat)], [minute, minute + MINUTE]);
  return result?.Values?.[0];
}

/** Waits until the counts of a metric around now add up to so much; it takes CloudWatch a moment. */
export const counted = (aws: Aws, metric: Metric, stat: string, atLeast: number) =>
  until(
    aws,
    `${stat} of ${metric.name} is ${atLeast}`,
    async () => {
      const now = aws.now();
      const range = [now - 10 * MINUTE, now + MINUTE] as const;
      const { MetricDataResults: [result] = [] } = await ask(aws, [query(metric, stat)], range);
      const sum = (result?.Values ?? []).reduce((total, value) => total + value, 0);
      return sum >= atLeast && { sum, timestamps: result!.Timestamps! };
    },
    aws.metricsWithinSeconds,
  );
