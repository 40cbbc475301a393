/** Sums of numbers that are kept as logarithms: e-values grow and shrink by hundreds of powers of ten. */

/** ln(e^a + e^b); either may be -Infinity (a share of nothing). */
export function logAddExp(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === -Infinity ? -Infinity : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

/** ln(sum of e^term); -Infinity for no terms. */
export function logSumExp(terms: readonly number[]): number {
  const high = Math.max(-Infinity, ...terms);
  if (high === -Infinity) return -Infinity;
  return high + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - high), 0));
}

/** ln of the plain average of e-values, which is an e-value whatever their dependence. */
export const logMean = (terms: readonly number[]): number => logSumExp(terms) - Math.log(terms.length);

export const logit = (share: number): number => Math.log(share / (1 - share));

export const logistic = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
