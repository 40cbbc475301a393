import type { GateName } from '../gates/names';
import type { StrategyStep } from '../strategy';
import { type CanaryOutcome, FEARED_NAMES, type FearedName, type TriedCanary } from './try-canary';
import type { Scale, ScaleName } from '../gates/scale';
import { minutesUntilJudged, type Schedule } from './schedule';
import { scheduleOfWatch, type TriedWatch } from './try-watch';

export interface PlannedStep extends StrategyStep {
  /** Expected in the step's counted minutes, and what 9 of 10 rollouts lie between: traffic depends on the hour. */
  readonly greenRequests: { readonly mean: number; readonly low: number; readonly high: number };
}

/** The smallest regression that is stopped before it is promoted, by how often. */
export interface SmallestFound {
  readonly kind: ScaleName;
  readonly gate: GateName;
  /** Points as shares (0.01 is one point), factors as they are, of latency the part that requests take longer. null: not even the largest. */
  readonly at80Percent: number | null;
  readonly at95Percent: number | null;
  readonly largestTried: number;
}

export interface ExpectedStop {
  readonly regression: FearedName;
  /** Share of rollouts that the judge stops before promotion. */
  readonly stopped: number;
  /** Of those that are stopped: minutes from green's first whole minute until the look that stops it; null without any. */
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
