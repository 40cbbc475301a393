import type { Baseline, EventCount, LatencyThreshold, SideCounts, Evidence } from '../evidence';
import { type LatencyMargins, latencyThresholds } from '../latency-thresholds';
import { isoTime, MINUTE_MS } from '../minutes';
import { type BlueDay, type BlueMinute, eachCounted } from './blue-day';
import { type Coins, tossCoins, type Random, answersIn, type ClassesByFrequency, drawnClasses } from './coins';
import { type DayDurations, robustQuantiles, type ShareBeyond } from './durations';
import type { Schedule } from './schedule';
import { isProven } from '../gates/latency-quantiles';
import { errorRateOf, type Regression } from '../gates/gate';

/** What every simulated canary (or watch) of a plan has in common. */
export interface Simulated {
  readonly day: BlueDay;
  readonly durations: DayDurations;
  /** Undefined when the latency gate is off. */
  readonly margins: LatencyMargins | undefined;
  readonly schedule: Schedule;
  readonly classesByFrequency: ClassesByFrequency;
  /** Names of the user's own gates, in the order of what they count. */
  readonly customGates: readonly string[];
  /** Of the watch: blue's minutes are earlier ones of its own. */
  readonly oneAfterTheOther: boolean;
}

/** One minute, with all chance decided: what a regression changes is read off green's coins. */
interface DrawnMinute {
  readonly minute: string;
  readonly weight: number;
  readonly blue: SideCounts;
  /** What blue was like in that minute of the day, and green is before a regression. */
  readonly law: BlueMinute;
  readonly slower: ShareBeyond;
  readonly green: {
    readonly requests: number;
    readonly failing: Coins;
    readonly timed: Coins;
    /** Per measure. */
    readonly answers: readonly Coins[];
    readonly throttles: number;
    /** Of the requests: which ones a version with too little concurrency turns away besides. */
    readonly turnedAway: Coins;
    /** Per gate of the user's own: of what it counts, which ones are events. */
    readonly custom: readonly Coins[];
    readonly counted: Readonly<Record<string, Coins>>;
  };
}

export interface DrawnCanary {
  readonly baseline: Baseline;
  readonly minutes: readonly DrawnMinute[];
}

const BASELINE_MINUTES = 60;
/** Only the order of minutes matters to the judge. */
export const EPOCH_MS = Date.UTC(2000, 0, 2);

/**
 * A canary that begins at a random minute of blue's day. The hour before is blue's own, as it was.
 * Of the minutes after it the day gives the rates: requests arrive as a Poisson stream and are routed one by one by the
 * weight, so that both sides' counts are independent Poisson numbers.
 */
export function drawCanary(what: Simulated, random: Random): DrawnCanary {
  const { day, durations, schedule } = what;
  const start = Math.floor(random.uniform() * day.minutes.length);
  const baseline = drawnBaseline(what, start);
  const { thresholds } = baseline;
  return {
    baseline,
    minutes: schedule.minutes.flatMap(({ weight }, index) => {
      const law = dayAt(day, start + index);
      if (law === undefined) return [];
      const slower = durations.beyond(law);
      return [
        {
          minute: isoTime(EPOCH_MS + index * MINUTE_MS),
          weight,
          law,
          slower,
          blue: drawBlue(law, thresholds, slower, 1 - weight / 100, random),
          green: drawGreen(law, weight / 100, what.classesByFrequency, random),
        },
      ];
    }),
  };
}

/** The day is a circle. */
export const dayAt = ({ minutes }: BlueDay, minute: number): BlueMinute | undefined =>
  minutes[((minute % minutes.length) + minutes.length) % minutes.length];

/** Blue's own hour before a minute of the day. */
export function drawnBaseline({ day, durations, margins }: Simulated, start: number): Baseline {
  const { minutes, edgesMs, classNames, measures } = day;
  const count = Math.min(BASELINE_MINUTES, minutes.length);
  const before = Array.from({ length: count }, (_, index) => dayAt(day, start - count + index)).filter(
    (minute) => minute !== undefined,
  );
  const thresholds =
    margins === undefined ? [] : latencyThresholds(robustQuantiles(before, durations, edgesMs), margins);
  return {
    baseline: before.map((minute, index) => ({
      minute: isoTime(EPOCH_MS + (index - before.length) * MINUTE_MS),
      blue: historyOf(minute, thresholds, durations.beyond(minute)),
    })),
    baselineDurations: Math.round(before.reduce((sum, minute) => sum + minute.durations, 0)),
    thresholds,
    classNames,
    measures,
  };
}

/** Blue's own minute in whole counts. */
function historyOf(
  minute: BlueMinute,
  thresholds: readonly LatencyThreshold[],
  slower: ShareBeyond,
): Omit<SideCounts, 'verySlow'> {
  const requests = Math.round(minute.requests);
  const durations = Math.min(requests, Math.round(minute.durations));
  return {
    ...ofRequests(requests, Math.min(requests, Math.round(minute.errors)), Math.round(minute.throttles)),
    durations,
    slow: thresholds.map(({ blueMs }) => Math.round(durations * slower(blueMs))),
    classes: minute.classes.map(Math.round),
    custom: minute.custom.map(wholeCount),
    counted: eachCounted(minute.counted, wholeCount),
  };
}

export function drawBlue(
  law: BlueMinute,
  thresholds: readonly LatencyThreshold[],
  slower: ShareBeyond,
  share: number,
  random: Random,
): SideCounts {
  const requests = random.poisson(law.requests * share);
  const durations = random.binomial(requests, partOf(law.durations, law.requests));
  let [left, shareLeft] = [durations, 1];
  // Who is beyond a later threshold is beyond the earlier ones too.
  const slow = thresholds.map(({ blueMs }) => {
    const beyond = slower(blueMs);
    left = random.binomial(left, partOf(beyond, shareLeft));
    shareLeft = beyond;
    return left;
  });
  return {
    ...ofRequests(
      requests,
      random.binomial(requests, partOf(law.errors, law.requests)),
      random.poisson(law.throttles * share),
    ),
    durations,
    slow,
    verySlow: slow,
    classes: law.classes.map((count) => random.poisson(count * share)),
    custom: law.custom.map((one) => drawCount(one, share, random)),
    counted: eachCounted(law.counted, (one) => drawCount(one, share, random)),
  };
}

export const drawGreen = (
  law: BlueMinute,
  share: number,
  classesByFrequency: ClassesByFrequency,
  random: Random,
): DrawnMinute['green'] => {
  const requests = random.poisson(law.requests * share);
  return {
    requests,
    failing: tossCoins(requests, random),
    timed: tossCoins(random.binomial(requests, partOf(law.durations, law.requests)), random),
    answers: classesByFrequency.map((places) =>
      tossCoins(random.poisson(answersIn(law.classes, places) * share), random),
    ),
    throttles: random.poisson(law.throttles * share),
    turnedAway: tossCoins(requests, random),
    custom: law.custom.map(({ requests: of }) => tossCoins(random.poisson(of * share), random)),
    counted: eachCounted(law.counted, ({ requests: of }) => tossCoins(random.poisson(of * share), random)),
  };
};

const wholeCount = ({ events, requests }: EventCount): EventCount => ({
  events: Math.min(Math.round(events), Math.round(requests)),
  requests: Math.round(requests),
});

function drawCount({ events, requests: of }: EventCount, share: number, random: Random): EventCount {
  const requests = random.poisson(of * share);
  return { events: random.binomial(requests, partOf(events, of)), requests };
}

/** Who failed how does not matter to the judge; all are Lambda's here. */
const ofRequests = (requests: number, failed: number, throttles: number) => ({
  invocations: requests,
  errors: failed,
  modelErrors: 0,
  nonFiniteOutputs: 0,
  throttles,
});

/** 0 of nothing. */
const partOf = (part: number, whole: number): number => (whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0);

/** What the judge is given of a drawn canary whose green has the regression, minute by minute. */
export function evidenceOfCanary(
  { day, schedule, classesByFrequency, customGates, oneAfterTheOther }: Simulated,
  { baseline, minutes }: DrawnCanary,
  regression: Regression,
): Evidence {
  return {
    ...baseline,
    horizonMinutes: schedule.plannedMinutes,
    rows: minutes.map((drawn) => ({
      minute: drawn.minute,
      weight: drawn.weight / 100,
      blue: drawn.blue,
      green: greenOf(drawn, baseline.thresholds, { classesByFrequency, customGates }, regression),
    })),
    warmOnly: day.warmOnly,
    ...(oneAfterTheOther && { oneAfterTheOther }),
  };
}

function greenOf(
  drawn: DrawnMinute,
  thresholds: readonly LatencyThreshold[],
  { classesByFrequency, customGates }: Pick<Simulated, 'classesByFrequency' | 'customGates'>,
  regression: Regression,
): SideCounts {
  const { law, slower, green } = drawn;
  const usual = partOf(law.errors, law.requests);
  const failed = green.failing.below(errorRateOf(usual, regression));
  // What fails gives no answer.
  const answering = partOf(green.requests - failed, green.requests - green.failing.below(usual));
  const factor = regression.type === 'slower' ? regression.factor : 1;
  const beyond = (ms: number) => green.timed.below(slower(ms / factor));
  const more = (gate: string | undefined) =>
    regression.type === 'events' && regression.gate === gate ? regression.points : 0;
  const slow = thresholds.map(({ greenToleratedMs }) => beyond(greenToleratedMs));
  return admitted(drawn, regression, {
    ...ofRequests(green.requests, failed, green.throttles),
    durations: green.timed.count,
    slow,
    verySlow: thresholds.map((one, index) => (isProven(one) ? beyond(one.greenHarmfulMs) : (slow[index] ?? 0))),
    classes: drawnClasses(law.classes, green.answers, classesByFrequency, regression).map((count) =>
      Math.round(count * answering),
    ),
    custom: green.custom.map((coins, index) => eventsOf(coins, law.custom[index], more(customGates[index]))),
    counted: eachCounted(green.counted, (coins, name) => eventsOf(coins, law.counted[name], more(name))),
  });
}

const eventsOf = (coins: Coins, law: EventCount | undefined, more: number): EventCount => ({
  events: coins.below(partOf(law?.events ?? 0, law?.requests ?? 0) + more),
  requests: coins.count,
});

/** What is left of green's minute when Lambda turns some of its requests away: nothing else counts those. */
function admitted({ law, green }: DrawnMinute, regression: Regression, all: SideCounts): SideCounts {
  if (regression.type !== 'throttled') return all;
  const usual = partOf(law.throttles, law.throttles + law.requests);
  const away = green.turnedAway.below(partOf(regression.points, 1 - usual));
  const left = partOf(all.invocations - away, all.invocations);
  const ofLeft = (count: number) => Math.round(count * left);
  return {
    ...ofRequests(all.invocations - away, ofLeft(all.errors), all.throttles + away),
    durations: ofLeft(all.durations),
    slow: all.slow.map(ofLeft),
    verySlow: all.verySlow.map(ofLeft),
    classes: all.classes.map(ofLeft),
    custom: all.custom,
    ...(all.counted && { counted: all.counted }),
  };
}
