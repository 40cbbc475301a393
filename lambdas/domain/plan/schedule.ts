import { lookThatSees } from '../looks';
import { MINUTE_MS, SETTLE_MS } from '../minutes';
import { REQUESTS_THAT_SHOW_IT_WORKS } from '../judge/verdict';
import type { StrategyStep } from '../strategy';

export interface ScheduledMinute {
  /** Index of the strategy's step. */
  readonly step: number;
  /** Whole percent. */
  readonly weight: number;
}

/** The minutes of a canary that are counted, in order. */
export interface Schedule {
  readonly steps: readonly StrategyStep[];
  /** Those of the planned bake, then those of its extension. */
  readonly minutes: readonly ScheduledMinute[];
  /** How many are planned; the rest are the extension. */
  readonly plannedMinutes: number;
}

/**
 * The steps as this traffic is expected to make them: a weight that ends once a total failure is excluded lasts until
 * green has the requests for that, and the last one may bake for the rest.
 */
export function expectedSteps(steps: readonly StrategyStep[], requestsPerMinute: number): readonly StrategyStep[] {
  let left = 0;
  return steps.map((step) => {
    const { weight, bakeMinutes, until } = step;
    if (until !== 'works') return { ...step, bakeMinutes: bakeMinutes + (until === 'proof' ? left : 0) };
    const needed = Math.ceil(REQUESTS_THAT_SHOW_IT_WORKS / Math.max(1e-9, (requestsPerMinute * weight) / 100));
    const minutes = Math.min(bakeMinutes, Math.max(1, needed));
    left += Math.max(0, bakeMinutes - minutes - SETTLE_MINUTES);
    return { ...step, bakeMinutes: minutes };
  });
}

/** Between a minute's end and the look that judges it. */
export const SETTLE_MINUTES = SETTLE_MS / MINUTE_MS;

/**
 * As a rollout has them: between two weights the old one lasts until its last minute has settled, and those minutes
 * count too. The minute of a shift belongs to neither weight and is not among them.
 */
export function scheduleOf(steps: readonly StrategyStep[], extendMinutes: number): Schedule {
  const at = (step: number, count: number): ScheduledMinute[] =>
    Array.from({ length: count }, () => ({ step, weight: steps[step]?.weight ?? 0 }));
  const last = steps.length - 1;
  const planned = steps.flatMap(({ bakeMinutes }, step) =>
    at(step, bakeMinutes + (step === last ? 0 : SETTLE_MINUTES)),
  );
  return {
    steps,
    minutes: [...planned, ...(steps.length === 0 ? [] : at(last, extendMinutes))],
    plannedMinutes: planned.length,
  };
}

/**
 * The counted minute after which the first look sees the counted minute `minute` (1 for the first); looks get rarer
 * with a weight's age.
 */
export function lookedAt({ steps, minutes, plannedMinutes }: Schedule, minute: number): number {
  const step = minutes[minute - 1]?.step ?? 0;
  const before = minutes.findIndex((one) => one.step === step);
  const bake = steps[step]?.bakeMinutes ?? plannedMinutes;
  const nth = minute - before;
  const end = step === steps.length - 1 && nth > bake ? minutes.length - before : bake;
  return Math.max(minute, before + lookThatSees(nth, end));
}

/**
 * Minutes from green's first whole minute until the look that judged the counted minute `minute`: the minutes
 * themselves, one that is not counted per shift of the weight before it, and the time to settle.
 */
export function minutesUntilJudged(schedule: Schedule, minute: number): number {
  const shifts = schedule.minutes[minute - 1]?.step ?? 0;
  return lookedAt(schedule, minute) + shifts + SETTLE_MINUTES;
}
