import type { BaselineMinute, Evidence, SideCounts } from '../../lambdas/domain/evidence';
import { seeded } from '../../simulator/draws';
import { minuteAt } from './evidence';

/** A canary of answers alone: what each version says, and how much traffic there is. */
export interface ClassCanary {
  readonly perMinute: number;
  /** Green's, 0 to 1. @default 0.1 */
  readonly weight?: number;
  /** @default 15 */
  readonly minutes?: number;
  readonly blue: readonly number[];
  /** @default blue's */
  readonly green?: readonly number[];
}

const BEFORE = 60;

/**
 * Answers arrive as a Poisson stream, so each class of each side does by itself. The same seed gives the same canary.
 */
export function classCanary({ perMinute, weight = 0.1, minutes = 15, blue, green = blue }: ClassCanary, seed: number) {
  const random = seeded(20_261_129, seed);
  const drawn = (shares: readonly number[], requests: number): SideCounts => {
    const classes = shares.map((share) => random.poisson(share * requests));
    const answers = classes.reduce((sum, count) => sum + count, 0);
    return {
      ...{ invocations: answers, errors: 0, modelErrors: 0, nonFiniteOutputs: 0, throttles: 0 },
      ...{ durations: answers, slow: [], verySlow: [], classes, custom: [] },
    };
  };
  const before = Array.from({ length: BEFORE }, (_, index): BaselineMinute => {
    const { verySlow, ...side } = drawn(blue, perMinute);
    expect(verySlow).toEqual([]);
    return { minute: minuteAt(index - BEFORE), blue: side };
  });
  return {
    baseline: before,
    baselineDurations: 0,
    thresholds: [],
    classNames: blue.map((_, index) => `c${index}`),
    horizonMinutes: minutes,
    rows: Array.from({ length: minutes }, (_, index) => ({
      minute: minuteAt(index),
      weight,
      blue: drawn(blue, (1 - weight) * perMinute),
      green: drawn(green, weight * perMinute),
    })),
  } satisfies Evidence;
}

export const even = (classes: number): number[] => Array.from({ length: classes }, () => 1 / classes);

/** Shares like those of a classifier of many classes: each class is so many times as rare as the one before. */
export function falling(classes: number, ratio: number): number[] {
  const raw = Array.from({ length: classes }, (_, index) => ratio ** index);
  const whole = raw.reduce((sum, share) => sum + share, 0);
  return raw.map((share) => share / whole);
}
