import type { EndpointConfig } from '../../contract/endpoint-settings';
import type { CellRange } from '../../domain/cells';
import type { EventCount, SideCounts } from '../../domain/evidence';
import { ownMinute, cellsOf } from './side-queries';
import type { Series, SeriesById } from './read-series';
import { type Side, seriesId } from './series-query';

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
 * Reads one minute of one side. Of the built-in model server's requests only inferences are counted, and those that ended in
 * an error of Lambda's: a caller who asks for its health, sends labels or sends nonsense would else thin out the failures
 * of a bad model until they are tolerated. No Invocations means no requests; no Errors, Throttles or events of a custom gate mean
 * none. All else that is missing beside requests makes the minute incomplete. That is decided by Lambda's own durations
 * and by whether the model server counted anything, never by how many requests were slow, failed or warm.
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

/** Logs may be delivered twice, and the two series are two answers: never more wrong ones than there are labels. */
function labelledAt(at: (id: string) => number, { prefix }: Side): EventCount {
  const requests = at(seriesId.labels(prefix));
  return { events: Math.min(at(seriesId.wrongLabels(prefix)), requests), requests };
}

/**
 * Counts per class of each measure: shares are in percent of the values, of which a request with several rows makes several.
 * The last class of a measure is all that is left, which saves a query per version and look.
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
