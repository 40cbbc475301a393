import { logistic, logit } from './log-sum';

/**
 * The rates of green that a test bets on, given blue's predicted rate and the null's boundary at that rate.
 * An alternative that is not beyond the boundary bets on nothing and is worth 1.
 */
export type Alternatives = (blueRate: number, boundary: number) => readonly number[];

/** Log odds beyond the tolerance: from a tenth (a rate of 1 % becomes 1.1 %) to 8 (1 % becomes 97 %). */
const EFFECT_SIZES = [0.1, 0.17, 0.28, 0.45, 0.7, 1.05, 1.5, 2.1, 2.9, 4, 5.6, 8] as const;

/** Green is worse than tolerated, by an unknown amount: a grid of effect sizes, each about 1.5 times the one before. */
export const worseByAnyAmount: Alternatives = (_blueRate, boundary) =>
  boundary >= 1 ? EFFECT_SIZES.map(() => boundary) : EFFECT_SIZES.map((size) => logistic(logit(boundary) + size));

/** Green is as good as blue, or halfway between blue and harm. */
export const asGoodAsBlue: Alternatives = (blueRate, boundary) => [blueRate, (blueRate + Math.min(boundary, 1)) / 2];
