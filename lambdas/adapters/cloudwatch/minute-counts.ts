import type { SideCounts } from '../../domain/judge/evidence';
import type { Series, SeriesById } from './read-series';
import { type Side, seriesId } from './side-queries';

/** What one version did in one minute, or why the minute says too little. */
export type MinuteCounts =
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
 * Reads one minute of one side. No Invocations means no requests, and then nothing else is looked for; no Errors beside
 * Invocations means no errors. All else that is missing makes the minute incomplete.
 */
export function minuteCounts(series: SeriesById, side: Side, atMs: number, builtIn: boolean): MinuteCounts {
  const { prefix, version } = side;
  const at = (id: string) => Math.round(valueAt(series.get(id), atMs));
  const requests = at(seriesId.requests(prefix));
  const errors = at(seriesId.errors(prefix));
  const durations = at(seriesId.durations(prefix));
  const incomplete = (why: string): MinuteCounts => ({ kind: 'incomplete', why });

  if (errors > requests) return incomplete(`${errors} errors and ${requests} requests of version ${version}`);
  if (requests > 0 && durations === 0) return incomplete(`durations missing for version ${version}`);
  if (durations < LEAST_DURATIONS * requests) {
    return incomplete(`durations missing for version ${version}: ${durations} of ${requests}`);
  }
  const successes = requests - errors;
  if (builtIn && successes > 0 && at(seriesId.modelSamples(prefix)) === 0) {
    return incomplete(`model metrics missing for version ${version}`);
  }
  // Logs are delivered at least once, so that the model server's counts may come out a little high: the sum of a
  // minute's failures is held to its requests.
  const modelErrors = Math.min(at(seriesId.modelErrors(prefix)), successes);
  const nonFiniteOutputs = Math.min(at(seriesId.nonFinite(prefix)), successes - modelErrors);
  const classes = classCounts(series, side, atMs);
  return {
    kind: 'counted',
    counts: { requests, invocationErrors: errors, modelErrors, nonFiniteOutputs, classes },
    beyond: side.limitsMs.map((_, index) => Math.min(at(seriesId.beyond(prefix, index)), requests)),
  };
}

/**
 * Counts per class: the share is in percent of the predictions, of which a request with several rows makes several. The
 * last class is all that is left, which saves a query per version and look.
 */
export function classCounts(series: SeriesById, side: Side, atMs: number): readonly number[] {
  const predictions = valueAt(series.get(seriesId.predictions(side.prefix)), atMs);
  const named = Array.from({ length: Math.max(0, side.classCount - 1) }, (_, index) => {
    const percent = valueAt(series.get(seriesId.classShare(side.prefix, index)), atMs);
    return (percent * predictions) / 100;
  });
  const rest = predictions - named.reduce((sum, count) => sum + count, 0);
  return side.classCount === 0 ? [] : [...named, Math.max(0, rest)].map(Math.round);
}

const valueAt = (series: Series | undefined, atMs: number): number => series?.get(atMs) ?? 0;
