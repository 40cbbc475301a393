import type { LabelsBefore } from '../evidence';
import type { StrategyStep } from '../strategy';

/**
 * How many minutes of an endpoint's whole labels green's share of a canary is worth, counted from when green has had
 * traffic for as long as a label may take. Ten per cent for 15 minutes with labels within five: 0.1 x (15 - 5) = 1 minute.
 */
export function labelMinutes(steps: readonly StrategyStep[], withinMinutes: number): number {
  let from = 0;
  return steps.reduce((sum, { weight, bakeMinutes }) => {
    const counted = Math.max(0, from + bakeMinutes - Math.max(from, withinMinutes));
    from += bakeMinutes;
    return sum + (weight / 100) * counted;
  }, 0);
}

/** @param baselineMinutes in which blue's labels came, at least 1 */
export const labelsInSight = (blue: number, baselineMinutes: number, greenMinutes: number): LabelsBefore => ({
  blue,
  green: Math.floor((blue / baselineMinutes) * greenMinutes),
});
