import { AS_GOOD_AS_BLUE, type Regression } from '../gates/gate';

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

/**
 * Per measure, the places of the classes that blue gave, the day's most frequent first. A regression is in the first
 * measure alone.
 */
export type ClassesByFrequency = readonly (readonly number[])[];

export const answersIn = (classes: readonly number[], places: readonly number[]): number =>
  places.reduce((sum, place) => sum + (classes[place] ?? 0), 0);

/**
 * Green's answers per class: each measure's coins fall as blue's classes do. The most frequent class lies beside the
 * second, and what moves crosses the border between them. The rarest lies last, and loses from there.
 */
export function drawnClasses(
  classes: readonly number[],
  coins: readonly Coins[],
  classesByFrequency: ClassesByFrequency,
  regression: Regression,
): readonly number[] {
  const counts = classes.map(() => 0);
  classesByFrequency.forEach((places, measure) => {
    const [all, answers] = [answersIn(classes, places), coins[measure]];
    if (all === 0 || answers === undefined) return;
    const of = measure === 0 ? regression : AS_GOOD_AS_BLUE;
    const moved = of.type === 'moved' ? of.points : 0;
    let [edge, taken] = [0, 0];
    places.forEach((index, place) => {
      edge += (classes[index] ?? 0) / all;
      const isLast = place === places.length - 1;
      const upTo = isLast ? answers.count : answers.below(place === 0 ? Math.max(0, edge - moved) : edge);
      counts[index] = upTo - taken;
      taken = upTo;
    });
    const [most, rarest] = [places[0], places.at(-1)];
    if (of.type === 'lost' && most !== undefined && rarest !== undefined) {
      const lost = answers.count - answers.below(1 - (of.part * (classes[rarest] ?? 0)) / all);
      counts[most] = (counts[most] ?? 0) + lost;
      counts[rarest] = (counts[rarest] ?? 0) - lost;
    }
  });
  return counts;
}
