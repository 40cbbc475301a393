import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import {
  readSeries,
  type SeriesById,
  type Range,
  type SeriesQuery,
  type Side,
  seriesId,
  type Source,
  type Timed,
  type Series,
} from './read-series';
import { beyondQueries, lambdaQueries, sideQueries, throttleQueries, ownMinute, cellsOf } from './side-queries';
import { timesWarmAlone } from '../../domain/gates/latency';
import type { CellRange } from '../../domain/cells';
import type { EventCount, SideCounts } from '../../domain/evidence';

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
 * Everything of both versions behind the alias, in one call where it fits. Throttles are rare: the alias as a whole
 * says whether there were any, and only then each version is asked, which saves a query per look.
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
 * requests; unless another version had a share of them.
 */
export async function readSideAlone(
  client: CloudWatchClient,
  config: EndpointConfig,
  side: Side,
  range: Range,
  more: readonly SeriesQuery[],
  shared = false,
): Promise<(SeriesReading & { readonly of: Source }) | 'unavailable'> {
  const own = await readQueries(client, [...sideQueries(config, side, 'version'), ...more], range);
  if (own === 'unavailable') return own;
  if (shared || own.series.get(seriesId.requests(side.prefix))?.size) return { ...own, of: 'version' };
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
 * True for a version of a model server that is older than the metric: it answered, and never said that it was warm.
 * Then both versions are timed by Lambda's durations; warm requests of one beside all of the other would be no
 * comparison.
 */
export function tellsNoWarmth(series: SeriesById, { prefix, timed }: Side): boolean {
  if (timed === 'all' || (series.get(seriesId.timed(prefix))?.size ?? 0) > 0) return false;
  return sum(series, seriesId.inferences(prefix)) >= LEAST_ANSWERED;
}

/** Stands among the queries, so that the record says why they ask otherwise than the settings. */
export const timedByLambda = (versions: readonly string[]) => ({
  note:
    `version ${versions.join(' and ')} counts no warm requests apart: every request's duration is Lambda's, for ` +
    'both versions',
});

const sum = (series: SeriesById, id: string): number =>
  [...(series.get(id)?.values() ?? [])].reduce((total, value) => total + value, 0);

/** What one version did in one minute, or why the minute says too little. */
export type QueriedMinute =
  | {
      readonly kind: 'counted';
      readonly counts: Omit<SideCounts, 'slow' | 'verySlow'>;
      /** Per limit of the side, requests beyond it. */
      readonly beyond: readonly number[];
    }
  | { readonly kind: 'incomplete'; readonly why: string };

/** With fewer durations than this share of the requests, the minute's data has not all arrived. */
const LEAST_DURATIONS = 0.9;

/**
 * Reads one minute of one side. Of the built-in model server's requests only inferences are counted, and those that
 * ended in an error of Lambda's: a caller who asks for its health, sends labels or sends nonsense would else thin out
 * the failures of a bad model until they are tolerated. No Invocations means no requests; no events of a custom gate
 * mean none, and so do no Errors or Throttles, unless the answer shows that Lambda tells when there are none. All
 * else that is missing beside requests makes the minute incomplete. That is decided by Lambda's own durations and by
 * whether the model server counted anything, never by how many requests were slow, failed or warm.
 */
export function minuteCounts(series: SeriesById, side: Side, atMs: number, config: EndpointConfig): QueriedMinute {
  const { prefix, version } = side;
  const at = (id: string) => Math.round(valueAt(series.get(id), atMs));
  const invocations = at(seriesId.requests(prefix));
  const errors = at(seriesId.errors(prefix));
  const lambdaDurations = at(seriesId.durations(prefix));
  const incomplete = (why: string): QueriedMinute => ({ kind: 'incomplete', why });

  if (errors > invocations) return incomplete(`${errors} errors and ${invocations} requests of version ${version}`);
  if (invocations > 0 && lambdaDurations === 0) return incomplete(`durations missing for version ${version}`);
  if (lambdaDurations < LEAST_DURATIONS * invocations) {
    return incomplete(`durations missing for version ${version}: ${lambdaDurations} of ${invocations}`);
  }
  const answered = invocations - errors;
  const arrived = [seriesId.inferences(prefix), seriesId.nonFinite(prefix)].some(
    (id) => series.get(id)?.get(atMs) !== undefined,
  );
  if (config.builtIn && answered > 0 && !arrived) {
    return incomplete(`model metrics missing for version ${version}`);
  }
  // Of one metric the number of values came, and their sum did not: without it no failure would be seen.
  const failuresAreMissing =
    at(seriesId.inferences(prefix)) > 0 && series.get(seriesId.modelErrors(prefix))?.get(atMs) === undefined;
  if (config.builtIn && failuresAreMissing) return incomplete(`failures of the model missing for version ${version}`);
  for (const [what, id] of [
    ['errors', seriesId.errors],
    ['throttles', seriesId.throttles],
  ] as const) {
    const isMissing = invocations > 0 && series.get(id(prefix))?.get(atMs) === undefined;
    if (isMissing && tellsNone(series, id)) return incomplete(`${what} missing for version ${version}`);
  }
  const successes = config.builtIn ? Math.min(at(seriesId.inferences(prefix)), answered) : answered;
  const requests = successes + errors;
  const own = ownMinute(series, config, side, requests, atMs);
  if (typeof own === 'string') return incomplete(own);
  // Logs are delivered at least once, so that the model server's counts may come out a little high: the sum of a
  // minute's failures is held to its requests, and so are the durations.
  const modelErrors = Math.min(at(seriesId.modelErrors(prefix)), successes);
  const nonFiniteOutputs = Math.min(at(seriesId.nonFinite(prefix)), successes - modelErrors);
  const durations = Math.min(side.timed === 'warm' ? at(seriesId.timed(prefix)) : lambdaDurations, requests);
  return {
    kind: 'counted',
    counts: {
      invocations: requests,
      errors: errors + modelErrors + nonFiniteOutputs,
      modelErrors,
      nonFiniteOutputs,
      throttles: at(seriesId.throttles(prefix)),
      durations,
      classes: classCounts(series, side, atMs),
      ...own,
      ...(side.labelsWithinMinutes !== undefined && { labelled: labelledAt(at, side) }),
    },
    beyond: falling(
      side.limitsMs,
      side.limitsMs.map((_, index) => at(seriesId.beyond(prefix, index))),
      durations,
    ),
  };
}

/**
 * Lambda counts a 0 for each invocation that went well, as its metrics show; no page says so of every set of
 * dimensions. Where one of the two versions has such a 0, a minute without a value has not all arrived.
 */
const tellsNone = (series: SeriesById, id: (prefix: string) => string): boolean =>
  ['b', 'g'].some((prefix) => [...(series.get(id(prefix))?.values() ?? [])].includes(0));

/** Logs may be delivered twice, and the two series are two answers: never more wrong ones than there are labels. */
function labelledAt(at: (id: string) => number, { prefix }: Side): EventCount {
  const requests = at(seriesId.labels(prefix));
  return { events: Math.min(at(seriesId.wrongLabels(prefix)), requests), requests };
}

/**
 * Counts per class of each measure: shares are in percent of the values, of which a request with several rows makes
 * several. The last class of a measure is all that is left, which saves a query per version and look.
 */
export function classCounts(series: SeriesById, { prefix, measures }: Side, atMs: number): readonly number[] {
  return measures.flatMap((measure) => {
    const values = valueAt(series.get(seriesId.answers(prefix, measure.metric)), atMs);
    const inCells = (range: CellRange): number =>
      (valueAt(series.get(seriesId.cells(prefix, measure.metric, range)), atMs) * values) / 100;
    const named = cellsOf(measure, prefix).map((range) => (range === null ? 0 : inCells(range)));
    const whole = measure.whole === undefined ? values : inCells(measure.whole);
    const rest = whole - named.reduce((sum, count) => sum + count, 0);
    return [...named, Math.max(0, rest)].map(Math.round);
  });
}

/**
 * The counts, none higher than that of a shorter limit, and none higher than `most`. CloudWatch interpolates each count
 * on its own, and each is rounded; requests beyond 200 ms are beyond 100 ms too, and who takes differences between two
 * must not find less than none.
 */
function falling(limitsMs: readonly number[], counts: readonly number[], most: number): readonly number[] {
  const held = [...counts];
  let least = most;
  for (const [index] of [...limitsMs.entries()].sort(([, a], [, b]) => a - b)) {
    least = Math.min(least, held[index] ?? 0);
    held[index] = least;
  }
  return held;
}

const valueAt = (series: Series | undefined, atMs: number): number => series?.get(atMs) ?? 0;
