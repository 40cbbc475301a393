import type { EndpointConfig } from '../../contract/endpoint-settings';
import { timesWarmAlone } from '../../domain/gates/latency';
import type { SeriesById } from './read-series';
import { type Side, seriesId, type Timed } from './side';

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
