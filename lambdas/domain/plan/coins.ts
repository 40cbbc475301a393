/** As many numbers between 0 and 1 as there are requests: each request has drawn one, and keeps it. */
export interface Coins {
  readonly count: number;
  /** How many of them are below `share`: a binomial count, which never falls as `share` grows. */
  readonly below: (share: number) => number;
}

/** From here on numbers are not drawn one by one; half of them are in each half, give or take a binomial draw. */
const MANY = 256;

/**
 * Common random numbers: the same requests meet a small regression and a large one, so that a request which fails under
 * the small one fails under the large one too. What two sizes differ in is then their size alone, and a search by
 * halving finds its way in one run. Large counts are split lazily, only where they are read.
 */
export function tossCoins(count: number, random: Random): Coins {
  if (count > MANY) return halves(count, random);
  const sorted = Float64Array.from({ length: count }, random.uniform).sort();
  return { count, below: (share) => firstFrom(sorted, share) };
}

function halves(count: number, random: Random): Coins {
  const inLower = random.binomial(count, 0.5);
  let lower: Coins | undefined;
  let upper: Coins | undefined;
  const low = () => (lower ??= tossCoins(inLower, random));
  const high = () => (upper ??= tossCoins(count - inLower, random));
  return {
    count,
    below: (share) => {
      if (share <= 0) return 0;
      if (share >= 1) return count;
      return share < 0.5 ? low().below(2 * share) : inLower + high().below(2 * share - 1);
    },
  };
}

/** The place of the first that is not below `share`, by halving: as many are below it. */
function firstFrom(sorted: Float64Array, share: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 1) < share) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Draws from one seeded stream of numbers; who calls gives it, so that the same seed draws the same. */
export interface Random {
  /** In [0, 1). */
  readonly uniform: () => number;
  /** Standard normal. */
  readonly normal: () => number;
  readonly poisson: (mean: number) => number;
  readonly binomial: (trials: number, chance: number) => number;
}
