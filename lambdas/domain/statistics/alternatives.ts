/**
 * The rates of green that a test bets on, given blue's predicted rate and the null's boundary at that rate.
 * An alternative that is not beyond the boundary bets on nothing and is worth 1.
 */
export type Alternatives = (blueRate: number, boundary: number) => readonly number[];

/** Log odds beyond the tolerance: from a tenth (a rate of 1 % becomes 1.1 %) to 8 (1 % becomes 97 %). */
const EFFECT_SIZES = [0.1, 0.17, 0.28, 0.45, 0.7, 1.05, 1.5, 2.1, 2.9, 4, 5.6, 8] as const;

/** The same as factors on the odds: taken once, as a look asks for them a thousand times. */
const ODDS_FACTORS = EFFECT_SIZES.map(Math.exp);

/** Green is worse than tolerated by some of the effect sizes, by their places in the grid. */
export const worseBy =
  (places: readonly number[]): Alternatives =>
  (_blueRate, boundary) =>
    places.map((place) => {
      if (boundary >= 1) return boundary;
      const odds = ((ODDS_FACTORS[place] ?? 1) * boundary) / (1 - boundary);
      return odds / (1 + odds);
    });

/** Green is worse than tolerated, by an unknown amount: a grid of effect sizes, each about 1.5 times the one before. */
export const worseByAnyAmount: Alternatives = worseBy(EFFECT_SIZES.map((_, place) => place));

/** Green is as good as blue, or halfway between blue and harm. */
export const asGoodAsBlue: Alternatives = (blueRate, boundary) => [blueRate, (blueRate + Math.min(boundary, 1)) / 2];
