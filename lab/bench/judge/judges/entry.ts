import type { Suite } from '../cells/cell';
import type { Judge } from '../rivals/judge';

/** A judge in the comparison: where it takes part, and how often. */
export interface Entry {
  readonly judge: Judge;
  readonly suites: readonly Suite[];
  /** It judges every n-th run of a cell: 1 for all, more for a slow one. */
  readonly everyNth: number;
  /** The false alarm rate that it promises, if any: of such judges the distance to the limit is shown. */
  readonly falseAlarmRate: number | undefined;
}
