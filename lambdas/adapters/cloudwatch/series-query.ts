import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';

/** One statistic of one metric over time. */
export interface SeriesQuery {
  /** Unique in its call; a lower-case letter, then letters and digits. */
  readonly id: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: string;
  /** Nothing may depend on it: values that cannot be true are none. @default false: then nothing of the call can be used */
  readonly isOptional?: boolean;
  /** What was emitted, and no count, share or duration: of any size. @default false */
  readonly isValue?: boolean;
}

/** The stretch and grain of a call. `untilMs` is exclusive. */
export interface Range {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly periodSeconds: number;
}

export const toMetricDataQuery = (query: SeriesQuery, periodSeconds: number): MetricDataQuery => ({
  Id: query.id,
  MetricStat: {
    Metric: {
      Namespace: query.namespace,
      MetricName: query.metric,
      Dimensions: Object.entries(query.dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: periodSeconds,
    Stat: query.stat,
  },
  ReturnData: true,
});
