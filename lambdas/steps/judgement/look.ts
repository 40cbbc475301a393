import type { RolloutState } from '../../contract/rollout-state';
import { soundEvidence } from '../../contract/kept-evidence';
import { isoTime, MINUTE_MS, SETTLE_MS, settledUntil, firstWholeMinute, floorMinute } from '../../domain/minutes';
import { heldMinutes } from '../../domain/judge/held-minutes';
import { judge } from '../../domain/judge/judge';
import { totalFailureExcluded } from '../../domain/judge/verdict';
import type { Evidence, LeftOutMinute, Baseline, EvidenceMinute } from '../../domain/evidence';
import type { Judgement } from '../../domain/judge/judgement';
import { expectedShift } from '../../domain/prediction-shift';
import { minimumMinutes, plannedMinutes } from '../../domain/strategy';
import type { IncompleteMinute } from '../../adapters/cloudwatch/minutes';
import type { Adapters } from '../../adapters/adapters';
import { fixedHour, hasGone, labelsCounted, readBaseline, usableMinutes } from './read-baseline';
import { judgeSettings } from './kept-judgement';
import { timesWarmAlone } from '../../domain/gates/latency';
import { shareOf } from '../../domain/numbers';
import { isFarBeyond, OUTAGE_POINTS } from '../../domain/statistics/usual';
import type { Gate } from '../../domain/gates/gate';
import { decides, gatesOf } from '../../domain/gates/gates';
import { blueShare, watchMinutesOf } from '../rollout/progress';

export type CanaryState = NonNullable<RolloutState['canary']>;

export interface CanaryLook {
  readonly evidence: Evidence;
  readonly judgement: Judgement;
  readonly queries: readonly unknown[];
  readonly leftOut: readonly IncompleteMinute[];
  /** That a total failure is excluded, in words; undefined where it is not, or the weight does not end on that. */
  readonly works: string | undefined;
  /** No settled minute still waits for late data. */
  readonly nothingOutstanding: boolean;
  /** Minutes that prove nothing of green, because blue itself was far outside its own hour. */
  readonly held: readonly LeftOutMinute[];
  /** The last of them, where it is the last minute that was judged: blue is so now. */
  readonly holds: LeftOutMinute | undefined;
  /** The canary with what this look has fixed: the baseline, the minutes left out. */
  readonly canary: CanaryState;
}

/** Reads every settled minute of the canary and judges all afresh. `mayPass`: whether a `pass` would be acted upon. */
export async function lookAtCanary(
  ports: Pick<Adapters, 'clock' | 'evidence' | 'liveModels'>,
  state: RolloutState,
  canary: CanaryState,
  green: string,
  mayPass: boolean,
): Promise<CanaryLook | 'unavailable'> {
  const now = ports.clock.now();
  const first = canary.windows[0]?.from ?? isoTime(now);
  const known = fixedHour(canary);
  const fixed = known ? { baseline: known, queries: [] } : await readBaseline(ports, state, Date.parse(first));
  // An hour that green's verification has seen is not empty now: fixed like that, it would prove nothing of any green.
  if (fixed === 'unavailable' || hasGone(fixed.baseline, state)) return 'unavailable';
  const { baseline } = fixed;
  const settled = settledUntil(now);
  const windows = canary.windows
    .map((window) => ({
      ...window,
      until: isoTime(Math.min(settled, window.until ? Date.parse(window.until) : Infinity)),
    }))
    .filter((window) => window.from < window.until);
  const reading = await ports.evidence.fetchMinutes({
    config: state.config,
    blue: state.blue.version,
    green,
    thresholds: baseline.thresholds,
    measures: baseline.measures ?? [],
    mayPass,
    labels: labelsCounted(state, baseline, Date.parse(first)),
    windows,
    blueMinutesEarlier: 0,
  });
  if (reading === 'unavailable') return 'unavailable';
  const usable = usableMinutes(reading, canary.leftOut, now);
  const seen = soundEvidence({
    ...baseline,
    horizonMinutes: horizon(state),
    rows: usable.minutes,
    warmOnly: timesWarmAlone(state.config.builtIn, state.config.settings.gates.latency),
    expectedShift: expectedShift(
      state.verification?.predictionShift,
      baseline,
      state.config.settings.approval.mode === 'before-promote',
    ),
    leftOut: usable.leftOut,
    ...(state.replay?.verdict === 'unproven' && { replayed: state.replay.evidence }),
  });
  const held = heldMinutes(seen, state.config.settings.gates);
  const last = held.at(-1);
  const holds = last?.minute === seen.rows.at(-1)?.minute ? last : undefined;
  const evidence: Evidence = held.length === 0 ? seen : { ...seen, held };
  return {
    evidence,
    judgement: judge(evidence, judgeSettings(state.config.settings, minimumMinutes(state.plan.steps))),
    works:
      state.plan.steps[canary.step]?.until === 'works'
        ? totalFailureExcluded(evidence, state.config.settings.missRate)
        : undefined,
    queries: [...fixed.queries, ...reading.queries],
    leftOut: usable.leftOut,
    nothingOutstanding: usable.waiting === 0,
    held,
    holds,
    canary: {
      ...canary,
      baseline,
      leftOut: [...usable.leftOut],
      ...(held.length > 0 && { held: [...held], holds: holds !== undefined }),
    },
  };
}

/** Minutes that the strategy gives: its bakes, and after each fixed one the time until its last minute has settled. */
const horizon = ({ plan: { steps } }: RolloutState): number =>
  plannedMinutes(steps) +
  steps.slice(0, -1).filter(({ until }) => until === undefined).length * (SETTLE_MS / MINUTE_MS);

type Watch = NonNullable<RolloutState['watch']>;

export interface LiveLook {
  readonly evidence: Evidence;
  readonly baseline: Baseline;
  readonly judgement: Judgement;
  readonly queries: readonly unknown[];
  readonly leftOut: readonly IncompleteMinute[];
  /** What CloudWatch has not told of the minutes that have settled; undefined where it told all that a judge needs. */
  readonly missing: string | undefined;
  /** Minutes whose numbers are not waited for any more. */
  readonly lost: number;
  /** Blue was never in service for a whole minute: there is nothing to compare green with. */
  readonly nothingToCompare: boolean;
}

/** Green alone, after promotion: each of its minutes beside one of blue's last minutes with all traffic. */
export async function lookAtLive(
  { clock, evidence, liveModels }: Pick<Adapters, 'clock' | 'evidence' | 'liveModels'>,
  state: RolloutState,
  watch: Watch,
  green: string,
): Promise<LiveLook | 'unavailable'> {
  const { settings } = state.config;
  const watchMinutes = watchMinutesOf(state);
  const from = Date.parse(watch.from);
  const blue = await blueAlone(liveModels, state);
  const earlier = (from - blue.until) / MINUTE_MS + watchMinutes;
  const known = fixedHour(watch) ?? state.canary?.baseline;
  const fixed = known
    ? { baseline: known, queries: [] }
    : await readBaseline({ evidence, liveModels }, state, from - earlier * MINUTE_MS);
  if (fixed === 'unavailable') return fixed;
  const { baseline } = fixed;
  const until = Math.min(settledUntil(clock.now()), from + watchMinutes * MINUTE_MS);
  const nothingToCompare = blue.until <= blue.since;
  const reading = await evidence.fetchMinutes({
    config: state.config,
    // Green's own numbers stand in for blue's where blue has none, so that the minutes are whole; they are taken out
    // again below.
    blue: nothingToCompare ? green : state.blue.version,
    green,
    thresholds: baseline.thresholds,
    measures: baseline.measures ?? [],
    // The watch acts on `fail` alone.
    mayPass: false,
    labels: labelsCounted(state, baseline, Date.parse(state.canary?.windows[0]?.from ?? watch.from)),
    windows: until > from ? [{ from: watch.from, until: isoTime(until), weight: 50 }] : [],
    blueMinutesEarlier: nothingToCompare ? 0 : earlier,
    blueShared: state.canary?.windows.some((one) => Date.parse(one.from) < blue.until) === true,
  });
  if (reading === 'unavailable') return reading;
  const usable = usableMinutes(reading, [], clock.now());
  const seen = soundEvidence({
    ...baseline,
    horizonMinutes: watchMinutes,
    oneAfterTheOther: true,
    ...(state.canary && { blueShares: usable.minutes.map(({ minute }) => blueShare(state, minute, earlier)) }),
    rows: nothingToCompare ? usable.minutes.map(withoutBlue) : usable.minutes,
    warmOnly: timesWarmAlone(state.config.builtIn, state.config.settings.gates.latency),
    expectedShift: expectedShift(
      state.verification?.predictionShift,
      baseline,
      settings.approval.mode === 'before-promote',
    ),
    leftOut: usable.leftOut,
  });
  const judgement = judge(seen, judgeSettings(settings, watchMinutes));
  const blueAnswered = seen.rows.some(({ blue }) => blue.invocations > 0);
  const lacks =
    `version ${state.blue.version} ` +
    `${nothingToCompare ? 'had not been in service for a whole minute' : 'had no request in the minutes'} before`;
  return {
    evidence: seen,
    baseline,
    judgement: blueAnswered || !decides(settings.gates, 'errors') ? judgement : failingPlainly(judgement, seen, lacks),
    leftOut: usable.leftOut,
    queries: [...fixed.queries, ...reading.queries],
    missing: missingIn(seen, gatesOf(settings.gates), usable.waiting, isoTime(blue.since + earlier * MINUTE_MS)),
    lost: usable.waiting > 0 ? 0 : usable.leftOut.length,
    nothingToCompare,
  };
}

const withoutBlue = (minute: EvidenceMinute): EvidenceMinute => {
  const { slow, verySlow, classes, custom, ...counts } = minute.green;
  const none = (all: readonly unknown[]) => all.map(() => 0);
  const blue = {
    ...counts,
    ...{ invocations: 0, errors: 0, modelErrors: 0, nonFiniteOutputs: 0, throttles: 0, durations: 0 },
    ...{ slow: none(slow), verySlow: none(verySlow), classes: none(classes) },
    custom: custom.map(() => ({ events: 0, requests: 0 })),
    ...(counts.counted && { counted: {} }),
    ...(counts.labelled && { labelled: { events: 0, requests: 0 } }),
  };
  return { ...minute, blue };
};

/**
 * Without blue's numbers no comparison can fail green, and a green of which far more than a tenth of the requests fail
 * would stay: that much is no version's usual rate, and Chernoff's bound says that it is not luck either.
 */
function failingPlainly(judgement: Judgement, { rows }: Evidence, lacks: string): Judgement {
  const sum = (of: (minute: EvidenceMinute) => number) => rows.reduce((total, minute) => total + of(minute), 0);
  const failed = { events: sum(({ green }) => green.errors), requests: sum(({ green }) => green.invocations) };
  if (!isFarBeyond(failed, OUTAGE_POINTS)) return judgement;
  const share = shareOf(failed.events, failed.requests, 'green requests');
  const reason =
    `errors: ${share} failed, far more than the ${100 * OUTAGE_POINTS} % that any version is allowed; ${lacks}, so ` +
    'there is nothing to compare with';
  return { ...judgement, verdict: 'fail', gate: 'errors', reason };
}

interface Span {
  /** Whole minutes, milliseconds since 1970; the end is exclusive. */
  readonly since: number;
  readonly until: number;
}

/**
 * When blue was last in service for as long as the watch takes, or else its longest time: it may have come back a
 * moment before the promotion, and the minutes before that are another version's. The minute of a switch belongs to
 * neither.
 */
async function blueAlone(liveModels: Adapters['liveModels'], state: RolloutState): Promise<Span> {
  const watchMinutes = watchMinutesOf(state);
  const promoted = floorMinute(Date.parse(state.weights.at(-1)?.at ?? state.startedAt));
  const spans = (await liveModels.livePeriods(state.endpoint))
    .filter(({ version }) => version === state.blue.version)
    .map(({ since, until }) => ({
      since: firstWholeMinute(Date.parse(since)),
      until: until === undefined ? promoted : Math.min(promoted, floorMinute(Date.parse(until))),
    }));
  const length = ({ since, until }: Span) => (until - since) / MINUTE_MS;
  const longest = spans.toSorted((one, other) => length(other) - length(one))[0];
  // What was live before there was a history of it has been so for long.
  return spans.find((span) => length(span) >= watchMinutes) ?? longest ?? { since: 0, until: promoted };
}

/**
 * Numbers that are not there are no good numbers. Minutes that came in part count as silence, and so does a gate whose
 * counts are missing beside requests; one lost minute among many does not.
 */
function missingIn(
  evidence: Evidence,
  gates: readonly Gate[],
  waiting: number,
  comparableFrom: string,
): string | undefined {
  const { rows: minutes, leftOut = [] } = evidence;
  if (waiting > 0) return `${waiting} of the watch's minutes have no complete numbers yet`;
  // Those before blue's time have no numbers of blue's, and never will.
  const silent = leftOut.filter(({ minute }) => minute >= comparableFrom);
  if (silent.length > minutes.length)
    return `${silent.length} of the watch's minutes never had complete numbers: ${silent[0]?.why ?? ''}`;
  return gates.flatMap((gate) => (gate.mode === 'enforce' ? (gate.silence?.(evidence) ?? []) : []))[0];
}
