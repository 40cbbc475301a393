import type { Baseline, CountedMeasure, EventCount } from '../evidence';
import { edgesOf, withBlueInBins } from '../trace/bins';
import type { Trace, TraceSide } from '../trace/trace';

type CountsByGate = Readonly<Record<string, EventCount>>;

/** The same for each count. */
export const eachCounted = <From, To>(
  counted: Readonly<Record<string, From>>,
  of: (count: From, name: string) => To,
): Readonly<Record<string, To>> =>
  Object.fromEntries(Object.entries(counted).map(([name, count]) => [name, of(count, name)]));

/** What blue did in one minute, all traffic being its own. Counts may be fractions: they are used as rates. */
export interface BlueMinute {
  readonly requests: number;
  /** Failed requests of every kind. */
  readonly errors: number;
  readonly throttles: number;
  /** Requests that were timed. */
  readonly durations: number;
  /** Per edge of the day, timed requests that took longer. */
  readonly beyond: readonly number[];
  readonly classes: readonly number[];
  readonly custom: readonly EventCount[];
  /** By the names of gates that count for themselves. */
  readonly counted: CountsByGate;
}

/** Blue's recent minutes, in order: a day of them, or as many as there are. */
export interface BlueDay {
  /** Durations (ms), ascending. */
  readonly edgesMs: readonly number[];
  readonly classNames: readonly string[];
  /** What `classNames` are of. @default one measure, of classes */
  readonly measures?: readonly CountedMeasure[] | undefined;
  readonly warmOnly: boolean;
  readonly minutes: readonly BlueMinute[];
}

/** What CloudWatch counted of blue: a baseline that was read over the last day instead of the last hour. */
export const dayOfBaseline = ({ baseline: minutes, ...of }: Baseline, warmOnly: boolean): BlueDay => ({
  edgesMs: of.thresholds.map(({ blueMs }) => blueMs),
  classNames: of.classNames,
  measures: of.measures,
  warmOnly,
  minutes: minutes.map(({ blue }) => ({
    requests: blue.invocations,
    errors: blue.errors,
    throttles: blue.throttles,
    durations: blue.durations,
    beyond: blue.slow,
    classes: blue.classes,
    custom: blue.custom,
    counted: blue.counted ?? {},
  })),
});

/** A trace's minutes: the baseline as it is; of the canary blue's part, as if it had had all traffic. */
export function dayOfTrace(recorded: Trace): BlueDay {
  const trace = withBlueInBins(recorded);
  const edgesMs = edgesOf(trace.latencyBins);
  const minuteOf = (blue: TraceSide): BlueMinute => {
    const beyond = edgesMs.map(() => 0);
    let durations = 0;
    for (const [bin, count] of blue.latency) {
      durations += count;
      for (let edge = 0; edge < bin; edge++) beyond[edge] = (beyond[edge] ?? 0) + count;
    }
    const { invocations: requests, errors, throttles, classes, custom, counted = {} } = blue;
    return { requests, errors, throttles, durations: blue.durations ?? durations, beyond, classes, custom, counted };
  };
  return {
    edgesMs,
    classNames: trace.classNames,
    measures: trace.measures,
    warmOnly: trace.warmOnly ?? false,
    minutes: [
      ...trace.baseline.map(({ blue }) => minuteOf(blue)),
      ...trace.rows
        .filter(({ blue }) => blue.invocations > 0)
        .map(({ blue, green }) => {
          const all = trace.oneAfterTheOther ? blue.invocations : blue.invocations + green.invocations;
          return times(minuteOf(blue), all / blue.invocations);
        }),
    ],
  };
}

export const times = (minute: BlueMinute, factor: number): BlueMinute => ({
  requests: minute.requests * factor,
  errors: minute.errors * factor,
  throttles: minute.throttles * factor,
  durations: minute.durations * factor,
  beyond: minute.beyond.map((count) => count * factor),
  classes: minute.classes.map((count) => count * factor),
  custom: minute.custom.map((one) => timesCount(one, factor)),
  counted: eachCounted(minute.counted, (one) => timesCount(one, factor)),
});

const timesCount = ({ events, requests }: EventCount, factor: number): EventCount => ({
  events: events * factor,
  requests: requests * factor,
});

/** Several minutes as one. */
export function sumOf(minutes: readonly BlueMinute[]): BlueMinute {
  const sum = (of: (minute: BlueMinute) => number) => minutes.reduce((total, minute) => total + of(minute), 0);
  const [first] = minutes;
  return {
    requests: sum((one) => one.requests),
    errors: sum((one) => one.errors),
    throttles: sum((one) => one.throttles),
    durations: sum((one) => one.durations),
    beyond: (first?.beyond ?? []).map((_, edge) => sum((one) => one.beyond[edge] ?? 0)),
    classes: (first?.classes ?? []).map((_, index) => sum((one) => one.classes[index] ?? 0)),
    custom: (first?.custom ?? []).map((_, index) => ({
      events: sum((one) => one.custom[index]?.events ?? 0),
      requests: sum((one) => one.custom[index]?.requests ?? 0),
    })),
    counted: eachCounted(first?.counted ?? {}, (_, name) => ({
      events: sum((one) => one.counted[name]?.events ?? 0),
      requests: sum((one) => one.counted[name]?.requests ?? 0),
    })),
  };
}
