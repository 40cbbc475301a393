// Taken out once: a look makes 50,000 of these calls, and under a test runner the global is looked up slowly.
const { log } = Math;

/** One minute of counts in ordered bins (of durations, say) on both sides. */
export interface MinuteBins {
  readonly blue: readonly number[];
  readonly green: readonly number[];
  /** Green's share w_g of the requests, 0 to 1. */
  readonly greenShare: number;
}

/**
 * Test of stochastic order on bins: the log likelihood ratios of each minute, one per shape.
 *
 * The null says that in every minute green's distribution over the bins is stochastically no larger than blue's,
 * whatever blue's is. A shape is a ratio r_j per bin, which says how much more often than blue green is there. With
 *
 *     S = sum_j X_gj ln r_j - sum_j (X_gj + X_bj) ln(w_b + w_g r_j),      r nondecreasing in j,
 *
 * E[e^S] <= 1 under every member of the null: r / (w_b + w_g r) is nondecreasing as well, so green's expectation of it
 * is at most blue's, w_b E_b[1/(w_b + w_g r)] + w_g E_g[r/(w_b + w_g r)] <= 1, and the product over independent
 * requests follows by the inequality of arithmetic and geometric means (as in `twoArmScores`; the conditioning on the
 * arm is that of Lindon and Malek 2022, arXiv 2011.03567).
 *
 * @param shapes each nondecreasing, positive, as long as the bins
 * @param believed per shape and minute, the guard's factor
 */
export function orderedBinScores(
  shapes: readonly (readonly number[])[],
  minutes: readonly MinuteBins[],
  believed: (shape: number, minute: number) => number = () => 1,
): number[][] {
  const logs = shapes.map((shape) => shape.map(log));
  return minutes.map(({ blue, green, greenShare }, index) => {
    const blueShare = 1 - greenShare;
    return shapes.map((shape, k) => {
      const logRatios = logs[k] ?? [];
      let sum = 0;
      for (let j = 0; j < shape.length; j++) {
        const inGreen = green[j] ?? 0;
        const inBoth = inGreen + (blue[j] ?? 0);
        if (inBoth === 0) continue;
        sum += inGreen * (logRatios[j] ?? 0) - inBoth * log(blueShare + greenShare * (shape[j] ?? 1));
      }
      return believed(k, index) * sum;
    });
  });
}

/** Nats per green request of a shape when green's distribution is what the shape says: `shares` are blue's per bin. */
export function informationOfShape(shape: readonly number[], shares: readonly number[], greenShare: number): number {
  const blueShare = 1 - greenShare;
  return shares.reduce((sum, share, j) => {
    const ratio = shape[j] ?? 1;
    const green = share * ratio;
    return sum + green * log(ratio) - (green + (blueShare / greenShare) * share) * log(blueShare + greenShare * ratio);
  }, 0);
}
