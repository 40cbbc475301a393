const { log } = Math;

/** Pools what breaks the order: the weighted least squares fit of `values` that never rises (pool adjacent violators). */
export function nonIncreasing(values: readonly number[], weights: readonly number[]): number[] {
  const blocks: { sum: number; weight: number; size: number }[] = [];
  values.forEach((value, index) => {
    const weight = weights[index] ?? 0;
    let block = { sum: value * weight, weight, size: 1 };
    for (let last = blocks.at(-1); last && last.sum * block.weight <= block.sum * last.weight; last = blocks.at(-1)) {
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, size: last.size + block.size };
      blocks.pop();
    }
    blocks.push(block);
  });
  return blocks.flatMap(({ sum, weight, size }) => new Array<number>(size).fill(weight === 0 ? 0 : sum / weight));
}

/**
 * Nats per green request against "green is stochastically no larger than blue", both learnt, over aligned bins.
 *
 * The nearest pair of ordered laws shares out each bin by theta, blue's part of it: `b' = w_b b / theta` and
 * `g' = w_g g / (1 - theta)`, where theta is blue's observed part `w_b b / (w_b b + w_g g)` made non-increasing
 * (Robertson & Wright, Annals of Statistics 9(6) 1981; Robertson, Wright & Dykstra 1988, chapter 5).
 */
export function twoSampleOrder(blue: readonly number[], green: readonly number[], weight: number): number {
  const total = blue.map((b, bin) => (1 - weight) * b + weight * (green[bin] ?? 0));
  const observed = blue.map((b, bin) => ((total[bin] ?? 0) > 0 ? ((1 - weight) * b) / (total[bin] ?? 1) : 0));
  const theta = nonIncreasing(observed, total);
  const nats = blue.reduce((sum, b, bin) => {
    const [g, blues] = [green[bin] ?? 0, theta[bin] ?? 0];
    const fromBlue = b > 0 ? (1 - weight) * b * log(blues / (1 - weight)) : 0;
    return sum + fromBlue + (g > 0 ? weight * g * log((1 - blues) / weight) : 0);
  }, 0);
  return nats / weight;
}

/** The same with blue known: `g' = theta g`, theta being `b / g` made non-increasing. */
export function knownOrder(blue: readonly number[], green: readonly number[]): number {
  const theta = nonIncreasing(
    blue.map((b, bin) => ((green[bin] ?? 0) > 0 ? b / (green[bin] ?? 1) : 1e12 * b)),
    green,
  );
  return green.reduce((sum, g, bin) => sum - (g > 0 ? g * log(theta[bin] ?? 1) : 0), 0);
}

/** Green's law with each bin read as the one before it: one bin slower is tolerated. */
export const oneBinTolerated = (green: readonly number[]): number[] =>
  green.slice(1).map((share, bin) => (bin === 0 ? share + (green[0] ?? 0) : share)).concat(0);
