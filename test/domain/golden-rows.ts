import { randomNormal } from 'd3-random';
import { compareClasses } from '../../lambdas/domain/golden/compare-classes';
import { compareValues } from '../../lambdas/domain/golden/compare-values';
import type { GoldenLimits } from '../../lambdas/domain/golden/paired-tests';
import type { RowAnswer } from '../../lambdas/domain/row-answer';
import type { RowLabel } from '../../lambdas/domain/task';

export const LIMITS: GoldenLimits = {
  minAccuracy: 0,
  maxAccuracyDrop: undefined,
  maxErrorFactor: undefined,
  maxError: undefined,
  perClass: { maxRecallLoss: 0.3, maxPrecisionLoss: 0.3 },
};
/** Park and Miller's: the same numbers in each file. */
export function draws() {
  let state = 7;
  const uniform = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return { uniform, gauss: randomNormal.source(uniform)(0, 1) };
}
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
export const rows = <T>(n: number, make: (row: number) => T): T[] => Array.from({ length: n }, (_, row) => make(row));
export const numbers = (...values: readonly number[]): RowAnswer => ({
  ...{ values, shape: [1, values.length], whole: false },
  outputs: ['y'],
});
export const said = (value: number | string): RowAnswer => ({
  ...{ said: value, values: [], shape: [], whole: false },
  outputs: ['label'],
});
export const classes = (labels: readonly RowLabel[], blue: readonly RowAnswer[], green: readonly RowAnswer[]) =>
  compareClasses({ labels, blue, green, classNames: undefined }, LIMITS);
export const values = (labels: readonly RowLabel[], blue: readonly RowAnswer[], green: readonly RowAnswer[]) =>
  compareValues({ labels, blue, green, classNames: undefined }, 'regression', LIMITS);
