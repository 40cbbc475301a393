import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../service';
import { type Dimensions, metricKey } from './metric-key';
import type { MetricSeries } from './metric-series';
import { parseStatistic, type Statistic } from './statistic';

const MAX_QUERIES = 500;
const MAX_DATAPOINTS = 100_800;
const MINUTE = 60_000;

/** One query as a fault sees it. */
export interface ReadQuery {
  readonly id: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Dimensions;
  readonly statistic: string;
  readonly periodMs: number;
}

/** Faults of reading. Both may look at the query; tests set them. */
export interface ReadFaults {
  /** True: the metric has no data at all, though the call succeeds. */
  readonly missing?: (query: ReadQuery) => boolean;
  /** True: the newer half of the values is left out and the status says PartialData. */
  readonly partial?: (query: ReadQuery) => boolean;
}

interface Parsed extends ReadQuery {
  readonly label: string;
  readonly parsed: Statistic;
}

interface Point {
  readonly query: Parsed;
  readonly at: number;
  readonly value: number;
}

const invalid = (message: string) => new AwsError('ValidationError', message);

/** GetMetricData for metrics without math: start inclusive, end exclusive, newest first unless asked otherwise. */
export function getMetricData(
  input: GetMetricDataInput,
  series: (key: string) => MetricSeries | undefined,
  now: number,
  faults: ReadFaults,
): GetMetricDataOutput {
  const queries = parseQueries(input.MetricDataQueries ?? []);
  // A start inside a minute counts from the beginning of that minute.
  const start = Math.floor(toMs(input.StartTime, 'StartTime') / MINUTE) * MINUTE;
  const end = toMs(input.EndTime, 'EndTime');
  if (start >= end) throw invalid('The parameter EndTime must be greater than StartTime');
  const ascending = input.ScanBy === 'TimestampAscending';

  const read = queries.map((query) => {
    const points = faults.missing?.(query) ? [] : readPoints(query, series, start, end, now);
    const partial = faults.partial?.(query) ?? false;
    const kept = partial ? points.slice(0, Math.floor(points.length / 2)) : points;
    return { query, partial, points: ascending ? kept : kept.reverse() };
  });
  return page(read, input.NextToken, Math.min(input.MaxDatapoints ?? MAX_DATAPOINTS, MAX_DATAPOINTS));
}

function parseQueries(queries: readonly MetricDataQuery[]): readonly Parsed[] {
  if (queries.length === 0) throw invalid('The parameter MetricDataQueries is required.');
  if (queries.length > MAX_QUERIES) {
    throw invalid(`The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`);
  }
  const parsed = queries.filter((query) => query.ReturnData !== false).map(parseQuery);
  const ids = new Set(queries.map((query) => query.Id));
  if (ids.size !== queries.length) throw invalid('The values for parameter id in MetricDataQueries must be unique.');
  return parsed;
}

function parseQuery(query: MetricDataQuery): Parsed {
  const { Id: id = '', MetricStat: stat } = query;
  if (!/^[a-z]\w*$/.test(id))
    throw invalid(`The value ${id} for parameter MetricDataQueries.Id is not matching ^[a-z]`);
  if (query.Expression !== undefined || !stat) throw invalid(`${id}: the embedded CloudWatch has no metric math`);
  const { Namespace: namespace, MetricName: metric, Dimensions: list = [] } = stat.Metric ?? {};
  if (!namespace || !metric) throw invalid(`${id}: MetricStat.Metric needs Namespace and MetricName`);
  const period = stat.Period ?? 0;
  if (period <= 0 || period % 60 !== 0) throw invalid(`${id}: Period must be a multiple of 60`);
  const parsed = parseStatistic(stat.Stat ?? '');
  if (!parsed)
    throw invalid(`The value ${stat.Stat} for parameter MetricDataQueries.MetricStat.Stat is not supported.`);
  const dimensions = Object.fromEntries(list.map(({ Name, Value }) => [Name ?? '', Value ?? '']));
  const label = query.Label ?? metric;
  return { id, namespace, metric, dimensions, statistic: stat.Stat ?? '', periodMs: period * 1000, label, parsed };
}

function toMs(value: Date | undefined, name: string): number {
  const ms = value === undefined ? NaN : new Date(value).getTime();
  if (Number.isNaN(ms)) throw invalid(`The parameter ${name} is required and must be a date.`);
  return ms;
}

function readPoints(
  query: Parsed,
  series: (key: string) => MetricSeries | undefined,
  start: number,
  end: number,
  now: number,
): Point[] {
  const source = series(metricKey(query.namespace, query.metric, query.dimensions));
  const points: Point[] = [];
  if (!source) return points;
  for (let at = Math.floor(start / query.periodMs) * query.periodMs; at < end; at += query.periodMs) {
    const value = source.read(at, query.periodMs, query.statistic, query.parsed, now);
    if (value !== undefined) points.push({ query, at, value });
  }
  return points;
}

/** Cuts one page. The token is the number of datapoints that earlier pages held. */
function page(
  read: readonly { readonly query: Parsed; readonly partial: boolean; readonly points: readonly Point[] }[],
  token: string | undefined,
  size: number,
): GetMetricDataOutput {
  const from = token === undefined ? 0 : Number(token.replace(/^offset-/, ''));
  if (!Number.isInteger(from)) throw invalid('The parameter NextToken is not valid.');
  const results: MetricDataResult[] = [];
  let offset = 0;
  for (const { query, partial, points } of read) {
    const low = Math.max(from - offset, 0);
    const high = Math.max(0, Math.min(from + size - offset, points.length));
    offset += points.length;
    const here = points.slice(low, Math.max(high, low));
    if (here.length === 0 && (points.length > 0 || from > 0)) continue;
    results.push({
      Id: query.id,
      Label: query.label,
      Timestamps: here.map((point) => new Date(point.at)),
      Values: here.map((point) => point.value),
      StatusCode: partial || high < points.length ? 'PartialData' : 'Complete',
    });
  }
  const more = from + size < offset;
  return { MetricDataResults: results, Messages: [], ...(more && { NextToken: `offset-${from + size}` }) };
}
