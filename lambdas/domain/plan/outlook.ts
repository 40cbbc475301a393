import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import type { Baseline, Evidence, SideCounts } from '../evidence';
import { type NotAsked, notExcludedInWords } from '../gates/counter';
import { deciding, type JudgedGate } from '../gates/gate';
import { judgeGates, type JudgeSettings } from '../gates/gates';
import { isProven } from '../gates/latency-quantiles';
import type { GateName } from '../gates/names';
import { combine } from '../judge/verdict';
import { isoTime, MINUTE_MS } from '../minutes';
import { percent, roughly } from '../numbers';
import { endsOnProof, strategyInWords, type StrategyStep } from '../strategy';
import { type BlueMinute, dayOfBaseline, eachCounted, sumOf, times } from './blue-day';
import { dayDurations, type ShareBeyond } from './durations';
import { expectedSteps, scheduleOf } from './schedule';

/** What this traffic can prove, as far as blue's own hour tells. Plain data. */
export interface Outlook {
  readonly requestsPerMinute: number;
  /**
   * Minutes of evidence until half of the greens that are as good as blue have their proof; null: not within the time.
   */
  readonly medianMinutes: number | null;
  /** Minutes that there are, extension included. */
  readonly withinMinutes: number;
  /** Share of good greens that have it within the time. */
  readonly chance: number;
  /** In words. */
  readonly words: string;
  /** Settings that would help, in words; none where nothing needs help. */
  readonly advice: readonly string[];
}

/** What is asked: the strategy, the extension, and the judge's settings but for the minimum. */
export interface OutlookQuestion {
  readonly steps: readonly StrategyStep[];
  readonly extendMinutes: number;
  readonly judge: Omit<JudgeSettings, 'minimumMinutes'>;
  readonly warmOnly: boolean;
}

/** Beyond four hours few people wait for a rollout. */
const LONGEST = 240;
/** A canary that proves fewer good greens than one in ten is not begun. */
export const LEAST_CHANCE = 0.1;
/** A strategy that proves nine of ten is worth its wait. */
export const GOOD_CHANCE = 0.9;
const BAKES = [45, 60, 90, 120, 180, LONGEST];

/**
 * The judge itself on the minutes that are to be expected: green as good as blue, every count at its mean by blue's own
 * hour. Each gate's proof is then a straight path m of nats, and around it the proof of one rollout wanders as a
 * Brownian motion with drift m and variance 2 m does (a likelihood ratio with a small effect). It reaches the limit L
 * by then with
 *
 *     P = Phi((m - L) / sqrt(2 m)) + e^L Phi((-m - L) / sqrt(2 m)).
 *
 * Of several counts the product is taken, as if they had nothing to do with each other. A formula and no simulation: it
 * answers within a step, and test/cli/plan compares it with simulated canaries.
 */
export function outlookOf(baseline: Baseline, question: OutlookQuestion): Outlook {
  const { usual, steps, within, chancesIn, notAsked } = pathsOf(baseline, question);
  const inTime = chancesIn(within);
  const enough = chanceAt(inTime, within) >= GOOD_CHANCE;
  // Four hours of minutes take four times as long, and are needed only to say what would help.
  const gates = enough ? inTime : chancesIn(Math.max(LONGEST, within));
  const soonest = (least: number, without?: GateName): number | undefined => {
    const length = gates[0]?.chances.length ?? 0;
    const minute = firstOf(length, (at) => chanceAt(gates, at, without) >= least);
    return minute > length ? undefined : minute;
  };
  const chance = chanceAt(inTime, within);
  const median = soonest(0.5);
  const furthest = inTime.toSorted((a, b) => (a.chances[within - 1] ?? 0) - (b.chances[within - 1] ?? 0))[0]?.gate;
  const seen = `at blue's ${roughly(usual.requests)} requests a minute`;
  const words = endsOnProof(steps)
    ? median !== undefined && median <= within
      ? `${seen} half of the greens that are as good as blue have their proof by minute ${median} of evidence, ` +
        `${percent(chance)} within the ${within} min that there are`
      : `${seen} ${chance < 0.01 ? 'hardly any' : percent(chance)} of the greens that are as good as blue would ` +
        `have their proof within the ${within} min that there are`
    : `${seen} ${percent(chance)} of the greens that are as good as blue have their proof after ${within} min`;
  return {
    requestsPerMinute: usual.requests,
    medianMinutes: median !== undefined && median <= within ? median : null,
    withinMinutes: within,
    chance,
    words: [
      words,
      ...(enough || furthest === undefined ? [] : [`the gate ${furthest} needs most`]),
      ...notExcludedInWords(notAsked()),
    ].join('; '),
    advice: enough ? [] : adviceOf(question.steps, { within, soonest, furthest, several: gates.length > 1 }),
  };
}

/** Only the share of good greens that have their proof within the time. */
export function chanceOfProof(baseline: Baseline, question: OutlookQuestion): number {
  const { within, chancesIn } = pathsOf(baseline, question);
  return chanceAt(chancesIn(within), within);
}

/** Harm of rare classes that such traffic cannot exclude, whatever green is: a pass says nothing of it. */
export const notExcludedAt = (baseline: Baseline, question: OutlookQuestion): readonly NotAsked[] =>
  pathsOf(baseline, question).notAsked();

/** Blue's usual minute, and how many of its requests take longer than so many ms. */
function usualMinute(baseline: Baseline, warmOnly: boolean) {
  const day = dayOfBaseline(baseline, warmOnly);
  const usual = times(sumOf(day.minutes), 1 / Math.max(1, day.minutes.length));
  return { usual, slower: day.edgesMs.length === 0 ? () => 0 : dayDurations(day).beyond(usual) };
}

/** A drill that shows nothing within ten minutes measures the traffic, and not how soon users are off a bad version. */
const DRILL_MINUTES = 10;
/** As many users as any canary takes that is not yet known to work. */
const DRILL_WEIGHT = 50;

/**
 * The least weight at which the judge stops a green that fails every request within ten minutes of such traffic, every
 * count at its mean by blue's own hour; undefined where there is none up to 50 %.
 */
export function weightOfDrill(
  baseline: Baseline,
  { judge, warmOnly }: Pick<OutlookQuestion, 'warmOnly'> & { readonly judge: JudgeSettings },
): number | undefined {
  const { usual, slower } = usualMinute(baseline, warmOnly);
  const isStopped = (weight: number): boolean => {
    const rows = Array.from({ length: DRILL_MINUTES }, (_, index) => {
      const minute = expectedMinute(index, weight / 100, usual, baseline, slower);
      const { green } = minute;
      return { ...minute, green: { ...green, errors: green.invocations, classes: green.classes.map(() => 0) } };
    });
    const evidence: Evidence = { ...baseline, horizonMinutes: DRILL_MINUTES, warmOnly, rows };
    const { logEvidence } = combine(deciding(judgeGates(evidence, judge)), DRILL_MINUTES);
    return Math.max(...logEvidence) >= Math.log(1 / judge.falseAlarmRate);
  };
  const least = firstOf(DRILL_WEIGHT, isStopped);
  return least > DRILL_WEIGHT ? undefined : least;
}

function pathsOf(baseline: Baseline, question: OutlookQuestion) {
  const { usual, slower } = usualMinute(baseline, question.warmOnly);
  const steps = expectedSteps(question.steps, usual.requests);
  const { minutes: scheduled, plannedMinutes } = scheduleOf(steps, question.extendMinutes);
  const last = scheduled.at(-1)?.weight ?? 0;
  const limit = Math.log(1 / question.judge.missRate);
  // Labels are left out, as by `plan`: they come when users send them.
  const judged = { ...question.judge.gates, accuracy: false as const };
  const gatesIn = (length: number): readonly JudgedGate[] => {
    const evidence: Evidence = {
      ...baseline,
      horizonMinutes: plannedMinutes,
      warmOnly: question.warmOnly,
      rows: Array.from({ length }, (_, index) =>
        expectedMinute(index, (scheduled[index]?.weight ?? last) / 100, usual, baseline, slower),
      ),
    };
    return deciding(judgeGates(evidence, { gates: judged }));
  };
  // Decided beforehand, by the first minute's weight.
  const notAsked = () =>
    scheduled.length === 0
      ? []
      : gatesIn(1).flatMap(({ counters }) => counters.flatMap((counter) => counter.notAsked ?? []));
  const chancesIn = (length: number): readonly GateChances[] =>
    gatesIn(length).map(({ gate, counters }) => {
      const proofs = counters.flatMap(({ logNonInferiority }) => (logNonInferiority ? [logNonInferiority] : []));
      const chance = (_: unknown, index: number) =>
        proofs.reduce((all, proof) => all * chanceOf(proof[index] ?? 0, limit), proofs.length === 0 ? 0 : 1);
      return { gate, chances: Array.from({ length }, chance) };
    });
  return { usual, steps, within: scheduled.length, chancesIn, notAsked };
}

/** Per minute, the chance that a good green's proof of this gate is there. */
interface GateChances {
  readonly gate: GateName;
  readonly chances: readonly number[];
}

function chanceAt(gates: readonly GateChances[], minute: number, without?: GateName): number {
  const of = gates.filter(({ gate }) => gate !== without).map(({ chances }) => chances[minute - 1] ?? 0);
  return of.reduce((all, one) => all * one, of.length === 0 ? 0 : 1);
}

interface Reached {
  readonly within: number;
  readonly soonest: (chance: number, without?: GateName) => number | undefined;
  readonly furthest: GateName | undefined;
  readonly several: boolean;
}

/** What `plan` would suggest, as settings that can be written down. */
function adviceOf(steps: readonly StrategyStep[], { within, soonest, furthest, several }: Reached): readonly string[] {
  const needed = soonest(GOOD_CHANCE);
  const bake = BAKES.find((minutes) => needed !== undefined && minutes >= needed);
  const last = steps.at(-1);
  const longer =
    bake === undefined || last === undefined || bake <= within
      ? []
      : [{ steps: [...steps.slice(0, -1), { ...last, bakeMinutes: bake }] }];
  const alone = furthest === undefined || !several ? undefined : soonest(GOOD_CHANCE, furthest);
  const custom = furthest?.startsWith('custom:');
  return [
    ...longer.map(
      (strategy) => `strategy ${JSON.stringify(strategy)} (${strategyInWords(strategy)}) gives nine of ten their proof`,
    ),
    ...(alone !== undefined && furthest !== undefined
      ? [
          `without the gate ${furthest}, with ` +
            `${custom === true ? `mode "observe" in gates.custom` : `gates.${furthest} { "mode": "observe" }`}, ` +
            `nine of ten have it after ${alone} min`,
        ]
      : []),
    'onInsufficientEvidence { "then": "hold" }: the canary stops disasters, and a person decides',
    'strategy "AllAtOnce" with a good goldenSet, where no canary is worth its wait',
  ];
}

/**
 * The first minute, or weight, from 1 to `length` at which something holds that then goes on to hold; one more than
 * `length` for none.
 */
function firstOf(length: number, holds: (minute: number) => boolean): number {
  let [low, high] = [0, length + 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const normalBelow = (score: number): number => normalCdf(score, 0, 1);

/** The mean of two alternatives begins with ln 2 less, for the path and for the limit alike. */
function chanceOf(nats: number, limit: number): number {
  const [drift, far] = [nats + Math.LN2, limit + Math.LN2];
  const spread = Math.sqrt(2 * drift);
  return Math.min(1, normalBelow((drift - far) / spread) + Math.exp(far) * normalBelow((-drift - far) / spread));
}

function expectedMinute(
  index: number,
  weight: number,
  usual: BlueMinute,
  { thresholds }: Baseline,
  slower: ShareBeyond,
): Evidence['rows'][number] {
  const side = (share: number, slow: readonly number[], verySlow: readonly number[]): SideCounts => ({
    ...{ invocations: usual.requests * share, errors: usual.errors * share, modelErrors: 0, nonFiniteOutputs: 0 },
    ...{ throttles: usual.throttles * share, durations: usual.durations * share },
    slow: slow.map((ms) => usual.durations * share * slower(ms)),
    verySlow: verySlow.map((ms) => usual.durations * share * slower(ms)),
    classes: usual.classes.map((count) => count * share),
    custom: usual.custom.map(({ events, requests }) => ({ events: events * share, requests: requests * share })),
    counted: eachCounted(usual.counted, ({ events, requests }) => ({
      events: events * share,
      requests: requests * share,
    })),
  });
  const ofBlue = thresholds.map(({ blueMs }) => blueMs);
  return {
    minute: isoTime(index * MINUTE_MS),
    weight,
    blue: side(1 - weight, ofBlue, ofBlue),
    green: side(
      weight,
      thresholds.map(({ greenToleratedMs }) => greenToleratedMs),
      thresholds.map((one) => (isProven(one) ? one.greenHarmfulMs : one.greenToleratedMs)),
    ),
  };
}
