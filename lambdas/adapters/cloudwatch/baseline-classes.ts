import type { EndpointConfig } from '../../contract/endpoint-settings';
import { cellOf } from '../../domain/cells';
import type { Series } from './read-series';

/** More classes than this are counted together, as "other". */
const MAX_CLASSES = 200;
const OTHER = 'other';

/**
 * Blue's classes that are counted one by one: the first names from the settings, or else the indices up to the greatest
 * that blue predicted. None when it predicted nothing. `topClass` is that greatest index, minute by minute.
 */
export function namedClasses(config: EndpointConfig, topClass: Series | undefined): readonly string[] {
  if (topClass === undefined || topClass.size === 0) return [];
  const greatest = cellOf(Math.max(...topClass.values()));
  return (
    config.settings.classNames?.slice(0, MAX_CLASSES) ??
    Array.from({ length: Math.min(greatest + 1, MAX_CLASSES) }, (_, index) => String(index))
  );
}

export interface UsedClasses {
  /** The last is "other". */
  readonly classNames: readonly string[];
  /** A minute's counts, which are one for each name and one for the rest, in the order of `classNames`. */
  readonly used: (counts: readonly number[]) => readonly number[];
}

/**
 * An index without a name may stand for "no label" and be huge; indices that blue never reached are not classes. Names
 * from the settings are classes in any case. `minutes` are blue's counts, each one longer than `names`.
 */
export function usedClasses(
  config: EndpointConfig,
  names: readonly string[],
  minutes: readonly (readonly number[])[],
): UsedClasses {
  if (names.length === 0) return { classNames: [], used: () => [] };
  const seen = names.findLastIndex((_, index) => minutes.some((counts) => (counts[index] ?? 0) > 0)) + 1;
  const length = config.settings.classNames === undefined ? seen : names.length;
  return {
    classNames: [...names.slice(0, length), OTHER],
    used: (counts) => [...counts.slice(0, length), counts.at(-1) ?? 0],
  };
}
