import type { MinuteBins } from '../../../../lambdas/domain/statistics/ordered-bins';

const { max, min } = Math;

/** How far the mean score may wander in a minute, as a variance on both sides together. */
const USUAL_WANDER = 0.004;
/** Minutes' worth of belief in that guess. */
const BELIEF = 4;
/** One minute's squared surprise counts at most this much. */
const CAP = 100;

/**
 * How much of each minute's tilt may be believed: 1 / max(1, phi), known before the minute. A surprise is what a
 * minute's difference of mean scores has beyond the average of all minutes so far, in units of its variance.
 */
export function tiltGuard(
  shares: readonly number[],
  scores: readonly number[],
  minutes: readonly MinuteBins[],
): number[] {
  const variance = sum(scores.map((score, bin) => (shares[bin] ?? 0) * score ** 2));
  const meanScore = (counts: readonly number[]) =>
    sum(counts.map((count, bin) => count * (scores[bin] ?? 0))) / sum(counts);
  let [weights, differences, surprise, counted] = [0, 0, 0, 0];
  return minutes.map((minute) => {
    const [green, blue] = [sum(minute.green), sum(minute.blue)];
    const guess = 1 + (green + blue) * minute.greenShare * (1 - minute.greenShare) * USUAL_WANDER;
    // What `counted` minutes are worth is 1 / (1 / counted + 1 / (2 counted)), and their mean surprise is believed as
    // much.
    const phi = (BELIEF * guess + (2 / 3) * surprise) / (BELIEF + (2 / 3) * counted);
    if (green > 0 && blue > 0) {
      const weight = (green * blue) / (green + blue);
      const difference = meanScore(minute.green) - meanScore(minute.blue);
      weights += weight;
      differences += weight * difference;
      surprise += min((weight * (difference - differences / weights) ** 2) / variance, CAP);
      counted += 1;
    }
    return 1 / max(1, phi);
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
