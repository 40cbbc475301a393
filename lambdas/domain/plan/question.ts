import { type JudgeSettings, gatesOf } from '../gates/gates';
import type { LatencyMargins } from '../latency-thresholds';
import type { StrategyStep } from '../strategy';
import { placesByMeasure } from '../evidence';
import { type BlueDay, sumOf } from './blue-day';
import type { Simulated } from './draw-canary';
import { dayDurations, quantilesOf } from './durations';
import { scheduleOf } from './schedule';
import type { Gate, BlueSum, Scale, ScaleName } from '../gates/gate';

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
  return {
    day,
    durations: dayDurations(day),
    margins,
    schedule: scheduleOf(steps, extendMinutes),
    classesByFrequency: measuresTried(day).map(({ byFrequency }) => byFrequency),
    customGates: (judge.gates.custom ?? []).map(({ name }) => `custom:${name}`),
    oneAfterTheOther: false,
  };
}

/** What answers are compared by. Regressions are tried on the first: one of which blue gave more than one answer. */
function measuresTried(day: BlueDay) {
  const { classes } = sumOf(day.minutes);
  const measures = placesByMeasure(day).map((measure) => ({
    ...measure,
    byFrequency: Array.from({ length: measure.end - measure.from }, (_, index) => measure.from + index)
      .filter((place) => (classes[place] ?? 0) > 0)
      .sort((a, b) => (classes[b] ?? 0) - (classes[a] ?? 0) || a - b),
  }));
  const isTelling = ({ byFrequency }: (typeof measures)[number]) => byFrequency.length > 1;
  return [...measures.filter(isTelling), ...measures.filter((one) => !isTelling(one))];
}

/** What blue did in all minutes, with what the gates that count for themselves counted, by name. */
export function blueSum(day: BlueDay, customGates: readonly string[]): BlueSum {
  const { requests, errors, throttles, durations, classes, custom, counted } = sumOf(day.minutes);
  const [tried] = measuresTried(day);
  return {
    ...{ requests, errors, throttles, durations },
    measure: tried?.name ?? 'class',
    classes: classes.slice(tried?.from, tried?.end),
    counted: {
      ...counted,
      ...Object.fromEntries(customGates.flatMap((name, index) => (custom[index] ? [[name, custom[index]]] : []))),
    },
    get slowness() {
      return durations > 0 && day.edgesMs.length > 0 ? slownessOf(day) : undefined;
    },
  };
}

function slownessOf(day: BlueDay): BlueSum['slowness'] {
  const durations = dayDurations(day);
  const median = quantilesOf(day.minutes, durations, day.edgesMs).find(({ quantile }) => quantile === 0.5)?.ms ?? 1;
  return { medianMs: median, beyond: durations.beyond(sumOf(day.minutes)) };
}

const asked = ({ day, judge: { gates } }: PlanQuestion): readonly [gates: readonly Gate[], blue: BlueSum] => [
  gatesOf(gates).filter(({ mode }) => mode === 'enforce'),
  blueSum(
    day,
    (gates.custom ?? []).map(({ name }) => `custom:${name}`),
  ),
];

/** The regressions that the gates which are on can be asked about, and that blue's day has counts for. */
export function scalesOf(question: PlanQuestion): readonly Scale[] {
  const [gates, blue] = asked(question);
  return gates.flatMap(({ planned }) => planned.scales(blue));
}

/** What a gate that is on would be asked about, had blue's day anything to tell it by. */
export function notTried(question: PlanQuestion): readonly { kind: ScaleName; why: string }[] {
  const [gates, blue] = asked(question);
  return gates.flatMap(({ planned }) => planned.notTried?.(blue) ?? []);
}
