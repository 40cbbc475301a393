import type { MinuteCounts } from '../../lambdas/domain/statistics/counts';
import type { MinuteBins } from '../../lambdas/domain/statistics/ordered-bins';

/** Small worlds whose every outcome is visited, so that expectations are exact. */

export interface Outcome<T> {
  readonly value: T;
  readonly chance: number;
}

/** Every way in which n requests fall into cells with these chances. */
export function multinomial(n: number, chances: readonly number[]): Outcome<readonly number[]>[] {
  const [first = 0, ...rest] = chances;
  if (rest.length === 0) return [{ value: [n], chance: first ** n }];
  let ways = 1;
  return Array.from({ length: n + 1 }, (_, inFirst) => {
    if (inFirst > 0) ways *= (n - inFirst + 1) / inFirst;
    const one = ways * first ** inFirst;
    return multinomial(n - inFirst, rest).map(({ value, chance }) => ({
      value: [inFirst, ...value],
      chance: one * chance,
    }));
  }).flat();
}

/** Every pair of outcomes of two independent draws. */
export const pairs = <A, B>(a: readonly Outcome<A>[], b: readonly Outcome<B>[]): Outcome<readonly [A, B]>[] =>
  a.flatMap((left) =>
    b.map((right) => ({ value: [left.value, right.value] as const, chance: left.chance * right.chance })),
  );

export const expectation = <T>(outcomes: readonly Outcome<T>[], of: (value: T) => number): number =>
  outcomes.reduce((sum, { value, chance }) => sum + (chance > 0 ? chance * of(value) : 0), 0);

/** Blue's distribution over ordered cells and green's, and how requests get to them. */
export interface World {
  readonly blue: readonly number[];
  readonly green: readonly number[];
  readonly weight: number;
}

/** Every minute of `n` requests that are routed by the weight, each by itself. */
export const routedMinutes = ({ blue, green, weight }: World, n: number): Outcome<MinuteBins>[] =>
  multinomial(n, [...blue.map((share) => (1 - weight) * share), ...green.map((share) => weight * share)]).map(
    ({ value, chance }) => ({
      value: { blue: value.slice(0, blue.length), green: value.slice(blue.length), greenShare: weight },
      chance,
    }),
  );

/** Every minute of so many requests on each side. */
export const fixedMinutes = ({ blue, green }: World, ofBlue: number, ofGreen: number): Outcome<MinuteBins>[] =>
  pairs(multinomial(ofBlue, blue), multinomial(ofGreen, green)).map(({ value: [inBlue, inGreen], chance }) => ({
    value: { blue: inBlue, green: inGreen, greenShare: ofGreen / (ofBlue + ofGreen) },
    chance,
  }));

/** Yes-or-no counts of a minute: what is beyond the first `upTo` cells. */
export function beyond({ blue, green }: MinuteBins, upTo: number, weight: number): MinuteCounts {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return {
    blueEvents: sum(blue.slice(upTo)),
    blueRequests: sum(blue),
    greenEvents: sum(green.slice(upTo)),
    greenRequests: sum(green),
    weight,
  };
}

/** Shares of cells at random, some of them next to nothing. */
export function drawShares(random: () => number, cells: number): number[] {
  const raw = Array.from({ length: cells }, () => 1e-3 + random() ** 3);
  const whole = raw.reduce((sum, share) => sum + share, 0);
  return raw.map((share) => share / whole);
}

/**
 * A distribution that is stochastically no larger: some of each cell's share moves to earlier cells; the same at
 * `moved` 0.
 */
export function noLarger(random: () => number, shares: readonly number[], moved: number): number[] {
  const result = [...shares];
  for (let cell = shares.length - 1; cell > 0; cell--) {
    const part = moved * random() * (result[cell] ?? 0);
    const to = Math.floor(random() * cell);
    result[cell] = (result[cell] ?? 0) - part;
    result[to] = (result[to] ?? 0) + part;
  }
  return result;
}
