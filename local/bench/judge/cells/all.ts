import type { Cell, Suite } from './cell';
import { FOUND_CELLS } from './found';
import { GOOD_CELLS } from './good';
import { VIOLATION_CELLS } from './violations';

/** Every cell; its place in this list is part of its seed. */
export const CELLS: readonly Cell[] = [...GOOD_CELLS, ...FOUND_CELLS, ...VIOLATION_CELLS];

const FULL: Readonly<Record<Suite, number>> = { flat: 500, trend: 500, incidents: 500, found: 300, violations: 200 };
const QUICK: Readonly<Record<Suite, number>> = { flat: 20, trend: 20, incidents: 20, found: 20, violations: 20 };

/** Canaries per cell: full in under half an hour on two cores, quick in two minutes. */
export const runsOf = (suite: Suite, size: 'full' | 'quick'): number => (size === 'full' ? FULL : QUICK)[suite];
