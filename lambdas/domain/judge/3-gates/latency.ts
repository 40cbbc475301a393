import { predictedBlueRates } from '../2-evidence/blue-rate';
import { totalOf, type Count, type MinuteCounts } from '../2-evidence/counts';
import { believableShares } from '../2-evidence/guard';
import { mixOverStartMinutes } from '../2-evidence/mixture';
import { informationOfShape, orderedBinScores } from '../2-evidence/ordered-bins';
import { ownNoise } from '../2-evidence/own-noise';
import { stakesByReach, type Reach } from '../2-evidence/stakes';
import { greenShares } from '../2-evidence/two-arm';
import type { Evidence, LatencyThreshold } from '../../evidence';
import { FROM_THE_START, judgeCounter, type Counter, type JudgedCounter } from './counter';
import { harmlessLatency } from './latency-alternatives';
import { durationBins, shiftShapes, tailShapes, type DurationBins } from './latency-shapes';
import { isProven, same } from './latency-quantiles';
import { historyOf, pairMinutes } from './pair-minutes';
import { reachOf } from './reach';

/** Parts of the gate's bet: all requests are slower; some are much slower; more requests are beyond one threshold. */
const SHIFT_PART = 0.55;
const TAIL_PART = 0.37;
const EXCEEDANCE_PART = 0.08;

/** The thresholds, beside the highest, whose exceedances are bet on by themselves, which needs no assumption on how a slowdown looks. */
const EXCEEDANCE_QUANTILES = [0.5, 0.8, 0.9, 0.95, 0.99];

/** Where a version's noise is measured: its middle, and for a slow tail its tail as well. More would only find more chance. */
const NOISE_QUANTILES = [0.5, 0.9, 0.99];
const SHIFT_NOISE_UP_TO = 0.9;

/** One threshold's exceedances on both sides. */
interface Exceedance {
  readonly threshold: LatencyThreshold;
  readonly minutes: readonly MinuteCounts[];
  readonly history: readonly Count[];
}

/**
 * Slow requests.
 *
 * The margins are in the bounds: blue is held to its own quantile, green to a later time. So the null is "green's
 * durations, each bound later, are stochastically no larger than blue's": ratio 1 and 0 points at every threshold.
 * Three kinds of bets are laid on it: that all requests became slower, that some became much slower (both on all bins at
 * once), and that more requests are beyond one threshold.
 */
export function judgeLatency(evidence: Evidence): JudgedCounter[] {
  const exceedances = exceedancesOf(evidence);
  const [any] = exceedances;
  if (any === undefined) return [];
  const reach = reachOf(evidence, any.history);
  const single = singleThresholds(exceedances, evidence).map((counter) => judgeCounter(counter, reach, evidence));
  return [...shapes(exceedances, reach, evidence.horizonMinutes), ...single];
}

function exceedancesOf(evidence: Evidence): readonly Exceedance[] {
  return evidence.thresholds.map((threshold, index) => ({
    threshold,
    minutes: pairMinutes(
      evidence,
      (side) => side.slow[index] ?? 0,
      (side) => side.durations,
      // Fixed by the settings, not by the minute: a minute in which all happened to be warm is no random one.
      evidence.warmOnly !== true,
    ),
    history: historyOf(
      evidence,
      (blue) => blue.slow[index] ?? 0,
      (blue) => blue.durations,
    ),
  }));
}

function singleThresholds(exceedances: readonly Exceedance[], evidence: Evidence): Counter[] {
  const used = exceedances.filter(
    ({ threshold: { quantile } }) => quantile > 0.99 || EXCEEDANCE_QUANTILES.some((one) => same(one, quantile)),
  );
  return used.map(({ threshold, minutes, history }): Counter => {
    const margin = { ratio: 1, points: 0 };
    const index = evidence.thresholds.indexOf(threshold);
    return {
      subject: { gate: 'latency', threshold },
      part: EXCEEDANCE_PART / used.length,
      minutes,
      history,
      margin,
      ...(isProven(threshold) && {
        harm: {
          minutes: pairMinutes(
            evidence,
            (side) => side.verySlow[index] ?? 0,
            (side) => side.durations,
          ),
          test: {
            margin,
            alternatives: harmlessLatency(evidence.thresholds, threshold),
            history,
            share: 'realised',
          },
        },
      }),
    };
  });
}

/** The two bets on all bins at once; the sentence about each shows the threshold that stands for it. */
function shapes(exceedances: readonly Exceedance[], reach: Reach, horizon: number): JudgedCounter[] {
  const bins = durationBins(exceedances);
  const measured = exceedances.filter(({ threshold }) => NOISE_QUANTILES.some((one) => same(one, threshold.quantile)));
  const noise = (measured.length > 0 ? measured : exceedances).map(({ threshold, minutes, history }) => ({
    quantile: threshold.quantile,
    believed: believableShares(
      minutes,
      predictedBlueRates(totalOf(history), minutes),
      greenShares(minutes),
      ownNoise(history),
    ),
  }));
  const leastBelieved = (upTo: number) => {
    const used = noise.filter(({ quantile }) => quantile <= upTo);
    return bins.minutes.map((_, minute) => Math.min(1, ...used.map(({ believed }) => believed[minute] ?? 1)));
  };
  const bet = (
    family: readonly (readonly number[])[],
    part: number,
    believed: readonly number[],
    shown: Exceedance,
  ): JudgedCounter => ({
    subject: { gate: 'latency', threshold: shown.threshold },
    part,
    minutes: shown.minutes,
    history: shown.history,
    margin: { ratio: 1, points: 0 },
    logEvidence: shapeEvidence(family, bins, believed, reach, horizon),
  });
  return [
    bet(shiftShapes(bins), SHIFT_PART, leastBelieved(SHIFT_NOISE_UP_TO), nearest(exceedances, 0.5)),
    bet(tailShapes(bins), TAIL_PART, leastBelieved(1), nearest(exceedances, 0.99)),
  ];
}

function shapeEvidence(
  family: readonly (readonly number[])[],
  bins: DurationBins,
  believed: readonly number[],
  reach: Reach,
  horizon: number,
): number[] {
  const weight = bins.pairs[0]?.weight ?? 0.5;
  const stakes = stakesByReach(
    family.map((shape) => informationOfShape(shape, bins.shares, weight)),
    reach,
  );
  const used = family.filter((_, place) => (stakes[place] ?? 0) > 0);
  const sides = greenShares(bins.pairs);
  const minutes = bins.minutes.map((minute, index) => ({ ...minute, greenShare: sides[index] ?? 0 }));
  const scores = orderedBinScores(used, minutes, (_, minute) => believed[minute] ?? 1);
  return mixOverStartMinutes(scores, horizon, {
    first: FROM_THE_START,
    stakes: stakes.filter((stake) => stake > 0),
  });
}

const nearest = (exceedances: readonly Exceedance[], quantile: number): Exceedance =>
  exceedances.reduce((best, one) =>
    Math.abs(one.threshold.quantile - quantile) < Math.abs(best.threshold.quantile - quantile) ? one : best,
  );
