import { informationPerGreenRequest } from '../judge/2-evidence/information';
import { sumOf } from './blue-day';
import { dayDurations, quantilesOf } from './durations';
import type { Question } from './question';
import type { CustomGateName, GateName, Margin } from '../judge/judgement';
import { errorRateOf, type Regression } from './regression';

export type ScaleName = 'errors-points' | 'errors-factor' | 'latency' | 'predictions' | 'throttles' | CustomGateName;

/** A kind of regression in steps from small to large. */
export interface Scale {
  readonly name: ScaleName;
  readonly gate: GateName;
  /** Points as shares, factors as they are; of latency the part that a request takes longer, 0.1 for 10 %. */
  readonly sizes: readonly number[];
  readonly regressionOf: (size: number) => Regression;
  /** Nats that one green request is worth against it, of one count of the gate: a hint where to begin, no more. */
  readonly worth: (size: number, greenShare: number) => number;
}

/** Neighbouring sizes differ by a sixteenth. */
const STEP = 1.0625;
/** One request in 5,000. */
const SMALLEST_POINTS = 0.0002;

const sizesFrom = (first: number, last: number): number[] => {
  const count = Math.floor(Math.log(last / first) / Math.log(STEP) + 1e-9);
  const sizes = Array.from({ length: Math.max(0, count + 1) }, (_, index) => first * STEP ** index);
  return sizes.length > 0 && (sizes.at(-1) ?? 0) < last ? [...sizes, last] : sizes;
};

/** The regressions that the gates which are on can be asked about, and that blue's day has counts for. */
export function scalesOf({ day, judge: { gates }, margins }: Question): readonly Scale[] {
  const whole = sumOf(day.minutes);
  const failing = whole.requests > 0 ? whole.errors / whole.requests : 0;
  const answers = whole.classes.reduce((sum, count) => sum + count, 0);
  const [most = 0, second = 0] = [...whole.classes].sort((a, b) => b - a).map((count) => count / answers);
  const tolerance = gates.errors?.tolerance ?? { ratio: 1, points: 0 };
  const errors = (name: ScaleName, sizes: readonly number[], regressionOf: Scale['regressionOf']): Scale => ({
    name,
    gate: 'errors',
    sizes,
    regressionOf,
    worth: (size, share) =>
      informationPerGreenRequest(failing, errorRateOf(failing, regressionOf(size)), share, tolerance),
  });
  return [
    ...(gates.errors && whole.requests > 0
      ? [errors('errors-points', sizesFrom(SMALLEST_POINTS, 1 - failing), (points) => ({ type: 'points', points }))]
      : []),
    ...(gates.errors && failing > 0
      ? [errors('errors-factor', sizesFrom(1.1, Math.min(1000, 1 / failing)), (factor) => ({ type: 'factor', factor }))]
      : []),
    ...(gates.latency && margins && whole.durations > 0 && day.edgesMs.length > 0 ? [latencyScale(day, margins)] : []),
    ...(gates.predictions && second > 0 ? [predictionsScale(most, second, gates.predictions.tolerancePoints)] : []),
    ...(gates.throttles && whole.requests > 0
      ? [
          pointsScale('throttles', whole.throttles, whole.throttles + whole.requests, gates.throttles.tolerance, {
            regressionOf: (points) => ({ type: 'throttled', points }),
          }),
        ]
      : []),
    ...(gates.custom ?? []).flatMap(({ name, tolerance: tolerated }, index) => {
      const { events, requests } = whole.custom[index] ?? { events: 0, requests: 0 };
      return requests > 0
        ? [
            pointsScale(`custom:${name}`, events, requests, tolerated, {
              regressionOf: (points) => ({ type: 'custom', index, points }),
            }),
          ]
        : [];
    }),
  ];
}

/** What a gate that is on would be asked about, had blue's day anything to tell it by. */
export function notTried({ day, judge: { gates } }: Question): readonly { kind: ScaleName; why: string }[] {
  const whole = sumOf(day.minutes);
  return [
    ...(gates.errors && whole.errors === 0
      ? [{ kind: 'errors-factor' as const, why: 'blue had no failure in these minutes' }]
      : []),
    ...(gates.predictions && whole.classes.filter((count) => count > 0).length === 1
      ? [{ kind: 'predictions' as const, why: 'blue gave one answer alone in these minutes' }]
      : []),
  ];
}

/** A gate of one yes-or-no count, of which green has so many more. */
function pointsScale(
  name: 'throttles' | CustomGateName,
  events: number,
  requests: number,
  tolerance: Margin,
  { regressionOf }: Pick<Scale, 'regressionOf'>,
): Scale {
  const rate = Math.min(1, events / requests);
  return {
    name,
    gate: name,
    sizes: sizesFrom(SMALLEST_POINTS, 1 - rate),
    regressionOf,
    worth: (size, share) => informationPerGreenRequest(rate, Math.min(1, rate + size), share, tolerance),
  };
}

function latencyScale(day: Question['day'], margins: NonNullable<Question['margins']>): Scale {
  const durations = dayDurations(day);
  const beyond = durations.beyond(sumOf(day.minutes));
  const median = quantilesOf(day.minutes, durations, day.edgesMs).find(({ quantile }) => quantile === 0.5)?.ms ?? 1;
  const tolerated = Math.max(median * (1 + margins.tolerancePercent / 100), median + margins.toleranceFloorMs);
  return {
    name: 'latency',
    gate: 'latency',
    sizes: sizesFrom(0.02, 20),
    regressionOf: (size) => ({ type: 'slower', factor: 1 + size }),
    worth: (size, share) =>
      informationPerGreenRequest(0.5, beyond(tolerated / (1 + size)), share, { ratio: 1, points: 0 }),
  };
}

const predictionsScale = (most: number, second: number, tolerancePoints: number): Scale => ({
  name: 'predictions',
  gate: 'predictions',
  sizes: sizesFrom(0.002, most),
  regressionOf: (points) => ({ type: 'moved', points }),
  worth: (size, share) =>
    informationPerGreenRequest(second, Math.min(1, second + size), share, { ratio: 1, points: tolerancePoints }),
});
