import { type Setting, PLAIN } from '../simulate/setting';
import { type Cell, SUITES, type Suite } from './cell';
import { DISTANCE_CELLS } from './distance';
import { FOUND_CELLS } from './found';
import { GOOD_CELLS } from './good';
import { SPEED_CELLS } from './speed';

const cell = (name: string, ratePerMin: number, broken: Partial<Setting>): Cell => ({
  suite: 'violations',
  name: `${name}, ${ratePerMin}/min, ${100 * Number(broken.weight ?? 0.1)} %`,
  setting: { ...PLAIN, ratePerMin, weight: 0.1, baselineErrorRate: 0.01, ...broken },
});

/** Green is as good as blue, but requests are not independent, which every test of counts supposes. */
const VIOLATION_CELLS: readonly Cell[] = [
  cell('latency noise 5 % a minute', 10_000, { versionNoise: 0.05 }),
  cell('latency noise 5 % a minute', 10_000, { versionNoise: 0.05, weight: 0.5 }),
  cell('latency noise 10 % a minute', 10_000, { versionNoise: 0.1 }),
  cell('latency noise 10 % a minute', 1_000, { versionNoise: 0.1 }),
  cell('error odds noise 0.3', 10_000, { errorOddsNoise: 0.3 }),
  cell('error odds noise 0.6', 10_000, { errorOddsNoise: 0.6 }),
  cell('failures in clusters of 3', 1_000, { cluster: 3 }),
  cell('failures in clusters of 3', 10_000, { cluster: 3 }),
  cell('failures in clusters of 10', 1_000, { cluster: 10 }),
];

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
