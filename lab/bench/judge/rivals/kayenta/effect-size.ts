/** How large a difference is: the ratio of the means, or the chance that the experiment's value is the higher one. */
export type EffectSize = 'meanRatio' | 'cles';

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Experiment's mean over control's; NaN when either is zero. */
export function meanRatio(control: ArrayLike<number>, experiment: ArrayLike<number>): number {
  const [below, above] = [mean(control), mean(experiment)];
  return below === 0 || above === 0 ? NaN : above / below;
}

/** The share of pairs in which the experiment is higher, equal ones counted half (Vargha & Delaney 2000). */
export function cles(control: ArrayLike<number>, experiment: ArrayLike<number>): number {
  const wins = Array.from(experiment).reduce(
    (sum, x) => sum + Array.from(control).reduce((won, y) => won + (x > y ? 1 : x === y ? 0.5 : 0), 0),
    0,
  );
  return wins / (control.length * experiment.length);
}
