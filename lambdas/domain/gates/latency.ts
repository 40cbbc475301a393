import * as z from 'zod';
import { predictedBlueRates, totalOf, type Count, type MinuteCounts } from '../statistics/counts';
import { believableShares } from '../statistics/guard';
import { mixOverStartMinutes } from '../statistics/mixture';
import { informationOfShape, orderedBinScores } from '../statistics/ordered-bins';
import { ownNoise } from '../statistics/own-noise';
import { stakesByReach, type Reach, greenShares } from '../statistics/two-arm';
import { incidentsIn } from '../statistics/usual';
import type { Evidence, LatencyThreshold } from '../evidence';
import { milliseconds, quantile, shareOf } from '../numbers';
import { informationPerGreenRequest } from '../statistics/information';
import { FROM_THE_START, judgeCounter, type Counter, type CounterWords, type JudgedCounter } from './counter';
import { type GateKind, historyOf, pairMinutes, reachOf, type BlueSum, type Scale, sizesFrom } from './gate';
import { gateSettings } from './margins';
import {
  harmlessLatency,
  durationsInWords,
  isProven,
  same,
  durationBins,
  shiftShapes,
  tailShapes,
  type DurationBins,
} from './latency-quantiles';

/** Parts of the gate's bet: all requests are slower; some are much slower; more requests are beyond one threshold. */
const SHIFT_PART = 0.55;
const TAIL_PART = 0.37;
const EXCEEDANCE_PART = 0.08;

/**
 * The thresholds, beside the highest, whose exceedances are bet on by themselves, which needs no assumption on how a
 * slowdown looks.
 */
const EXCEEDANCE_QUANTILES = [0.5, 0.8, 0.9, 0.95, 0.99];

/**
 * Where a version's noise is measured: its middle, and for a slow tail its tail as well. More would only find more
 * chance.
 */
const NOISE_QUANTILES = [0.5, 0.9, 0.99];
const SHIFT_NOISE_UP_TO = 0.9;

/**
 * A blue whose requests all take nearly as long may have none beyond its hour's median in the canary, a tenth of a
 * millisecond faster. Where it has half of them there, this is 1 % of a duration.
 */
const HARM_POINTS_OF_MEDIAN = 0.005;

/** One threshold's exceedances on both sides. */
interface Exceedance {
  readonly threshold: LatencyThreshold;
  readonly minutes: readonly MinuteCounts[];
  readonly history: readonly Count[];
}

const settings = gateSettings({
  tolerancePercent: z.number().min(0).max(1000).default(5),
  toleranceFloorMs: z.number().min(0).max(60_000).default(2),
  harmPercent: z.number().min(0).max(1000).default(27.6),
  harmFloorMs: z.number().min(0).max(60_000).default(10),
  /**
   * Above the median, green is harmful only from so many points more than blue on. With none, an incident in blue's
   * hour that moves its p99 up leaves blue next to no request beyond it, and green must prove "fewer than next to
   * none", which no usual traffic does in 15 minutes. @default 0.005
   */
  harmTailPoints: z.number().min(0).max(1).default(0.005),
  /** Which requests are timed: the warm ones where the endpoint tells them from cold ones, or all. @default warm */
  requests: z.enum(['warm', 'all']).default('warm'),
});
type LatencySettings = z.output<typeof settings>;

/**
 * Whether latency is judged on warm requests alone: as the settings say, and the built-in server alone tells them from
 * cold ones.
 */
export const timesWarmAlone = (builtIn: boolean, latency: false | Pick<LatencySettings, 'requests'>): boolean =>
  builtIn && latency !== false && latency.requests === 'warm';

/** Slow requests: green's threshold is max(blue * (1 + percent / 100), blue + floorMs). */
export const latency: GateKind<typeof settings> = {
  settings,
  calls: 'answers',
  scales: { latency: { says: 'all requests are slower', unit: 'percent' } },
  pairs: ({ tolerancePercent, harmPercent, toleranceFloorMs, harmFloorMs }) => [
    { name: 'percent', tolerance: tolerancePercent, harm: harmPercent, path: ['harmPercent'] },
    { name: 'floorMs', tolerance: toleranceFloorMs, harm: harmFloorMs, path: ['harmFloorMs'] },
  ],
  gate: (chosen) => ({
    name: 'latency',
    mode: chosen.mode,
    part: 0.34,
    noun: 'request',
    nothing: 'blue had too little traffic before the canary to set latency thresholds',
    oneIsEnough: true,
    judge: (evidence) => judgeLatency(evidence, chosen),
    planned: {
      scales: ({ slowness }) => (slowness === undefined ? [] : [slower(slowness, chosen)]),
      lacks: ({ slowness }) =>
        slowness === undefined ? 'no durations are known; as long as that is so, it is never proven' : undefined,
    },
  }),
};

function slower({ medianMs, beyond }: NonNullable<BlueSum['slowness']>, chosen: LatencySettings): Scale {
  const tolerated = Math.max(medianMs * (1 + chosen.tolerancePercent / 100), medianMs + chosen.toleranceFloorMs);
  return {
    name: 'latency',
    gate: 'latency',
    sizes: sizesFrom(0.02, 20),
    regressionOf: (size) => ({ type: 'slower', factor: 1 + size }),
    worth: (size, share) =>
      informationPerGreenRequest(0.5, beyond(tolerated / (1 + size)), share, { ratio: 1, points: 0 }),
  };
}

const wordsOf = (
  { quantile: share, blueMs, greenToleratedMs }: LatencyThreshold,
  thresholds: Evidence['thresholds'],
): CounterWords => ({
  counts: `requests slower than blue's ${quantile(share)} (${milliseconds(blueMs)})`,
  harmless: `that its ${quantile(share)} is not harmfully slower`,
  comparison: (blue, green, minutes) => {
    const slower = ({ events, requests }: Count, ms: number) =>
      `${shareOf(events, requests, 'requests')} slower than ${milliseconds(ms)}`;
    const slowGreen = `green ${slower(green, greenToleratedMs)}`;
    const slowBlue = `blue ${slower(blue, blueMs)}`;
    return (
      `${durationsInWords(thresholds, minutes)}; ${slowGreen}, ${slowBlue}, its ${quantile(share)} before the ` +
      'canary'
    );
  },
});

/**
 * A green that takes longer by the harmful factor: of its requests, as many are beyond the tolerated duration as blue
 * has beyond that duration shortened by the factor. Between the two a lognormal with sigma 0.5 is assumed.
 */
function harmfulShare({ blueMs, greenToleratedMs, greenHarmfulMs }: LatencyThreshold, blueRate: number): number {
  const shift = Math.log(greenHarmfulMs / greenToleratedMs) / 0.5;
  const odds = (blueRate / (1 - blueRate)) * Math.exp(1.7 * shift);
  return greenToleratedMs > blueMs || shift > 0 ? odds / (1 + odds) : blueRate;
}

/**
 * The margins are in the bounds: blue is held to its own quantile, green to a later time. So the null is "green's
 * durations, each bound later, are stochastically no larger than blue's": ratio 1 and 0 points at every threshold.
 * Three kinds of bets are laid on it: that all requests became slower, that some became much slower (both on all bins
 * at once), and that more requests are beyond one threshold.
 */
function judgeLatency(evidence: Evidence, chosen: LatencySettings): readonly JudgedCounter[] {
  const exceedances = exceedancesOf(evidence);
  const [any] = exceedances;
  if (any === undefined) return [];
  const reach = reachOf(evidence, any.history);
  const single = singleThresholds(exceedances, evidence, chosen).map((counter) =>
    judgeCounter(counter, reach, evidence),
  );
  return [...shapes(exceedances, reach, evidence), ...single];
}

function exceedancesOf(whole: Evidence): readonly Exceedance[] {
  const evidence = { ...whole, baseline: calmBaseline(whole) };
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

/** Blue's hour without the minutes in which it was far slower at some threshold, so that all have the same minutes. */
function calmBaseline({ baseline, thresholds }: Evidence): Evidence['baseline'] {
  const incidents = thresholds.map((_, index) =>
    incidentsIn(baseline.map(({ blue }) => ({ events: blue.slow[index] ?? 0, requests: blue.durations }))),
  );
  const calm = baseline.filter((_, minute) => !incidents.some((one) => one[minute] === true));
  return calm.length === 0 ? baseline : calm;
}

function singleThresholds(
  exceedances: readonly Exceedance[],
  evidence: Evidence,
  { harmTailPoints }: LatencySettings,
): Counter[] {
  const used = exceedances.filter(
    ({ threshold: { quantile } }) => quantile > 0.99 || EXCEEDANCE_QUANTILES.some((one) => same(one, quantile)),
  );
  return used.map(({ threshold, minutes, history }): Counter => {
    const margin = { ratio: 1, points: 0 };
    const index = evidence.thresholds.indexOf(threshold);
    return {
      words: wordsOf(threshold, evidence.thresholds),
      harmfulRate: (blueRate) => harmfulShare(threshold, blueRate),
      part: EXCEEDANCE_PART / used.length,
      minutes,
      history,
      margin,
      threshold: index,
      ...(isProven(threshold) && {
        harm: {
          minutes: pairMinutes(
            evidence,
            (side) => side.verySlow[index] ?? 0,
            (side) => side.durations,
          ),
          test: {
            margin: { ratio: 1, points: threshold.quantile > 0.5 ? harmTailPoints : HARM_POINTS_OF_MEDIAN },
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
function shapes(
  exceedances: readonly Exceedance[],
  reach: Reach,
  { horizonMinutes: horizon, thresholds }: Evidence,
): JudgedCounter[] {
  const bins = durationBins(exceedances);
  const measured = exceedances.filter(({ threshold }) => NOISE_QUANTILES.some((one) => same(one, threshold.quantile)));
  const noise = (measured.length > 0 ? measured : exceedances).map(({ threshold, minutes, history }) => ({
    quantile: threshold.quantile,
    believed: believableShares(
      minutes,
      predictedBlueRates(totalOf(history), minutes),
      greenShares(minutes),
      ownNoise(history, minutes),
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
    words: wordsOf(shown.threshold, thresholds),
    part,
    minutes: shown.minutes,
    history: shown.history,
    margin: { ratio: 1, points: 0 },
    threshold: thresholds.indexOf(shown.threshold),
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
