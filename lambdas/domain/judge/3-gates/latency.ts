import { worseByAnyAmount } from '../2-evidence/alternatives';
import type { Evidence, LatencyThreshold } from '../evidence';
import { harmlessLatency } from './latency-alternatives';
import type { Counter } from './gate';
import { pairMinutes } from './pair-minutes';

/** Part of the bet at each quantile: the middle sees a shift soonest, the tail sees what the middle cannot. */
const PARTS: readonly { readonly quantile: number; readonly part: number }[] = [
  { quantile: 0.5, part: 0.25 },
  { quantile: 0.7, part: 0.1 },
  { quantile: 0.9, part: 0.2 },
  { quantile: 0.95, part: 0.15 },
  { quantile: 0.99, part: 0.2 },
  { quantile: 0.999, part: 0.1 },
];

/** Blue's quantiles that are bet on: nothing is read of the others. */
export const JUDGED_QUANTILES: readonly number[] = PARTS.map(({ quantile }) => quantile);

/** Where green must be proven harmless before `pass`. */
const PROVEN_AT = [0.5, 0.9, 0.99];

const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;

/**
 * Requests slower than a bound, one counter per quantile of blue before the canary.
 *
 * The margins are in the bounds: blue is held to its own quantile, green to a later time. So the null is "green's share
 * beyond its bound is at most blue's beyond blue's", ratio 1 and 0 points, at every quantile: green is at most so much slower.
 */
export function latencyCounters(evidence: Evidence): Counter[] {
  const { thresholds, durations } = evidence.baseline;
  const used = thresholds.flatMap((threshold, index) => {
    const part = PARTS.find(({ quantile }) => same(quantile, threshold.quantile))?.part;
    return part === undefined ? [] : [{ threshold, index, part }];
  });
  const whole = used.reduce((sum, { part }) => sum + part, 0);
  return used.map(({ threshold, index, part }): Counter => {
    const prior = { events: (1 - threshold.quantile) * durations, requests: durations };
    const margin = { ratio: 1, points: 0 };
    return {
      subject: { gate: 'latency', threshold },
      part: part / whole,
      minutes: pairMinutes(
        evidence,
        (side) => side.slow[index] ?? 0,
        (side) => side.requests,
      ),
      tolerance: { margin, alternatives: worseByAnyAmount, prior },
      ...(isProven(threshold) && {
        harm: {
          minutes: pairMinutes(
            evidence,
            (side) => side.verySlow[index] ?? 0,
            (side) => side.requests,
          ),
          test: { margin, alternatives: harmlessLatency(thresholds, threshold), prior, share: 'realised' },
        },
      }),
    };
  });
}

/** Whether `pass` needs proof at this threshold; elsewhere nobody looks beyond green's harmful duration. */
export const isProven = (threshold: Pick<LatencyThreshold, 'quantile'>): boolean =>
  PROVEN_AT.some((quantile) => same(quantile, threshold.quantile));
