import type { Setting } from '../simulate/setting';
import { PLAIN } from '../simulate/setting';
import type { Cell } from './cell';

const cell = (name: string, ratePerMin: number, broken: Partial<Setting>): Cell => ({
  suite: 'violations',
  name: `${name}, ${ratePerMin}/min, ${100 * Number(broken.weight ?? 0.1)} %`,
  setting: { ...PLAIN, ratePerMin, weight: 0.1, baselineErrorRate: 0.01, ...broken },
});

/** Green is as good as blue, but requests are not independent, which every test of counts supposes. */
export const VIOLATION_CELLS: readonly Cell[] = [
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
