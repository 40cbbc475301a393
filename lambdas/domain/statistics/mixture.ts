import { logAddExp, logMean, logSumExp } from './summaries';

// Taken out once: a look makes 50,000 of these calls, and under a test runner the global is looked up slowly.
const { log, log1p } = Math;

/** How the money is divided before the first minute. */
export interface Spread {
  /**
   * Part of the money on "from the first minute on", 0 to 1; the rest goes evenly to the later minutes. @default 1/2
   */
  readonly first?: number;
  /** Part of each alternative; they sum to 1. @default even */
  readonly stakes?: readonly number[];
}

/**
 * Spreads the bet over effect sizes and over the minute in which green turns bad: a part on the first minute, the rest
 * evenly on each later minute of the planned bake. With a half, a regression that is there from the start costs ln 2 of
 * evidence, one that begins later ln(2 (horizon - 1)), and an incident that hit both versions is recovered from.
 * What is not yet placed is cash, worth 1. After the horizon nothing is left to place.
 *
 * @param scores per minute, one log likelihood ratio per alternative (every minute the same number of them)
 * @param horizon minutes that the bake is planned for, at least 1
 * @returns ln of the e-value after each minute
 */
export function mixOverStartMinutes(
  scores: readonly (readonly number[])[],
  horizon: number,
  { first = 1 / 2, stakes }: Spread = {},
): number[] {
  const count = scores[0]?.length ?? 0;
  const parts = stakes?.map((stake) => log(stake)) ?? Array.from({ length: count }, () => -log(count));
  const running = parts.map(() => -Infinity);
  const parted = parts.map(() => -Infinity);
  let placed = 0;
  return scores.map((minute, index) => {
    const stake = stakeOn(index + 1, horizon, first);
    placed += stake;
    const cash = index + 1 >= horizon ? -Infinity : log1p(-placed);
    const placing = log(stake);
    for (let k = 0; k < count; k++) {
      const value = (minute[k] ?? 0) + logAddExp(running[k] ?? -Infinity, placing);
      running[k] = value;
      parted[k] = value + (parts[k] ?? -Infinity);
    }
    // The parts sum to 1, so the cash of all alternatives together is the cash of one.
    return logAddExp(logSumExp(parted), cash);
  });
}

function stakeOn(minute: number, horizon: number, first: number): number {
  if (minute > horizon) return 0;
  if (horizon === 1) return 1;
  return minute === 1 ? first : (1 - first) / (horizon - 1);
}

/**
 * Evidence about the whole canary, spread over the alternatives only: for the question whether green was ever harmful.
 */
export function mixOverAlternatives(scores: readonly (readonly number[])[]): number[] {
  let running: readonly number[] = [];
  return scores.map((minute) => {
    running = minute.map((score, k) => score + (running[k] ?? 0));
    return logMean(running);
  });
}

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
