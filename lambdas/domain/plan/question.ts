import type { JudgeSettings } from '../gates/gates';
import type { LatencyMargins } from '../latency-thresholds';
import type { StrategyStep } from '../strategy';
import { type BlueDay, sumOf } from './blue-day';
import type { Simulated } from './draw-canary';
import { dayDurations } from './durations';
import { scheduleOf } from './schedule';

/** What a plan is asked about: plain data, which travels to worker processes. */
export interface PlanQuestion {
  readonly day: BlueDay;
  /** The judge's settings but for `minimumMinutes`, which the steps give. */
  readonly judge: Omit<JudgeSettings, 'minimumMinutes'>;
  /** Undefined when the latency gate is off. */
  readonly margins: LatencyMargins | undefined;
  /** Minutes that a bake without proof goes on for. */
  readonly extendMinutes: number;
  readonly seed: number;
}

/** What all simulated canaries of one strategy have in common. */
export function simulated(
  { day, judge, margins }: PlanQuestion,
  steps: readonly StrategyStep[],
  extendMinutes: number,
): Simulated {
  const { classes } = sumOf(day.minutes);
  return {
    day,
    durations: dayDurations(day),
    margins,
    schedule: scheduleOf(steps, extendMinutes),
    classesByFrequency: classes.map((_, index) => index).sort((a, b) => (classes[b] ?? 0) - (classes[a] ?? 0) || a - b),
    customGates: (judge.gates.custom ?? []).map(({ name }) => `custom:${name}`),
    oneAfterTheOther: false,
  };
}
