import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { type Range, type SeriesQuery, toMetricDataQuery } from './series-query';

/** Values by the start of their period, ms since 1970; a period without data is absent. */
export type Series = ReadonlyMap<number, number>;
export type SeriesById = ReadonlyMap<string, Series>;

/** Limit of one GetMetricData call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MAX_QUERIES = 500;

/** A page holds 100,800 values at most, and a look at a day of every series has fewer; ten times as much is no answer. */
const MOST_PAGES = 100;

/** More than this in a period cannot be true of a count, a share or a duration; the values themselves may be any number. */
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
 * Reads every series whole. Answers `unavailable` unless CloudWatch says of each that it is complete: a status other than
 * Complete, a series left out, a message, or values that cannot be true are no data, and no data is not health.
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
