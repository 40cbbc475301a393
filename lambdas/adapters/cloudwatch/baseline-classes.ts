import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { classCounts } from './minute-counts';
import type { Series } from './read-series';
import { readQueries } from './read-side';
import type { Range } from './series-query';
import { classQueries, type Side } from './side-queries';

/** More classes than this are counted together, as "other". */
const MAX_CLASSES = 200;
const OTHER = 'other';

export interface BaselineClasses {
  readonly classNames: readonly string[];
  readonly classes: readonly number[];
  readonly queries: readonly unknown[];
}

const NO_CLASSES: BaselineClasses = { classNames: [], classes: [], queries: [] };

/**
 * Blue's classes and their counts: the names from the settings, or else the indices up to the greatest that blue
 * predicted, and "other" for all beyond. `topClass` is that greatest index, minute by minute.
 */
export async function baselineClasses(
  client: CloudWatchClient,
  config: EndpointConfig,
  blue: Side,
  topClass: Series | undefined,
  range: Range,
): Promise<BaselineClasses | 'unavailable'> {
  if (topClass === undefined || topClass.size === 0) return NO_CLASSES;
  const { classNames: given } = config.settings;
  const names = given ?? indicesUpTo(Math.max(...topClass.values()));
  const side: Side = { ...blue, classCount: names.length + 1 };
  const reading = await readQueries(client, classQueries(config, side), range);
  if (reading === 'unavailable') return reading;

  const sums = Array<number>(side.classCount).fill(0);
  for (const atMs of topClass.keys()) {
    classCounts(reading.series, side, atMs).forEach((count, index) => (sums[index] = (sums[index] ?? 0) + count));
  }
  const other = sums.at(-1) ?? 0;
  // An index without a name may stand for "no label" and be huge; indices that blue never reached are not classes.
  const used = given ? names.length : sums.findLastIndex((count, index) => count > 0 && index < names.length) + 1;
  return {
    classNames: [...names.slice(0, used), OTHER],
    classes: [...sums.slice(0, used), other],
    queries: reading.queries,
  };
}

const indicesUpTo = (top: number): readonly string[] =>
  Array.from({ length: Math.min(Math.round(top) + 1, MAX_CLASSES) }, (_, index) => String(index));
