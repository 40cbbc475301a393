const { PI, cos, exp, imul, log, max, round, sqrt } = Math;

/** A small seeded generator (mulberry32), so that a simulation says the same on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = imul(t ^ (t >>> 15), t | 1);
    t ^= t + imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A standard normal number (Box and Muller). */
export const normal = (random: () => number): number => sqrt(-2 * log(1 - random())) * cos(2 * PI * random());

export function poisson(random: () => number, mean: number): number {
  if (mean > 50) return max(0, round(mean + sqrt(mean) * normal(random)));
  let count = 0;
  for (let left = exp(-mean), product = random(); product > left; product *= random()) count++;
  return count;
}
