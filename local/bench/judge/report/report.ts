import { FOUND_CELLS } from '../cells/found';
import type { Entry } from '../judges/entry';
import { ALPHA } from '../limits/bounds';
import type { Bounds } from '../limits/bounds';
import type { Setting } from '../simulate/setting';
import type { CellResult } from '../run/run-cells';
import type { Summary } from '../run/summary';
import type { Suite } from '../cells/cell';

/** Everything that the tables and plots say, as results.json holds it. */
export interface Report {
  readonly size: 'full' | 'quick';
  readonly seed: number;
  /** Names, in the order of the tables. */
  readonly judges: readonly string[];
  /** Those that promise the false alarm rate that the limits are for. */
  readonly promising: readonly string[];
  readonly cells: readonly ReportCell[];
}

export interface ReportCell {
  readonly suite: Suite;
  readonly name: string;
  readonly setting: Setting;
  /** Of a bad green: its name without the weight, and the green requests that no judge can do without. */
  readonly found?: { readonly case: string; readonly weight: number; readonly bounds: Bounds };
  readonly judges: Readonly<Record<string, Summary>>;
}

export const reportOf = (
  results: readonly CellResult[],
  entries: readonly Entry[],
  size: Report['size'],
  seed: number,
): Report => ({
  size,
  seed,
  judges: entries.map(({ judge }) => judge.name),
  promising: entries.flatMap(({ judge, falseAlarmRate }) => (falseAlarmRate === ALPHA ? [judge.name] : [])),
  cells: results.map(({ cell, judges }) => {
    const found = FOUND_CELLS.find((candidate) => candidate.suite === cell.suite && candidate.name === cell.name);
    const { suite, name, setting } = cell;
    return {
      suite,
      name,
      setting,
      ...(found && { found: { case: found.case, weight: found.weight, bounds: found.bounds } }),
      judges,
    };
  }),
});
