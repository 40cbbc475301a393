import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { describeQueries } from './describe-queries';
import { readSeries, type SeriesById } from './read-series';
import type { Range, SeriesQuery } from './series-query';
import { lambdaQueries, modelQueries, type Side, seriesId } from './side-queries';

export interface SeriesReading {
  readonly series: SeriesById;
  readonly queries: readonly unknown[];
}

/** Reads queries over one range and says what was asked. */
export async function readQueries(
  client: CloudWatchClient,
  queries: readonly SeriesQuery[],
  range: Range,
): Promise<SeriesReading | 'unavailable'> {
  const series = await readSeries(client, queries, range);
  return series === 'unavailable' ? series : { series, queries: describeQueries(queries, range) };
}

/** Everything of some sides, in one call where it fits. */
export const readSides = (
  client: CloudWatchClient,
  config: EndpointConfig,
  sides: readonly Side[],
  range: Range,
): Promise<SeriesReading | 'unavailable'> =>
  readQueries(
    client,
    sides.flatMap((side) => [...lambdaQueries(config, side, 'version'), ...modelQueries(config, side)]),
    range,
  );

/**
 * Everything of a version while it alone is behind the alias. Whether Lambda keeps a version's own series then is not
 * documented; if there is nothing, the alias as a whole is read, which is the same requests.
 */
export async function readSideAlone(
  client: CloudWatchClient,
  config: EndpointConfig,
  side: Side,
  range: Range,
): Promise<(SeriesReading & { readonly of: 'version' | 'alias' }) | 'unavailable'> {
  const own = await readSides(client, config, [side], range);
  if (own === 'unavailable') return own;
  if (own.series.get(seriesId.requests(side.prefix))?.size) return { ...own, of: 'version' };
  const alias = await readQueries(client, lambdaQueries(config, side, 'alias'), range);
  if (alias === 'unavailable') return alias;
  return {
    series: new Map([...own.series, ...alias.series]),
    queries: [...own.queries, ...alias.queries],
    of: 'alias',
  };
}
