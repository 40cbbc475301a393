import type { EndpointSettings } from '../../contract/endpoint-settings';
import { VERSION_PLACEHOLDER } from '../../domain/gates/custom';
import type { EventCount } from '../../domain/evidence';
import type { SeriesQuery } from './series-query';
import { type Side, seriesId } from './side';

type CustomGate = EndpointSettings['gates']['custom'][number];
type Counter = CustomGate['events'];

/** The counters of the user's own gates for one version; `requests` are counted already. */
export const customQueries = (gates: readonly CustomGate[], { prefix, version }: Side): readonly SeriesQuery[] =>
  gates.flatMap(({ events, of }, index) => [
    counterQuery(seriesId.customEvents(prefix, index), events, version),
    ...(of === 'requests' ? [] : [counterQuery(seriesId.customRequests(prefix, index), of, version)]),
  ]);

const counterQuery = (id: string, counter: Counter, version: string): SeriesQuery => ({
  id,
  namespace: counter.namespace,
  metric: counter.metric,
  dimensions: Object.fromEntries(
    Object.entries(counter.dimensions).map(([name, value]) => [name, value.replaceAll(VERSION_PLACEHOLDER, version)]),
  ),
  stat: counter.stat,
});

/**
 * One minute of the user's gates, or why it cannot be true. A counter without a datapoint counted nothing. Events of the
 * version's requests are held to these, because logs may be delivered twice; more events than another counter says that
 * there was to count means that the other has not arrived.
 *
 * @param at the whole number that a series says for the minute, 0 without a datapoint
 */
export function customCounts(
  gates: readonly CustomGate[],
  { prefix, version }: Side,
  requests: number,
  at: (id: string) => number,
): readonly EventCount[] | string {
  const counts: EventCount[] = [];
  for (const [index, { name, of, mode }] of gates.entries()) {
    const events = at(seriesId.customEvents(prefix, index));
    const whole = of === 'requests' ? requests : at(seriesId.customRequests(prefix, index));
    if (mode === 'enforce' && of !== 'requests' && events > whole)
      return `custom gate ${name}: ${events} events of ${whole} for version ${version}`;
    counts.push({ events: Math.min(events, whole), requests: whole });
  }
  return counts;
}
