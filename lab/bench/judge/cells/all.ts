import type { Cell, Suite } from './cell';
import { SUITES } from './cell';
import { DISTANCE_CELLS } from './distance';
import { FOUND_CELLS } from './found';
import { GOOD_CELLS } from './good';
import { SPEED_CELLS } from './speed';
import { VIOLATION_CELLS } from './violations';

/** Every cell; its place in this list is part of its seed. */
export const CELLS: readonly Cell[] = [
  ...GOOD_CELLS,
  ...FOUND_CELLS,
  ...VIOLATION_CELLS,
  ...DISTANCE_CELLS,
  ...SPEED_CELLS,
];

/** Suites of a judge that promises the false alarm rate of the limits, and of one that does not. */
export const LIMITED: readonly Suite[] = SUITES;
export const WITHOUT_LIMIT: readonly Suite[] = SUITES.filter((suite) => suite !== 'distance');

const GOOD = { flat: 500, trend: 500, incidents: 500 };
const FULL: Readonly<Record<Suite, number>> = { ...GOOD, found: 300, violations: 200, distance: 300, speed: 300 };
const QUICK = 20;

/** Canaries per cell: full in under half an hour on two cores, quick in two minutes. */
export const runsOf = (suite: Suite, size: 'full' | 'quick'): number => (size === 'full' ? FULL[suite] : QUICK);
