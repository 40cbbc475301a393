/** Draws from one seeded stream of numbers; who calls gives it, so that the same seed is the same plan. */
export interface Random {
  /** In [0, 1). */
  readonly uniform: () => number;
  readonly poisson: (mean: number) => number;
  readonly binomial: (trials: number, chance: number) => number;
}
