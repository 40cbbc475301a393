import quantile from '@stdlib/stats-base-dists-normal-quantile';
import { brentRoot } from './brent';

const { sign, sqrt } = Math;

/** By how much the experiment lies above the control: an interval and the Hodges-Lehmann estimate. */
export interface Shift {
  readonly lower: number;
  readonly upper: number;
  readonly estimate: number;
}

/** All observations are equal, so that ranks say nothing. */
export class AllTied extends Error {
  override readonly name = 'AllTied';
}

/**
 * The shifts that a Mann-Whitney test would not reject, as Kayenta finds them: roots of the normal approximation, tie
 * corrected and with a continuity correction. Source: spinnaker/kayenta, kayenta-mannwhitney, MannWhitney.scala.
 * Both samples sorted, ascending and not empty.
 * @throws AllTied
 */
export function mannWhitney(experiment: Float64Array, control: Float64Array, confidence: number): Shift {
  const lowest = (experiment[0] ?? NaN) - (control.at(-1) ?? NaN);
  const highest = (experiment.at(-1) ?? NaN) - (control[0] ?? NaN);
  const score = (shift: number) => wilcoxonScore(experiment, control, shift);
  const [atLowest, atHighest] = [score(lowest), score(highest)];
  const root = (z: number) =>
    brentRoot([lowest, atLowest - z], [highest, atHighest - z], (shift: number) => score(shift) - z);
  const bound = (z: number) => (atLowest - z <= 0 ? lowest : atHighest - z >= 0 ? highest : root(z));
  const z = quantile((1 - confidence) / 2, 0, 1);
  return { lower: bound(-z), upper: bound(z), estimate: root(0) };
}

/**
 * The standardised rank sum of the experiment moved down by `shift`, half a count nearer to zero. One merge of the two
 * sorted samples gives ranks and ties: a value has the mean rank of its equals.
 * @throws AllTied
 */
export function wilcoxonScore(experiment: Float64Array, control: Float64Array, shift: number): number {
  const [n, m] = [experiment.length, control.length];
  let [i, j, ranks, ties] = [0, 0, 0, 0];
  /** Past the equals of a control value that no experiment value equals. */
  const skip = (from: number): number => {
    let to = from + 1;
    while (to < m && control[to] === control[from]) to++;
    ties += (to - from) ** 3 - (to - from);
    return to;
  };
  while (i < n) {
    const at = (experiment[i] ?? NaN) - shift;
    while (j < m && (control[j] ?? NaN) < at) j = skip(j);
    const [fromI, fromJ] = [i, j];
    while (i < n && (experiment[i] ?? NaN) - shift === at) i++;
    while (j < m && control[j] === at) j++;
    const size = i - fromI + (j - fromJ);
    ties += size ** 3 - size;
    ranks += (i - fromI) * (fromI + fromJ + (size + 1) / 2);
  }
  while (j < m) j = skip(j);
  const above = ranks - (n * (n + 1)) / 2 - (n * m) / 2;
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  if (variance <= 0) throw new AllTied('every observation is the same');
  return (above - sign(above) * 0.5) / sqrt(variance);
}
