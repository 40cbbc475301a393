import type { LatencyThreshold } from '../evidence';

/**
 * Blue's quantiles before the canary that become thresholds, where it had at least two requests on either side. Each costs two
 * of CloudWatch's metrics a look; with all of .1 to .9 a shift of 10 % would take 5 % fewer requests, and a rollout 1.3 cents.
 */
export const THRESHOLD_QUANTILES: readonly number[] = [0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999];

/** Where green must be proven harmless before `pass`. */
const PROVEN_AT = [0.5, 0.9, 0.99];

export const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

/** Whether `pass` needs proof at this threshold; elsewhere the judge looks no further than green's harmful duration. */
export const isProven = (threshold: Pick<LatencyThreshold, 'quantile'>): boolean =>
  PROVEN_AT.some((quantile) => same(quantile, threshold.quantile));
