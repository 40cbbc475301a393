import type { Random } from '../../../lambdas/domain/plan/coins';

/** Things of several kinds, of which some are picked at random without putting back. */
export interface MinutePool {
  readonly size: number;
  /** How many of each kind are among `count` that are picked. */
  readonly pick: (count: number, random: Random) => number[];
}

/**
 * @param counts how many there are of each kind
 *
 * One entry per thing, and a shuffle that stops when enough are picked: exactly the (multivariate) hypergeometric law,
 * in time of what is picked. The shuffled order stays: any order is as good a start for the next pick.
 */
export function poolOf(counts: readonly number[]): MinutePool {
  const size = counts.reduce((sum, count) => sum + count, 0);
  const kinds = new Uint16Array(size);
  let end = 0;
  counts.forEach((count, kind) => {
    kinds.fill(kind, end, (end += count));
  });
  return {
    size,
    pick: (count, random) => {
      const picked = counts.map(() => 0);
      for (let index = 0; index < Math.min(count, size); index++) {
        const other = index + Math.floor(random.uniform() * (size - index));
        const kind = kinds[other] ?? 0;
        kinds[other] = kinds[index] ?? 0;
        kinds[index] = kind;
        picked[kind] = (picked[kind] ?? 0) + 1;
      }
      return picked;
    },
  };
}
