import { pathOfEvidence } from '../../lambdas/domain/judge/bands';
import type { Count, MinuteCounts } from '../../lambdas/domain/statistics/counts';

/** Both ends of a difference of rates, green's minus blue's, -1 to 1. */
interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Steps of bisection: 2 / 2^14 is a hundredth of a percentage point. */
const STEPS = 14;

/**
 * A confidence sequence for green's rate minus blue's: the differences d that the minutes do not rule out at level
 * `alpha` in either direction, {d : E_d < 1/alpha}, where E_d is the two-arm test with ratio 1 and points d. Each end
 * holds at every look at once: P(ever beyond one end | the difference is the same in every minute) <= alpha (Ville), so
 * both together hold with 1 - 2 alpha. By bisection, as evidence falls as the difference that is claimed moves away.
 *
 * @param history blue's own counts before the canary, which seed the guess of its rate
 * @returns -1 and 1 where nothing is known
 */
export function differenceBounds(minutes: readonly MinuteCounts[], history: readonly Count[], alpha: number): Bounds {
  const limit = Math.log(1 / alpha);
  const isAbove = (difference: number) => most(pathOfEvidence(minutes, history, difference, 'above')) >= limit;
  const isBelow = (difference: number) => most(pathOfEvidence(minutes, history, difference, 'below')) >= limit;
  return { lower: lastTrue(isAbove, -1, 1), upper: lastTrue((difference) => isBelow(-difference), -1, 1) * -1 };
}

const most = (path: readonly number[]): number => path.at(-1) ?? 0;

/**
 * The largest value up to which `holds`, which holds from some value on downwards only; `least` if it holds nowhere.
 */
function lastTrue(holds: (value: number) => boolean, least: number, most: number): number {
  let [low, high] = [least, most];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
