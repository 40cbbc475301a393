/** Draws from one seeded stream of numbers; who calls gives it, so that the same seed draws the same. */
export interface Random {
  /** In [0, 1). */
  readonly uniform: () => number;
  /** Standard normal. */
  readonly normal: () => number;
  readonly poisson: (mean: number) => number;
  readonly binomial: (trials: number, chance: number) => number;
}
