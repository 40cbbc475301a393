import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  type MetricDataResult,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
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
  /**
   * Nothing may depend on it: values that cannot be true are none. @default false: then nothing of the call can be used
   */
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

const toMetricDataQuery = (query: SeriesQuery, periodSeconds: number): MetricDataQuery => ({
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

type DimensionValues = Readonly<Record<string, string>>;

/**
 * The only set under which Lambda keeps what one version did behind an alias. `Resource` is `function:alias`, not an
 * ARN; any other set, or one more dimension, is an empty series:
 * https://github.com/aws/serverless-application-model/pull/656
 */
export const versionBehindAlias = (functionName: string, version: string): DimensionValues => ({
  FunctionName: functionName,
  Resource: `${functionName}:${LIVE_ALIAS}`,
  ExecutedVersion: version,
});

/** The alias as a whole: the same numbers as the version's while the alias has no weights. */
export const wholeAlias = (functionName: string): DimensionValues => ({
  FunctionName: functionName,
  Resource: `${functionName}:${LIVE_ALIAS}`,
});

/** Testers' calls, which are subtracted where all calls of a function are asked for. */
export const wholePreview = (functionName: string): DimensionValues => ({
  FunctionName: functionName,
  Resource: `${functionName}:${PREVIEW_ALIAS}`,
});

/** What the built-in model server emits under. */
export const modelServerVersion = (endpoint: string, version: string): DimensionValues => ({
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

/** Values by the start of their period, ms since 1970; a period without data is absent. */
export type Series = ReadonlyMap<number, number>;
export type SeriesById = ReadonlyMap<string, Series>;

/**
 * Limit of one GetMetricData call:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
const MAX_QUERIES = 500;

/**
 * A page holds 100,800 values at most, and a look at a day of every series has fewer; ten times as much is no answer.
 */
const MOST_PAGES = 100;

/**
 * More than this in a period cannot be true of a count, a share or a duration; the values themselves may be any number.
 */
const MOST = 1e12;

interface Reading {
  /** A value above it is none. */
  readonly most: number;
  /** Of an optional series what cannot be used is none. */
  readonly isOptional: boolean;
  readonly values: Map<number, number>;
  /** The status that CloudWatch said last: a series that goes on on the next page is partial until its end. */
  status: string | undefined;
}

/**
 * Reads every series whole. Answers `unavailable` unless CloudWatch says of each that it is complete: a status other
 * than Complete, a series left out, a message, or values that cannot be true are no data, and no data is not health.
 * Errors of the call itself are thrown; the workflow tries again.
 */
export async function readSeries(
  client: CloudWatchClient,
  queries: readonly SeriesQuery[],
  range: Range,
): Promise<SeriesById | 'unavailable'> {
  const found = new Map<string, Series>();
  for (let first = 0; first < queries.length; first += MAX_QUERIES) {
    const group = await readGroup(client, queries.slice(first, first + MAX_QUERIES), range);
    if (group === 'unavailable') return 'unavailable';
    for (const [id, series] of group) found.set(id, series);
  }
  return found;
}

async function readGroup(
  client: CloudWatchClient,
  queries: readonly SeriesQuery[],
  range: Range,
): Promise<SeriesById | 'unavailable'> {
  const readings = new Map(
    queries.map(({ id, isValue, isOptional = false }): [string, Reading] => {
      const most = isValue === true ? Infinity : MOST;
      return [id, { most, isOptional, values: new Map(), status: undefined }];
    }),
  );
  const unusable = new Set<string>();
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const page: GetMetricDataCommandOutput = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries.map((query) => toMetricDataQuery(query, range.periodSeconds)),
        StartTime: new Date(range.fromMs),
        EndTime: new Date(range.untilMs),
        ScanBy: 'TimestampAscending',
        ...(token && { NextToken: token }),
      }),
    );
    if ((page.Messages ?? []).length > 0) return 'unavailable';
    for (const result of page.MetricDataResults ?? []) {
      const reading = readings.get(result.Id ?? '');
      if (!reading) return 'unavailable';
      if (addPage(reading, result, range)) continue;
      if (!reading.isOptional) return 'unavailable';
      unusable.add(result.Id ?? '');
    }
    token = page.NextToken;
    // The same page again would be followed by itself, and always another one would be too, without end.
    if (token && (tokens.has(token) || tokens.size + 1 >= MOST_PAGES)) return 'unavailable';
    tokens.add(token ?? '');
  } while (token);
  const incomplete = [...readings.values()].some(({ status, isOptional }) => status !== 'Complete' && !isOptional);
  if (incomplete) return 'unavailable';
  return new Map([...readings].map(([id, { values }]) => [id, unusable.has(id) ? new Map<number, number>() : values]));
}

/** False when this page of the series cannot be used. */
function addPage(reading: Reading, result: MetricDataResult, range: Range): boolean {
  const { StatusCode: status, Timestamps: timestamps = [], Values: values = [], Messages: messages = [] } = result;
  if (status !== 'Complete' && status !== 'PartialData') return false;
  if (messages.length > 0 || timestamps.length !== values.length) return false;
  reading.status = status;
  return timestamps.every((timestamp, index) => {
    const at = new Date(timestamp).getTime();
    const value = values[index];
    if (!Number.isFinite(at) || at % 60_000 !== 0 || reading.values.has(at)) return false;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > reading.most) return false;
    if (at >= range.fromMs && at < range.untilMs) reading.values.set(at, value);
    return true;
  });
}
