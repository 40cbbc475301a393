export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** NaN of no values. */
export const meanOf = (values: readonly number[]): number => sum(values) / values.length;

/** The smallest value that a share of them does not exceed. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Of the values as they are, not of what they were drawn from; 0 of none. */
export function deviationOf(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}

/** Sums of numbers that are kept as logarithms: e-values grow and shrink by hundreds of powers of ten. */

// Taken out once: a look makes 50,000 of these calls, and under a test runner the global is looked up slowly.
const { exp, log, log1p, max, min } = Math;

/** ln of nothing. */
const NOTHING = -Infinity;

/** ln(e^a + e^b); either may be -Infinity (a share of nothing). */
export function logAddExp(a: number, b: number): number {
  const high = max(a, b);
  return high === NOTHING ? NOTHING : high + log1p(exp(min(a, b) - high));
}

/** ln(sum of e^term); -Infinity for no terms. */
export function logSumExp(terms: readonly number[]): number {
  let high = NOTHING;
  for (const term of terms) if (term > high) high = term;
  if (high === NOTHING) return NOTHING;
  let sum = 0;
  for (const term of terms) sum += exp(term - high);
  return high + log(sum);
}

/** ln of the plain average of e-values, which is an e-value whatever their dependence. */
export const logMean = (terms: readonly number[]): number => logSumExp(terms) - log(terms.length);

export const logit = (share: number): number => log(share / (1 - share));

export const logistic = (logOdds: number): number => 1 / (1 + exp(-logOdds));
