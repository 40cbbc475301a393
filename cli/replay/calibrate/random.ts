import { randomBinomial } from 'd3-random';
import mt19937 from '@stdlib/random-base-mt19937';

/** One seeded stream of draws. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  readonly place: (below: number) => number;
  readonly binomial: (trials: number, chance: number) => number;
}

/** The same numbers give the same draws, on every machine. */
export function seeded(...numbers: readonly number[]): Random {
  const word = mt19937.factory({ seed: numbers.map((part) => part >>> 0) });
  // 53 bits of two words of 32.
  const uniform = () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
  const binomialOf = randomBinomial.source(uniform);
  return {
    place: (below) => Math.floor(uniform() * below),
    binomial: (trials, chance) =>
      trials <= 0 || chance <= 0 ? 0 : chance >= 1 ? trials : binomialOf(trials, chance)(),
  };
}
