import { DISTANCE_CELLS } from '../cells/distance';
import { FOUND_CELLS } from '../cells/found';
import type { Entry } from '../judges/entry';
import { ALPHA, type LimitBounds } from '../limits/bounds';
import type { Setting } from '../simulate/setting';
import type { CellResult } from '../run/run-cells';
import type { LookTime } from '../run/look-time';
import type { BenchSummary } from '../run/summary';
import type { Suite } from '../cells/cell';

/** Everything that the tables and plots say, as results.json holds it. */
export interface BenchReport {
  readonly size: 'full' | 'quick';
  readonly seed: number;
  /** Names, in the order of the tables; the first is the judge that the aims are for. */
  readonly judges: readonly string[];
  /** Those that promise the false alarm rate that the limits are for. */
  readonly promising: readonly string[];
  /** Of the first judge; the only number that another run does not repeat. */
  readonly look: LookTime;
  readonly cells: readonly ReportCell[];
}

export interface ReportCell {
  readonly suite: Suite;
  readonly name: string;
  readonly setting: Setting;
  /**
   * In `found` and `distance`: the bad green's name without the weight, and the green requests that no judge can do
   * without.
   */
  readonly bad?: { readonly case: string; readonly weight: number; readonly bounds: LimitBounds };
  readonly judges: Readonly<Record<string, BenchSummary>>;
}

/** A cell of a bad green with its limit. */
export type LimitedCell = ReportCell & { readonly bad: NonNullable<ReportCell['bad']> };

const BAD_CELLS = [...FOUND_CELLS, ...DISTANCE_CELLS];

export const reportOf = (
  results: readonly CellResult[],
  entries: readonly Entry[],
  size: BenchReport['size'],
  seed: number,
  look: LookTime,
): BenchReport => ({
  size,
  seed,
  judges: entries.map(({ judge }) => judge.name),
  promising: entries.flatMap(({ judge, falseAlarmRate }) => (falseAlarmRate === ALPHA ? [judge.name] : [])),
  look,
  cells: results.map(({ cell, judges }) => {
    const bad = BAD_CELLS.find((candidate) => candidate.suite === cell.suite && candidate.name === cell.name);
    const { suite, name, setting } = cell;
    return {
      suite,
      name,
      setting,
      ...(bad && { bad: { case: bad.case, weight: bad.weight, bounds: bad.bounds } }),
      judges,
    };
  }),
});

/** The bad greens of a suite. */
export const limitedCells = ({ cells }: BenchReport, suite: 'found' | 'distance'): readonly LimitedCell[] =>
  cells.filter((cell): cell is LimitedCell => cell.suite === suite && cell.bad !== undefined);
