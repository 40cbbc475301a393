import { type LimitBounds, boundsOf } from '../limits/bounds';
import { PLAIN, type SimulatedRegression } from '../simulate/setting';
import type { Cell } from './cell';

const { ceil } = Math;

/** A bad green, and what any judge at least needs to know it. */
export interface BadCell extends Cell {
  readonly suite: 'found' | 'distance';
  readonly case: string;
  readonly weight: number;
  readonly bounds: LimitBounds;
}

const CASES: readonly { readonly name: string; readonly errors: number; readonly regression: SimulatedRegression }[] = [
  { name: '0 % → 1 %', errors: 0, regression: { type: 'errpp', pp: 0.01 } },
  { name: '0 % → 5 %', errors: 0, regression: { type: 'errpp', pp: 0.05 } },
  { name: '0.1 % → 0.5 %', errors: 0.001, regression: { type: 'errx', x: 5 } },
  { name: '1 % → 2 %', errors: 0.01, regression: { type: 'errx', x: 2 } },
  { name: '1 % → 5 %', errors: 0.01, regression: { type: 'errx', x: 5 } },
  { name: '1 % → 100 %', errors: 0.01, regression: { type: 'total' } },
  { name: '5 % → 6 %', errors: 0.05, regression: { type: 'errpp', pp: 0.01 } },
  { name: '5 % → 10 %', errors: 0.05, regression: { type: 'errx', x: 2 } },
  { name: 'latency +10 %', errors: 0.002, regression: { type: 'lat', x: 1.1 } },
  { name: 'latency +30 %', errors: 0.002, regression: { type: 'lat', x: 1.3 } },
  { name: 'latency +100 %', errors: 0.002, regression: { type: 'lat', x: 2 } },
  { name: 'slow tail 5 %', errors: 0.002, regression: { type: 'tail', f: 0.05 } },
  { name: 'drift 5 points', errors: 0.002, regression: { type: 'drift', d: 0.05 } },
  { name: 'drift 20 points', errors: 0.002, regression: { type: 'drift', d: 0.2 } },
];

const WEIGHTS = [0.05, 0.1, 0.5] as const;

/**
 * 14 regressions at three weights.
 * @param minutesAtTheLimit traffic is such that green's requests of so many minutes are what the best two-sample test
 *   needs
 * @param minutes how long green is watched
 */
export const badCells = (suite: BadCell['suite'], minutesAtTheLimit: number, minutes: number): readonly BadCell[] =>
  WEIGHTS.flatMap((weight) =>
    CASES.map(({ name, errors, regression }): BadCell => {
      const bounds = boundsOf(errors, regression, weight);
      const ratePerMin = ceil(bounds.twoSample / minutesAtTheLimit / weight);
      const setting = { ...PLAIN, ratePerMin, weight, baselineErrorRate: errors, regression, minutes };
      return { suite, case: name, weight, name: `${name} at ${100 * weight} %`, bounds, setting };
    }),
  );
