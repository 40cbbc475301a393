export interface Share {
  readonly count: number;
  readonly of: number;
  /** 95 % interval for the chance behind count / of. */
  readonly low: number;
  readonly high: number;
}

/**
 * The score interval of Wilson (1927, Journal of the American Statistical Association 22), sound for counts of 0 too.
 */
export function wilson(count: number, of: number): Share {
  const z = 1.959964; // 97.5 % of a standard normal
  const p = count / of;
  const middle = p + (z * z) / (2 * of);
  const half = z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  const whole = 1 + (z * z) / of;
  return { count, of, low: Math.max(0, (middle - half) / whole), high: Math.min(1, (middle + half) / whole) };
}
