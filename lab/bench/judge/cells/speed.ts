import { PLAIN, type Setting } from '../simulate/setting';
import type { Cell } from './cell';

const cell = (name: string, setting: Partial<Setting>): Cell => {
  const whole = { ...PLAIN, ratePerMin: 1_000, weight: 0.1, baselineErrorRate: 0.01, ...setting };
  return { suite: 'speed', name: `${name}, ${whole.ratePerMin}/min`, setting: whole };
};

const slower = (x: number): Partial<Setting> => ({ regression: { type: 'lat', x } });
const FAILING: Partial<Setting> = { regression: { type: 'errx', x: 5 } };
const LATE = { onset: 20 };

/**
 * Regressions as they are met, at usual traffic: from the first minute, later, and under noise that makes a judge
 * careful.
 */
export const SPEED_CELLS: readonly Cell[] = [
  cell('latency +30 %', slower(1.3)),
  cell('1 % → 5 %', FAILING),
  cell('latency +10 %', { ...slower(1.1), ratePerMin: 10_000 }),
  cell('latency +30 % from minute 20', { ...slower(1.3), ...LATE }),
  cell('1 % → 5 % from minute 20', { ...FAILING, ...LATE }),
  cell('latency +10 % from minute 20', { ...slower(1.1), ...LATE, ratePerMin: 10_000 }),
  cell('latency +30 % in noise of 10 % a minute', { ...slower(1.3), versionNoise: 0.1, ratePerMin: 10_000 }),
  cell('1 % → 5 % in clusters of 3', { ...FAILING, cluster: 3 }),
];
