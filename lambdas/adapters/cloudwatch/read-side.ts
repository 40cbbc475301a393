import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { describeQueries } from './describe-queries';
import { readSeries, type SeriesById } from './read-series';
import type { Range, SeriesQuery } from './series-query';
import { type Side, seriesId, type Source } from './side';
import { beyondQueries, lambdaQueries, sideQueries, throttleQueries } from './side-queries';

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
