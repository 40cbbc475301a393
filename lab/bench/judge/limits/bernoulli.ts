const { log, max, min } = Math;

/** What counts as no worse: `green <= ratio * blue + points`. */
export interface Tolerance {
  readonly ratio: number;
  readonly points: number;
}

/** Kullback-Leibler divergence of two Bernoulli laws, in nats. */
export function klBernoulli(p: number, q: number): number {
  const part = (a: number, b: number) => (a === 0 ? 0 : a * log(a / b));
  return max(0, part(p, q) + part(1 - p, 1 - q));
}

/** Nats that one green request gives against "no worse than tolerated" when blue's rate is known. */
export const knownBernoulli = (blue: number, green: number, { ratio, points }: Tolerance): number =>
  klBernoulli(green, max(0, min(1, ratio * blue + points)));

/**
 * Nats per green request when blue's rate is learnt from the other `1 - weight` of the traffic:
 * the least over b' of `[w_b KL(b || b') + w_g KL(g || ratio b' + points)] / w_g`, convex in b', by golden section.
 */
export function twoSampleBernoulli(blue: number, green: number, { ratio, points }: Tolerance, weight: number): number {
  const cost = (b: number) =>
    ((1 - weight) * klBernoulli(blue, b) + weight * klBernoulli(green, min(1, ratio * b + points))) / weight;
  const golden = (5 ** 0.5 - 1) / 2;
  let [low, high] = [blue, max(blue, min(1, (green - points) / ratio))];
  for (let step = 0; step < 100; step++) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (cost(left) < cost(right)) high = right;
    else low = left;
  }
  return cost((low + high) / 2);
}
