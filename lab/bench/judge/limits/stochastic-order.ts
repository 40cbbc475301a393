const { log } = Math;

/**
 * The ratios `counts / weights`, pooled where they would rise (pool adjacent violators): of all sequences that never
 * rise the nearest one by weighted squares.
 */
export function nonIncreasing(counts: readonly number[], weights: readonly number[]): number[] {
  const blocks: { count: number; weight: number; size: number }[] = [];
  counts.forEach((count, index) => {
    let block = { count, weight: weights[index] ?? 0, size: 1 };
    for (
      let last = blocks.at(-1);
      last && last.count * block.weight <= block.count * last.weight;
      last = blocks.at(-1)
    ) {
      block = { count: last.count + block.count, weight: last.weight + block.weight, size: last.size + block.size };
      blocks.pop();
    }
    blocks.push(block);
  });
  return blocks.flatMap(({ count, weight, size }) => new Array<number>(size).fill(count / weight));
}

/**
 * Nats per green request against "green is stochastically no larger than blue", both learnt, over aligned bins.
 *
 * The nearest pair of ordered laws shares out each bin by theta, blue's part of it: `b' = w_b b / theta` and
 * `g' = w_g g / (1 - theta)`, where theta is blue's observed part `w_b b / (w_b b + w_g g)` made non-increasing
 * (Robertson & Wright, Annals of Statistics 9(6) 1981; Robertson, Wright & Dykstra 1988, chapter 5).
 */
export function twoSampleOrder(blue: readonly number[], green: readonly number[], weight: number): number {
  const blues = blue.map((b) => (1 - weight) * b);
  const theta = nonIncreasing(
    blues,
    blues.map((b, bin) => b + weight * (green[bin] ?? 0)),
  );
  const nats = blue.reduce((sum, b, bin) => {
    const [g, part] = [green[bin] ?? 0, theta[bin] ?? 0];
    const fromBlue = b > 0 ? (1 - weight) * b * log(part / (1 - weight)) : 0;
    return sum + fromBlue + (g > 0 ? weight * g * log((1 - part) / weight) : 0);
  }, 0);
  return nats / weight;
}

/** The same with blue known: `g' = theta g`, theta being `b / g` made non-increasing. */
export function knownOrder(blue: readonly number[], green: readonly number[]): number {
  const theta = nonIncreasing(blue, green);
  return green.reduce((sum, g, bin) => sum - (g > 0 ? g * log(theta[bin] ?? 1) : 0), 0);
}

/** Green's law with each bin read as the one before it: one bin slower is tolerated. */
export const oneBinTolerated = (green: readonly number[]): number[] =>
  green
    .slice(1)
    .map((share, bin) => (bin === 0 ? share + (green[0] ?? 0) : share))
    .concat(0);
