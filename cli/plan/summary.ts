import type { GateName } from '../../lambdas/domain/gates/names';
import type { StrategyStep } from '../../lambdas/domain/strategy';
import {
  type CanaryOutcome,
  FEARED_NAMES,
  type FearedName,
  type TriedCanary,
  fearedStops,
  finder,
  outcomes,
} from '../../lambdas/domain/plan/try-canary';
import { type Scale, type ScaleName, AS_GOOD_AS_BLUE } from '../../lambdas/domain/gates/gate';
import { minutesUntilJudged, type Schedule } from '../../lambdas/domain/plan/schedule';
import type { JudgeSettings } from '../../lambdas/domain/gates/gates';
import { isoTime, MINUTE_MS } from '../../lambdas/domain/minutes';
import { type BlueDay, sumOf, times } from '../../lambdas/domain/plan/blue-day';
import {
  type Simulated,
  type DrawnCanary,
  drawBlue,
  drawGreen,
  drawnBaseline,
  dayAt,
  EPOCH_MS,
} from '../../lambdas/domain/plan/draw-canary';
import { type PlanQuestion, simulated } from '../../lambdas/domain/plan/question';
import type { Random } from '../../lambdas/domain/plan/coins';

/** The judge is told that half of the traffic is green's: no request of the watch is routed by a weight. */
const WATCH_WEIGHT = 50;

/**
 * The watch after a promotion at a random minute of blue's day: green has all traffic in the minutes after it, and each
 * of them stands beside one of blue's last minutes, in which blue had what the last weight left to it.
 *
 * @param rates the day's rates, as {@link ratesAround} has them
 * @param blueShare blue's share of the traffic at the last weight: 1 without a canary
 */
function drawWatch(
  what: Simulated,
  rates: BlueDay,
  watchMinutes: number,
  blueShare: number,
  random: Random,
): DrawnCanary {
  const { day, durations, schedule } = what;
  const start = Math.floor(random.uniform() * day.minutes.length);
  const baseline = drawnBaseline(what, start - watchMinutes);
  return {
    baseline,
    minutes: schedule.minutes.flatMap((_, index) => {
      const [before, law] = [dayAt(rates, start - watchMinutes + index), dayAt(rates, start + index)];
      if (before === undefined || law === undefined) return [];
      return [
        {
          minute: isoTime(EPOCH_MS + index * MINUTE_MS),
          weight: WATCH_WEIGHT,
          law,
          slower: durations.beyond(law),
          blue: drawBlue(before, baseline.thresholds, durations.beyond(before), blueShare, random),
          green: drawGreen(law, 1, what.classesByFrequency, random),
        },
      ];
    }),
  };
}

/** Minutes before and after each one that tell its rates. */
const AROUND = 15;

/**
 * The same day with each minute's rates taken from the half hour around it. A minute's own count is a draw already: in
 * a canary both versions share it, and its chance falls out; here two different minutes are compared, and it would
 * count twice.
 */
function ratesAround(day: BlueDay): BlueDay {
  const count = Math.min(2 * AROUND + 1, day.minutes.length);
  return {
    ...day,
    minutes: day.minutes.map((_, minute) => {
      const near = Array.from({ length: count }, (_unused, index) => dayAt(day, minute - (count >> 1) + index));
      return times(sumOf(near.filter((one) => one !== undefined)), 1 / count);
    }),
  };
}

/** One simulated watch, which a promoted green went through again and again. */
export type TriedWatch = Pick<TriedCanary, 'feared' | 'found'> & { readonly good: CanaryOutcome };

/** Of a longer watch so many minutes are simulated: who is not found in four hours is found by luck. */
export const LONGEST_WATCH = 240;

/** The counted minutes of a watch. Its horizon is the whole of it, however much is simulated. */
export const scheduleOfWatch = (watchMinutes: number): Schedule => ({
  steps: [],
  minutes: Array.from({ length: Math.min(watchMinutes, LONGEST_WATCH) }, () => ({ step: 0, weight: WATCH_WEIGHT })),
  plannedMinutes: watchMinutes,
});

/** Prepares watches after one strategy; each call tries one. */
export function watchesOf(
  question: PlanQuestion,
  steps: readonly StrategyStep[],
  watchMinutes: number,
): (random: Random) => TriedWatch {
  const what: Simulated = {
    ...simulated(question, [], 0),
    schedule: scheduleOfWatch(watchMinutes),
    oneAfterTheOther: true,
  };
  const settings: JudgeSettings = { ...question.judge, minimumMinutes: watchMinutes };
  const blueShare = 1 - (steps.at(-1)?.weight ?? 0) / 100;
  const rates = ratesAround(question.day);
  const outcome = outcomes(what, settings);
  const found = finder(question, what, settings, { minutes: what.schedule.minutes.length, share: 0.5 });
  return (random) => {
    const watch = drawWatch(what, rates, watchMinutes, blueShare, random);
    return {
      good: outcome(watch, AS_GOOD_AS_BLUE),
      feared: fearedStops(what.schedule, watch, outcome),
      found: found(watch),
    };
  };
}

export interface PlannedStep extends StrategyStep {
  /** Expected in the step's counted minutes, and what 9 of 10 rollouts lie between: traffic depends on the hour. */
  readonly greenRequests: { readonly mean: number; readonly low: number; readonly high: number };
}

/** The smallest regression that is stopped before it is promoted, by how often. */
export interface SmallestFound {
  readonly kind: ScaleName;
  readonly gate: GateName;
  /**
   * Points as shares (0.01 is one point), factors as they are, of latency the part that requests take longer. null: not
   * even the largest.
   */
  readonly at80Percent: number | null;
  readonly at95Percent: number | null;
  readonly largestTried: number;
}

export interface ExpectedStop {
  readonly regression: FearedName;
  /** Share of rollouts that the judge stops before promotion. */
  readonly stopped: number;
  /**
   * Of those that are stopped: minutes from green's first whole minute until the look that stops it; null without any.
   */
  readonly minutes: { readonly mean: number; readonly median: number; readonly p90: number } | null;
  /** Green's requests by then, on average; null likewise. */
  readonly greenRequests: number | null;
}

/** What becomes of a green that is exactly as good as blue. Shares of rollouts; they sum to 1. */
export interface GoodGreen {
  readonly passed: number;
  readonly passedAfterExtension: number;
  readonly inconclusive: number;
  readonly stopped: number;
  /** Of those that pass: minutes of evidence until then; null without any. */
  readonly minutesToPass: { readonly median: number; readonly p90: number } | null;
  /** Of the inconclusive ones, which gate was furthest from proof. */
  readonly lacking: readonly { readonly gate: GateName; readonly share: number }[];
}

export interface CanarySummary {
  readonly steps: readonly PlannedStep[];
  readonly smallestFound: readonly SmallestFound[];
  readonly expectedStops: readonly ExpectedStop[];
  readonly goodGreen: GoodGreen;
}

/** What the watch after promotion would find of a green that is bad from then on. */
export interface WatchSummary {
  /** Of the settings, and how many of them were simulated. */
  readonly minutes: number;
  readonly simulatedMinutes: number;
  readonly smallestFound: readonly SmallestFound[];
  /** `stopped` is the share of rollouts in which blue is put back. */
  readonly expectedStops: readonly ExpectedStop[];
  /** Share of greens as good as blue that are taken back all the same. */
  readonly goodGreenStopped: number;
}

/** What many tried canaries say. */
export function summaryOf(
  tried: readonly TriedCanary[],
  { scales, schedule }: { readonly scales: readonly Scale[]; readonly schedule: Schedule },
): CanarySummary {
  return {
    steps: schedule.steps.map((step, index) => ({
      ...step,
      greenRequests: spread(tried.map(({ greenRequests }) => greenRequests[index] ?? 0)),
    })),
    smallestFound: smallestOf(tried, scales),
    expectedStops: FEARED_NAMES.map((name) => expectedStop(name, tried, schedule)),
    goodGreen: goodGreen(tried.map(({ good }) => good)),
  };
}

/** What many tried watches say. */
export function watchSummaryOf(
  tried: readonly TriedWatch[],
  { scales, watchMinutes }: { readonly scales: readonly Scale[]; readonly watchMinutes: number },
): WatchSummary {
  const schedule = scheduleOfWatch(watchMinutes);
  return {
    minutes: watchMinutes,
    simulatedMinutes: schedule.minutes.length,
    smallestFound: smallestOf(tried, scales),
    expectedStops: FEARED_NAMES.map((name) => expectedStop(name, tried, schedule)),
    goodGreenStopped: goodGreen(tried.map(({ good }) => good)).stopped,
  };
}

const smallestOf = (tried: readonly Pick<TriedCanary, 'found'>[], scales: readonly Scale[]): readonly SmallestFound[] =>
  scales.map(({ name, gate, sizes }) => {
    const places = ascending(tried.map(({ found }) => found[name] ?? sizes.length));
    const at = (share: number) => sizes[places[Math.ceil(share * places.length) - 1] ?? sizes.length] ?? null;
    return { kind: name, gate, at80Percent: at(0.8), at95Percent: at(0.95), largestTried: sizes.at(-1) ?? 0 };
  });

function expectedStop(
  name: FearedName,
  tried: readonly Pick<TriedCanary, 'feared'>[],
  schedule: Schedule,
): ExpectedStop {
  const stops = tried.flatMap(({ feared }) => {
    const { outcome, greenRequests } = feared[name];
    return outcome.ends === 'stopped' ? [{ minute: outcome.minute, greenRequests: greenRequests ?? 0 }] : [];
  });
  const minutes = ascending(stops.map(({ minute }) => minutesUntilJudged(schedule, minute)));
  const none = minutes.length === 0;
  return {
    regression: name,
    stopped: share(stops.length, tried.length),
    minutes: none ? null : { mean: mean(minutes), median: at(minutes, 0.5), p90: at(minutes, 0.9) },
    greenRequests: none ? null : mean(stops.map(({ greenRequests }) => greenRequests)),
  };
}

export function goodGreen(outcomes: readonly CanaryOutcome[]): GoodGreen {
  const count = (counts: (outcome: CanaryOutcome) => boolean) => share(outcomes.filter(counts).length, outcomes.length);
  const lacking = new Map<GateName, number>();
  for (const outcome of outcomes)
    if (outcome.ends === 'inconclusive' && outcome.gate !== undefined)
      lacking.set(outcome.gate, (lacking.get(outcome.gate) ?? 0) + 1);
  const minutes = ascending(outcomes.flatMap((one) => (one.ends === 'passed' ? [one.minute] : [])));
  const undecided = [...lacking.values()].reduce((sum, one) => sum + one, 0);
  return {
    passed: count((one) => one.ends === 'passed' && !one.extended),
    passedAfterExtension: count((one) => one.ends === 'passed' && one.extended),
    inconclusive: count((one) => one.ends === 'inconclusive'),
    stopped: count((one) => one.ends === 'stopped'),
    minutesToPass: minutes.length === 0 ? null : { median: at(minutes, 0.5), p90: at(minutes, 0.9) },
    lacking: [...lacking]
      .map(([gate, times]) => ({ gate, share: share(times, undecided) }))
      .sort((a, b) => b.share - a.share),
  };
}

const ascending = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);
const at = (sorted: readonly number[], part: number): number => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function spread(values: readonly number[]): PlannedStep['greenRequests'] {
  const sorted = ascending(values);
  return { mean: mean(values), low: at(sorted, 0.05), high: at(sorted, 0.95) };
}
