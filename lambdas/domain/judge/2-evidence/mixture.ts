import { logAddExp, logMean } from './log-sum';

// Taken out once: a look makes 50,000 of these calls, and under a test runner the global is looked up slowly.
const { log, log1p } = Math;

/**
 * Spreads the bet over effect sizes (evenly) and over the minute in which green turns bad: half of it on the first
 * minute, the other half evenly on each later minute of the planned bake. A regression that is there from the start costs
 * ln 2 of evidence, one that begins later ln(2 (horizon - 1)), and an incident that hit both versions is recovered from.
 * What is not yet placed is cash, worth 1. After the horizon nothing is left to place.
 *
 * @param scores per minute, one log likelihood ratio per alternative (every minute the same number of them)
 * @param horizon minutes that the bake is planned for, at least 1
 * @returns ln of the e-value after each minute
 */
export function mixOverStartMinutes(scores: readonly (readonly number[])[], horizon: number): number[] {
  let placed = 0;
  let running: readonly number[] = [];
  return scores.map((minute, index) => {
    const stake = stakeOn(index + 1, horizon);
    placed += stake;
    const cash = index + 1 >= horizon ? -Infinity : log1p(-placed);
    running = minute.map((score, k) => score + logAddExp(running[k] ?? -Infinity, log(stake)));
    return logMean(running.map((value) => logAddExp(value, cash)));
  });
}

function stakeOn(minute: number, horizon: number): number {
  if (minute > horizon) return 0;
  if (horizon === 1) return 1;
  return minute === 1 ? 1 / 2 : 1 / (2 * (horizon - 1));
}

/** Evidence about the whole canary, spread over the alternatives only: for the question whether green was ever harmful. */
export function mixOverAlternatives(scores: readonly (readonly number[])[]): number[] {
  let running: readonly number[] = [];
  return scores.map((minute) => {
    running = minute.map((score, k) => score + (running[k] ?? 0));
    return logMean(running);
  });
}
