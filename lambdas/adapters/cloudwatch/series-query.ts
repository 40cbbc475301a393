import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { LIVE_ALIAS, PREVIEW_ALIAS } from '../../contract/names';
import { METRIC_DIMENSIONS } from '../../contract/metric-names';
import type { CellRange } from '../../domain/cells';
import type { CountedMeasure } from '../../domain/evidence';

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

export const LAMBDA_NAMESPACE = 'AWS/Lambda';

type Dimensions = Readonly<Record<string, string>>;

/**
 * The only set under which Lambda keeps what one version did behind an alias. `Resource` is `function:alias`, not an ARN;
 * any other set, or one more dimension, is an empty series: https://github.com/aws/serverless-application-model/pull/656
 */
export const versionBehindAlias = (functionName: string, version: string): Dimensions => ({
  FunctionName: functionName,
  Resource: `${functionName}:${LIVE_ALIAS}`,
  ExecutedVersion: version,
});

/** The alias as a whole: the same numbers as the version's while the alias has no weights. */
export const wholeAlias = (functionName: string): Dimensions => ({
  FunctionName: functionName,
  Resource: `${functionName}:${LIVE_ALIAS}`,
});

/** Testers' calls, which are subtracted where all calls of a function are asked for. */
export const wholePreview = (functionName: string): Dimensions => ({
  FunctionName: functionName,
  Resource: `${functionName}:${PREVIEW_ALIAS}`,
});

/** What the built-in model server emits under. */
export const modelServerVersion = (endpoint: string, version: string): Dimensions => ({
  [METRIC_DIMENSIONS.endpoint]: endpoint,
  [METRIC_DIMENSIONS.version]: version,
});

/** Whose durations are counted: `warm` is the model server's own metric, `all` is Lambda's. */
export type Timed = 'warm' | 'all';

/** What is counted of one version, minute by minute. */
export interface Side {
  /** Begins the ids of its queries: `b` for blue, `g` for green, `a` for the alias as a whole. */
  readonly prefix: 'b' | 'g' | 'a';
  readonly version: string;
  /** Durations (ms): requests beyond each are counted, in this order. */
  readonly limitsMs: readonly number[];
  readonly timed: Timed;
  /** What is counted of its answers. */
  readonly measures: readonly CountedMeasure[];
  /** Labels count that came so soon after their answer; undefined where none is counted. */
  readonly labelsWithinMinutes?: number | undefined;
  /** Metrics of gates that only observe are asked for too. @default false */
  readonly observed?: boolean;
}

/** Ids of a side's queries; they are read back by the same names. */
export const seriesId = {
  requests: (prefix: string) => `${prefix}Requests`,
  errors: (prefix: string) => `${prefix}Errors`,
  throttles: (prefix: string) => `${prefix}Throttles`,
  durations: (prefix: string) => `${prefix}Durations`,
  timed: (prefix: string) => `${prefix}Timed`,
  beyond: (prefix: string, index: number) => `${prefix}Beyond${index}`,
  inferences: (prefix: string) => `${prefix}Inferences`,
  modelErrors: (prefix: string) => `${prefix}ModelErrors`,
  nonFinite: (prefix: string) => `${prefix}NonFinite`,
  /** Values of a metric of the answers. */
  answers: (prefix: string, metric: string) => `${prefix}${metric}`,
  topCell: (prefix: string, metric: string) => `${prefix}${metric}Top`,
  quantile: (prefix: string, metric: string, percent: number) => `${prefix}${metric}Q${percent}`,
  /** Share of the values that are in these cells. */
  cells: (prefix: string, metric: string, range: CellRange) =>
    `${prefix}${metric}In${range.map((cell) => (cell < 0 ? `m${-cell}` : cell)).join('To')}`,
  labels: (prefix: string) => `${prefix}Labels`,
  wrongLabels: (prefix: string) => `${prefix}WrongLabels`,
  ownEvents: (prefix: string, gate: string) => `${prefix}${gate}Events`,
  ownRequests: (prefix: string, gate: string) => `${prefix}${gate}Of`,
};

/** Whose series are read: one version's behind the alias, or those of the alias as a whole. */
export type Source = 'version' | 'alias';
