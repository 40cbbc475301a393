import { informationPerGreenRequest } from '../statistics/information';
import type { EventCount } from '../evidence';
import type { GateName } from './names';
import type { Margin } from './margins';

/** How a simulated green differs from blue in every minute. Rates are shares, 0.05 for five points; factors multiply. */
export type Regression =
  | { readonly type: 'none' }
  /** So many more of all requests fail; 1 is a total failure. */
  | { readonly type: 'points'; readonly points: number }
  /** Requests fail so many times as often as blue's in the same minute. */
  | { readonly type: 'factor'; readonly factor: number }
  /** Every request takes so many times as long. */
  | { readonly type: 'slower'; readonly factor: number }
  /** So many of all answers are blue's second most frequent class where blue says its most frequent one. */
  | { readonly type: 'moved'; readonly points: number }
  /** So many more of all requests are turned away by Lambda. */
  | { readonly type: 'throttled'; readonly points: number }
  /** So many more of what this gate counts are events. */
  | { readonly type: 'events'; readonly gate: GateName; readonly points: number };

export const AS_GOOD_AS_BLUE: Regression = { type: 'none' };

export const errorRateOf = (blue: number, regression: Regression): number => {
  switch (regression.type) {
    case 'points':
      return Math.min(1, blue + regression.points);
    case 'factor':
      return Math.min(1, blue * regression.factor);
    case 'none':
    case 'slower':
    case 'moved':
    case 'throttled':
    case 'events':
      return blue;
  }
};

/** A gate's name, or that and what of it grows where it has several scales. */
export type ScaleName = GateName | 'errors-points' | 'errors-factor';

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

/** What blue did in all minutes that `plan` knows. */
export interface BlueSum {
  readonly requests: number;
  readonly errors: number;
  readonly throttles: number;
  readonly durations: number;
  readonly classes: readonly number[];
  /** By the names of gates that count for themselves. */
  readonly counted: Readonly<Record<string, EventCount>>;
  /** Of its durations; undefined where none are known. */
  readonly slowness: { readonly medianMs: number; readonly beyond: (ms: number) => number } | undefined;
}

/** What `plan` asks of a gate. */
export interface Planned {
  readonly scales: (blue: BlueSum) => readonly Scale[];
  /** A scale that there is nothing to try on, and why. */
  readonly notTried?: (blue: BlueSum) => readonly { readonly kind: ScaleName; readonly why: string }[];
  /** Why nothing can be simulated, where that is so: the gate is left out. */
  readonly lacks: (blue: BlueSum) => string | undefined;
}

/** Neighbouring sizes differ by a sixteenth. */
const STEP = 1.0625;
/** One request in 5,000. */
export const SMALLEST_POINTS = 0.0002;

export const sizesFrom = (first: number, last: number): number[] => {
  const count = Math.floor(Math.log(last / first) / Math.log(STEP) + 1e-9);
  const sizes = Array.from({ length: Math.max(0, count + 1) }, (_, index) => first * STEP ** index);
  return sizes.length > 0 && (sizes.at(-1) ?? 0) < last ? [...sizes, last] : sizes;
};

/** Of one yes-or-no count, of which green has so many more; none where nothing was counted. */
export function pointsScale(
  gate: GateName,
  { events, requests }: EventCount,
  tolerance: Margin,
  regressionOf: Scale['regressionOf'],
): readonly Scale[] {
  if (!(requests > 0)) return [];
  const rate = Math.min(1, events / requests);
  return [
    {
      name: gate,
      gate,
      sizes: sizesFrom(SMALLEST_POINTS, 1 - rate),
      regressionOf,
      worth: (size, share) => informationPerGreenRequest(rate, Math.min(1, rate + size), share, tolerance),
    },
  ];
}
