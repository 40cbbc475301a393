import { randomBinomial } from 'd3-random';
import type { Random } from '../lambdas/domain/plan/coins';
import mt19937 from '@stdlib/random-base-mt19937';
import normal from '@stdlib/random-base-normal';
import poisson from '@stdlib/random-base-poisson';

/**
 * A Mersenne Twister seeded by whole numbers (seed of the benchmark, cell, run); a single one must be positive.
 *
 * Binomials come from d3-random, which splits at an order statistic (Devroye 1986, chapter X.4). The sampler of
 * `@stdlib/random-base-binomial` is no choice: at n p = 30 its mean is half a count too high.
 */
export function seeded(...seed: readonly number[]): Random {
  const word = mt19937.factory({ seed: seed.map((part) => part >>> 0) });
  // 53 bits of two 32-bit words.
  const uniform = () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
  const poissonOf = poisson.factory({ prng: uniform });
  const binomialOf = randomBinomial.source(uniform);
  return {
    uniform,
    normal: normal.factory(0, 1, { prng: uniform }),
    poisson: (mean) => (mean > 0 ? poissonOf(mean) : 0),
    binomial: (trials, chance) => (trials > 0 ? binomialOf(trials, chance)() : 0),
  };
}

/** A multinomial count, one class after the other out of those left; the last takes what remains. */
export function multinomial(random: Random, total: number, shares: readonly number[]): Uint32Array {
  let [left, shareLeft] = [total, 1];
  return Uint32Array.from(shares, (share, index) => {
    const chance = index === shares.length - 1 ? 1 : Math.max(0, Math.min(1, share / shareLeft));
    const taken = random.binomial(left, chance);
    left -= taken;
    shareLeft -= share;
    return taken;
  });
}
