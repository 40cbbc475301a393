/** Values and how often each occurred, in ascending order of value. */
export interface Distribution {
  readonly values: readonly (readonly [value: number, count: number])[];
  readonly count: number;
  readonly sum: number;
}

/** Adds up value-to-count maps. */
export function distributionOf(maps: readonly ReadonlyMap<number, number>[]): Distribution {
  const merged = maps.length === 1 ? maps[0]! : new Map<number, number>();
  if (maps.length !== 1) {
    for (const map of maps) {
      for (const [value, n] of map) (merged as Map<number, number>).set(value, (merged.get(value) ?? 0) + n);
    }
  }
  const values = [...merged].sort((a, b) => a[0] - b[0]);
  let count = 0;
  let sum = 0;
  for (const [value, n] of values) {
    count += n;
    sum += value * n;
  }
  return { values, count, sum };
}
