import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { readSeries, type SeriesById } from './read-series';
import { type Range, type SeriesQuery, type Side, seriesId, type Source, type Timed } from './series-query';
import { beyondQueries, lambdaQueries, sideQueries, throttleQueries } from './side-queries';
import { timesWarmAlone } from '../../domain/gates/latency';

export interface SeriesReading {
  readonly series: SeriesById;
  readonly queries: readonly unknown[];
}

/** Reads queries over one range and says what was asked. Without a query there is no call. */
export async function readQueries(
  client: CloudWatchClient,
  queries: readonly SeriesQuery[],
  range: Range,
): Promise<SeriesReading | 'unavailable'> {
  const series = await readSeries(client, queries, range);
  return series === 'unavailable' ? series : { series, queries: describeQueries(queries, range) };
}

/** What both readings say; the later one stands where both have a series. */
export const bothReadings = (first: SeriesReading, later: SeriesReading): SeriesReading => ({
  series: new Map([...first.series, ...later.series]),
  queries: [...first.queries, ...later.queries],
});

/**
 * Everything of both versions behind the alias, in one call where it fits. Throttles are rare: the alias as a whole says
 * whether there were any, and only then each version is asked, which saves a query per look.
 */
export async function readSides(
  client: CloudWatchClient,
  config: EndpointConfig,
  [blue, green]: readonly [blue: Side, green: Side],
  range: Range,
): Promise<SeriesReading | 'unavailable'> {
  const sides = [blue, green];
  const ofBoth: Side = { ...blue, prefix: 'a' };
  const reading = await readQueries(
    client,
    [...sides.flatMap((side) => sideQueries(config, side, 'version')), ...throttleQueries(config, ofBoth, 'alias')],
    range,
  );
  if (reading === 'unavailable') return reading;
  const turnedAway = [...(reading.series.get(seriesId.throttles(ofBoth.prefix))?.values() ?? [])];
  if (!turnedAway.some((count) => count > 0)) return reading;
  const throttles = await readQueries(
    client,
    sides.flatMap((side) => throttleQueries(config, side, 'version')),
    range,
  );
  return throttles === 'unavailable' ? throttles : bothReadings(reading, throttles);
}

/**
 * Everything of a version while it alone is behind the alias, and what else is asked for. Whether Lambda keeps a
 * version's own series then is not documented; if there is nothing, the alias as a whole is read, which is the same
 * requests.
 */
export async function readSideAlone(
  client: CloudWatchClient,
  config: EndpointConfig,
  side: Side,
  range: Range,
  more: readonly SeriesQuery[],
): Promise<(SeriesReading & { readonly of: Source }) | 'unavailable'> {
  const own = await readQueries(client, [...sideQueries(config, side, 'version'), ...more], range);
  if (own === 'unavailable') return own;
  if (own.series.get(seriesId.requests(side.prefix))?.size) return { ...own, of: 'version' };
  const ofAlias = [
    ...lambdaQueries(config, side, 'alias'),
    ...(side.timed === 'all' ? beyondQueries(config, side, 'alias') : []),
  ];
  const alias = await readQueries(client, ofAlias, range);
  return alias === 'unavailable' ? alias : { ...bothReadings(own, alias), of: 'alias' };
}

/**
 * What was asked, complete and short, for the record: the calls' queries by metric dimensions, each as
 * `"id": "metric statistic"`. 400 queries of one look would else be 100 KB of repeated names.
 */
function describeQueries(queries: readonly SeriesQuery[], range: Range): readonly unknown[] {
  const groups = new Map<string, { readonly first: SeriesQuery; readonly series: Record<string, string> }>();
  for (const query of queries) {
    const key = JSON.stringify([query.namespace, query.dimensions]);
    const group = groups.get(key) ?? { first: query, series: {} };
    group.series[query.id] = `${query.metric} ${query.stat}`;
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, series }) => ({
    from: new Date(range.fromMs).toISOString(),
    until: new Date(range.untilMs).toISOString(),
    periodSeconds: range.periodSeconds,
    namespace: first.namespace,
    dimensions: first.dimensions,
    series,
  }));
}

/**
 * What the settings ask for. Green is new and gets few requests, so that more of them start an environment; that is no
 * property of its model. Only the built-in model server tells such requests from others.
 */
export const timedBy = ({ builtIn, settings: { gates } }: EndpointConfig): Timed =>
  timesWarmAlone(builtIn, gates.latency) ? 'warm' : 'all';

/** So many answers that one of them at least was not the first of its environment. */
const LEAST_ANSWERED = 50;

/**
 * True for a version of a model server that is older than the metric: it answered, and never said that it was warm. Then
 * both versions are timed by Lambda's durations; warm requests of one beside all of the other would be no comparison.
 */
export function tellsNoWarmth(series: SeriesById, { prefix, timed }: Side): boolean {
  if (timed === 'all' || (series.get(seriesId.timed(prefix))?.size ?? 0) > 0) return false;
  return sum(series, seriesId.inferences(prefix)) >= LEAST_ANSWERED;
}

/** Stands among the queries, so that the record says why they ask otherwise than the settings. */
export const timedByLambda = (versions: readonly string[]) => ({
  note: `version ${versions.join(' and ')} counts no warm requests apart: every request's duration is Lambda's, for both versions`,
});

const sum = (series: SeriesById, id: string): number =>
  [...(series.get(id)?.values() ?? [])].reduce((total, value) => total + value, 0);
