import type { CountedMeasure } from '../evidence';
import { BUILT_IN_MEASURES, measureNamed, NUMBER_QUANTILES } from '../measures/measures';
import { timesWarmAlone } from '../gates/latency';
import { STATES } from '../workflow';
import { askedCounts } from '../gates/gates';
import { isProven } from '../gates/latency-quantiles';
import { tellingQuantiles } from '../latency-thresholds';
import { earlyUntil, looksIn } from '../looks';
import { MINUTE_MS, SETTLE_MS } from '../minutes';
import { earlyInCanary, earlyLooks, paceOf } from '../stretches';
import { endsOnProof, minimumMinutes, minutesBaked, minutesOfStep, strategySteps } from '../strategy';
import type { CostedRollout, CostedState } from './costed-rollout';

/** Looks at the canary and at green after promotion, and the metrics that each asked CloudWatch for. */
export interface Looks {
  /** Weights that green had. */
  readonly shifts: number;
  readonly canary: number;
  readonly watch: number;
  /**
   * Those of the watch before its first minute had settled: they see the canary's last minutes, or ask both versions.
   */
  readonly early: number;
  /** Metrics requested by all of them, the baseline and the checks before the canary included. */
  readonly metrics: number;
}

/** Looks follow a fixed rhythm from the first minute that has settled: so their number is in the record's times. */
export function looksOf({ state, endedAt, startedAt }: CostedRollout): Looks {
  const windows = state?.canary?.windows ?? [];
  const end = Date.parse(endedAt ?? state?.timeline.at(-1)?.at ?? startedAt);
  const canaryEnd = state === undefined ? end : endOfCanary(state, end);
  const perWindow = windows.map(({ from, until }) =>
    minutesSettled(from, until === undefined ? canaryEnd : Date.parse(until)),
  );
  const sum = (all: readonly number[]) => all.reduce((total, looks) => total + looks, 0);
  const earlyAtWeight = windows.map(({ from, until }, index) => {
    const early = state === undefined ? [] : earlyInCanary(state, index);
    return earlyUntil(until === undefined ? canaryEnd : Date.parse(until), Date.parse(from), early).length;
  });
  const canary = state === undefined ? 0 : sum(perWindow.map(looksAtWeight(state))) + sum(earlyAtWeight);
  const watched = state?.watch === undefined ? 0 : minutesSettled(state.watch.from, end);
  const held = state === undefined ? 0 : looksHeld(state);
  const watch = held + looksIn(watched, Math.max(watched, state?.watch?.minutes ?? 0));
  const early = earlyInWatch(state, end);
  // The canary's last minutes are read as in the canary.
  const read = windows.length === 0 ? 0 : early.filter((settled) => settled < 0).length;
  const thorough = state === undefined ? 0 : looksThatMayPass(state, windows.length, perWindow.at(-1) ?? 0);
  const { looks: approved = 0 } = state?.canary?.approved ?? {};
  const asked = { canary: canary + approved + read, watch, thorough: thorough + approved };
  return {
    shifts: windows.length,
    canary: canary + approved,
    watch,
    early: early.length,
    metrics: state === undefined ? 0 : metricsRequested(state, asked),
  };
}

function earlyInWatch(state: CostedState | undefined, end: number): readonly number[] {
  if (state?.watch?.minutes === undefined) return [];
  const from = Date.parse(state.watch.from) - (state.watch.heldMinutes ?? 0) * MINUTE_MS;
  return earlyUntil(end, from, earlyLooks(from, state, state.watch.minutes));
}

/** A watch begins again in the minute after a look, and that look saw all but the last three minutes, one by one. */
function looksHeld({ watch, timeline }: CostedState): number {
  if (watch?.heldMinutes === undefined) return 0;
  const from = Date.parse(watch.from);
  const restarts = timeline.filter(({ state, at }) => state === STATES.judgeLive && Date.parse(at) < from).length;
  return watch.heldMinutes - (SETTLE_MS / MINUTE_MS + 1) * restarts;
}

/** States whose note comes after the canary. */
const AFTER_CANARY: readonly string[] = [STATES.promoteGreen, STATES.abortRollout, STATES.revertRollout];

/** The look that decided, or else what followed. Between the two a person may have been asked, for a day. */
function endOfCanary({ timeline, plan, canary, approval }: CostedState, end: number): number {
  const after = timeline.find(({ state }) => AFTER_CANARY.includes(state))?.at;
  const approvedAt = canary?.approved?.at;
  const judged = approvedAt === undefined ? timeline : timeline.filter(({ at }) => at < approvedAt);
  const look = Date.parse(judged.findLast(({ state }) => state === STATES.judgeCanary)?.at ?? '');
  const windows = canary?.windows ?? [];
  const from = Date.parse(windows.at(-1)?.from ?? '');
  const bake = (minutesOfStep(plan.steps, windows) + (canary?.extendedMinutes ?? 0)) * MINUTE_MS;
  if (approval !== undefined || look >= from + bake + SETTLE_MS) return look;
  return after === undefined ? end : Date.parse(after);
}

/** A look falls on the end of each bake, and on that of its extension. */
const looksAtWeight =
  (state: CostedState) =>
  (minutes: number, index: number): number => {
    const { plan, canary } = state;
    const pace = paceOf(state, index);
    const bake = minutesOfStep(plan.steps, canary?.windows.slice(0, index) ?? []);
    const extended = bake + (canary?.extendedMinutes ?? 0);
    return looksIn(Math.min(minutes, bake), bake, 0, pace) + looksIn(minutes, extended, bake, pace);
  };

const minutesSettled = (from: string, until: number): number =>
  Math.max(0, Math.floor((until - Date.parse(from) - SETTLE_MS) / MINUTE_MS));

/**
 * Looks that may end in a pass count green beyond harmful durations as well: at the end of the last bake, or wherever
 * proof ends it.
 */
function looksThatMayPass(state: CostedState, weights: number, minutes: number): number {
  const { plan, canary } = state;
  const pace = paceOf(state);
  if (canary === undefined || weights < plan.steps.length) return 0;
  const bake = minutesOfStep(plan.steps, canary.windows);
  const before = minutesBaked(canary.windows).reduce((sum, one) => sum + one, 0);
  const least = endsOnProof(plan.steps) ? Math.max(1, minimumMinutes(plan.steps) - before) : bake;
  const extended = bake + canary.extendedMinutes;
  const seen = Math.min(minutes, bake);
  const tooFew = Math.min(seen, least - 1);
  return looksIn(seen, bake, 0, pace) - looksIn(tooFew, bake, 0, pace) + looksIn(minutes, extended, bake, pace);
}

const metricsOf = (measures: readonly CountedMeasure[]): number => new Set(measures.map(({ metric }) => metric)).size;

/** Of a version at a look: each metric's values, and each range's share of them. */
function rangesAsked(measures: readonly CountedMeasure[]): number {
  const wholes = new Set(measures.flatMap(({ metric, whole }) => (whole === undefined ? [] : [metric]))).size;
  return (
    metricsOf(measures) +
    wholes +
    measures.reduce((sum, { blue }) => sum + blue.filter((range) => range !== null).length, 0)
  );
}

/** Once a rollout, where ranges are chosen. */
const quantilesAsked = (measures: readonly CountedMeasure[]): number =>
  measures.reduce((sum, { name, whole, blue }) => {
    if (whole !== undefined) return sum;
    if (name !== 'class') return sum + NUMBER_QUANTILES.length;
    return sum + (blue.some((range) => range !== null && range[0] !== range[1]) ? 99 : 0);
  }, 0);

/** The queries of the CloudWatch adapter, counted; test/cli/cost compares it with what the adapter asks. */
function metricsRequested(
  { config, plan, canary, watch, timeline, answers }: CostedState,
  looks: { readonly canary: number; readonly watch: number; readonly thorough: number },
): number {
  const { builtIn, settings } = config;
  const { latency, throttles, accuracy } = settings.gates;
  const warm = timesWarmAlone(builtIn, latency) ? 1 : 0;
  const ofThrottles = throttles === false ? 0 : 1;
  const own = askedCounts(settings.gates, builtIn);
  const ownMetrics = (everyLook: boolean) =>
    own.filter((one) => one.everyLook === everyLook).reduce((sum, { of }) => sum + (of === 'requests' ? 1 : 2), 0);
  const observed = ownMetrics(false);
  const counts = 3 + (builtIn ? 3 : 0) + warm + ownMetrics(true);
  // Whether blue has each measure at all; once a rollout, of classes and labels the greatest index.
  const names = builtIn && settings.gates.predictions !== false ? (answers?.measures ?? BUILT_IN_MEASURES) : [];
  const outline = counts + names.length;
  const greatest = names.filter((name) => measureNamed(name).kind !== 'number').length;
  const verified = timeline.some(({ state }) => state === STATES.verifyGreen);
  const preflight = verified && plan.steps.length > 0 && !plan.dryRun ? outline : 0;
  const baseline = canary?.baseline ?? watch?.baseline;
  if (baseline === undefined) return preflight;
  const limits = baseline.thresholds.length;
  const measures = builtIn ? (baseline.measures ?? []) : [];
  const classes = rangesAsked(measures);
  const quantiles = latency === false ? 0 : tellingQuantiles(baseline.baselineDurations).length;
  const { labels } = baseline;
  const ofLabels = accuracy && labels !== undefined && labels.green >= accuracy.minLabels ? 2 : 0;
  const side = counts + limits + classes + ofLabels;
  const harmful = baseline.thresholds.filter(isProven).length;
  // Labels are looked for with one metric; how many of them were wrong is asked only where they are enough.
  const lookedFor = labels === undefined ? 0 : Math.max(1, ofLabels);
  const reading =
    outline +
    greatest +
    ofThrottles +
    observed +
    quantiles +
    quantilesAsked(measures) +
    limits +
    lookedFor +
    classes -
    metricsOf(measures);
  const canaryLooks = looks.canary * (2 * side + ofThrottles) + looks.thorough * (harmful + 2 * observed);
  // What ends on proof was foreseen from all of blue's numbers, which show as well that they are there.
  const asked = plan.strategy === undefined ? plan.steps : strategySteps(plan.strategy);
  const before = preflight > 0 && endsOnProof(asked) ? reading : preflight;
  // Of green alone, on both sides, without what its answers say.
  const readAgain = (watch?.readAgain ?? 0) * (2 * (counts + limits) + ofThrottles);
  return before + reading + canaryLooks + readAgain + looks.watch * 2 * (side + ofThrottles);
}
