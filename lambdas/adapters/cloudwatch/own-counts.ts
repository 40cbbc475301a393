import type { EndpointConfig } from '../../contract/endpoint-settings';
import { METRIC_NAMESPACE } from '../../contract/metric-names';
import { type CustomCounter, VERSION_PLACEHOLDER } from '../../domain/gates/custom';
import { askedCounts } from '../../domain/gates/gates';
import type { EventCount, SideCounts } from '../../domain/evidence';
import { modelServerVersion } from './dimensions';
import type { Series, SeriesById } from './read-series';
import type { SeriesQuery } from './series-query';
import { type Side, seriesId } from './side';

/**
 * What gates count for themselves of one version; `requests` are counted already. A gate that only observes can end no
 * look, so its metric is asked for where a bake may end alone: that look reads all minutes.
 */
export const ownQueries = (config: EndpointConfig, side: Side): readonly SeriesQuery[] =>
  askedCounts(config.settings.gates, config.builtIn)
    .filter(({ everyLook }) => everyLook || side.observed === true)
    .flatMap(({ id, mode, events, of }) =>
      [
        counterQuery(config, side, seriesId.ownEvents(side.prefix, id), events),
        ...(of === 'requests' ? [] : [counterQuery(config, side, seriesId.ownRequests(side.prefix, id), of)]),
      ].map((query): SeriesQuery => (mode === 'enforce' ? query : { ...query, isOptional: true })),
    );

/** A name alone is that of a metric of the model server. */
const counterQuery = (
  { settings }: EndpointConfig,
  { version }: Side,
  id: string,
  counter: CustomCounter | string,
): SeriesQuery =>
  typeof counter === 'string'
    ? {
        id,
        namespace: METRIC_NAMESPACE,
        metric: counter,
        dimensions: modelServerVersion(settings.name, version),
        stat: 'Sum',
      }
    : {
        id,
        namespace: counter.namespace,
        metric: counter.metric,
        dimensions: Object.fromEntries(
          Object.entries(counter.dimensions).map(([name, value]) => [
            name,
            value.replaceAll(VERSION_PLACEHOLDER, version),
          ]),
        ),
        stat: counter.stat,
      };

/**
 * One minute of what gates count for themselves, or why it cannot be true. A counter of the user's without a datapoint
 * counted nothing. A metric of the model server has a value in each minute with requests, so that without one nothing is
 * known of the minute, and it has no count. Events of the version's requests are held to these, because logs may be
 * delivered twice; more events than another counter says that there was to count means that the other has not arrived.
 */
export function ownMinute(
  series: SeriesById,
  config: EndpointConfig,
  { prefix, version }: Side,
  requests: number,
  atMs: number,
): Pick<SideCounts, 'custom' | 'counted'> | string {
  const at = (one: Series | undefined) => Math.round(one?.get(atMs) ?? 0);
  const custom: EventCount[] = [];
  const counted: Record<string, EventCount> = {};
  for (const { gate, id, mode, events: counter, of } of askedCounts(config.settings.gates, config.builtIn)) {
    const datapoints = series.get(seriesId.ownEvents(prefix, id));
    const events = at(datapoints);
    if (typeof counter === 'string') {
      if (datapoints?.has(atMs)) counted[gate] = { events: Math.min(events, requests), requests };
      continue;
    }
    const whole = of === 'requests' ? requests : at(series.get(seriesId.ownRequests(prefix, id)));
    if (mode === 'enforce' && of !== 'requests' && events > whole)
      return `custom gate ${gate.replace('custom:', '')}: ${events} events of ${whole} for version ${version}`;
    custom.push({ events: Math.min(events, whole), requests: whole });
  }
  return { custom, ...(Object.keys(counted).length > 0 && { counted }) };
}
