import {
  AFTER_A_SHIFT,
  BOTH_ARE_ASKED,
  looksIn,
  type Pace,
  type Rhythm,
  rhythmAfterProof,
  type Stretch,
} from './looks';
import { isoTime, MINUTE_MS, SETTLE_MS } from './minutes';
import { plannedMinutes, type StrategyStep, type TrafficWindow } from './strategy';

/**
 * The stretches of a rollout and the looks at each. A rollout of a quarter of an hour has 60 transitions at most, with
 * a watch of one minute. What does not fit in is left out in this order: of the two looks after a shift the one that
 * sees a minute less; every other minute of the evidence, the latest first; the look after a shift, the smallest weight
 * first. The end of each weight and what was last seen of the canary are always looked at.
 */
const MOST_TRANSITIONS = 60;
const QUARTER_OF_AN_HOUR = 15;

/** Blue's minutes before the canary. */
interface WithBaseline {
  readonly baseline?: readonly { readonly blue: { readonly invocations: number } }[] | undefined;
}

/** What tells which looks a rollout has, from its record. */
export interface Looked {
  readonly config: { readonly settings: { readonly vetoAlarms?: readonly string[] | undefined } };
  readonly plan: { readonly steps: readonly StrategyStep[] };
  /** When green got each of its weights; none where it was promoted at once. */
  readonly canary?:
    { readonly windows: readonly TrafficWindow[]; readonly baseline?: WithBaseline | undefined } | undefined;
  /** What both versions can be asked; none where nothing can. */
  readonly control?: number | undefined;
  readonly replay?: { readonly chunks: number; readonly verdict?: string | undefined } | undefined;
}

/** Of a rollout without approval: three each look, two each chunk of a replay, one each weight, and nine. */
export const transitionsOf = (of: { readonly weights: number; readonly looks: number; readonly chunks: number }) =>
  9 + of.weights + 3 * of.looks + 2 * of.chunks;

export function rhythmOf({ config, replay, canary }: Looked): Rhythm {
  // A user's alarm is read at looks alone.
  if ((config.settings.vetoAlarms ?? []).length > 0) return 'usual';
  const rows = canary?.baseline?.baseline ?? [];
  const requests = rows.reduce((sum, { blue }) => sum + blue.invocations, 0);
  return replay?.verdict === 'proven' && rows.length > 0 ? rhythmAfterProof(requests / rows.length) : 'usual';
}

interface Fitting {
  /** Looks after each shift, and of how many, the last ones. */
  readonly afterAShift: readonly number[];
  readonly shifts: number;
  /** Minutes of the canary's evidence, of all weights together, that are looked at one by one. */
  readonly oneByOne: number;
}

/** The looks of a plan that fit in. A step that may end early is taken to last as long as is worst. */
function fitting({ plan: { steps }, replay }: Looked): Fitting {
  const shifts = Math.max(0, steps.length - 1);
  const mayEndEarly = steps.some(({ until }) => until !== undefined);
  const planned = plannedMinutes(steps);
  const isLonger = planned > QUARTER_OF_AN_HOUR;
  const afterAShift = isLonger ? AFTER_A_SHIFT : AFTER_A_SHIFT.slice(-1);
  if (isLonger && !mayEndEarly) return { afterAShift, shifts, oneByOne: Infinity };
  // After the promotion the watch has its minute, and one look sees the canary's last.
  const rest = transitionsOf({ weights: steps.length, looks: 2, chunks: replay?.chunks ?? 0 });
  const room = Math.floor((MOST_TRANSITIONS - rest) / 3);
  const minutes = Math.min(planned, QUARTER_OF_AN_HOUR);
  const ends = steps.filter(({ bakeMinutes }) => bakeMinutes <= minutes).length + (isLonger ? 1 : 0);
  // Of n minutes every other one, and the end of each weight, are (n + ends) / 2 looks at most.
  const oneByOneWith = (looks: number) => (looks >= minutes ? Infinity : 2 * looks - minutes - ends + 1);
  const kept = Array.from({ length: shifts }, (_, given) => shifts - given).find(
    (some) => oneByOneWith(room - some * afterAShift.length) >= 0,
  );
  return { afterAShift, shifts: kept ?? 0, oneByOne: oneByOneWith(room - (kept ?? 0) * afterAShift.length) };
}

/** Minutes of each weight that a look saw before the next began: its last ones settle later. `now` ends the last. */
const minutesSeen = (windows: readonly TrafficWindow[], now: number): readonly number[] =>
  windows.map(({ from, until = isoTime(now) }) =>
    Math.max(0, (Date.parse(until) - Date.parse(from) - SETTLE_MS) / MINUTE_MS),
  );

const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);

/** @param weight which of the canary's, from 0. @default the newest */
export function paceOf(of: Looked, weight = (of.canary?.windows.length ?? 0) - 1): Pace {
  const before = sum(minutesSeen(of.canary?.windows.slice(0, Math.max(0, weight)) ?? [], 0));
  const rarer = { from: fitting(of).oneByOne - before, until: QUARTER_OF_AN_HOUR - before };
  return { rhythm: rhythmOf(of), rarer };
}

/** The early looks at a canary's weight, as `Stretch.early`. */
export function earlyInCanary(of: Looked, weight = (of.canary?.windows.length ?? 0) - 1): readonly number[] {
  const { afterAShift, shifts } = fitting(of);
  return weight > 0 && weight >= of.plan.steps.length - shifts ? afterAShift : [];
}

/** The canary's newest weight, of `minutes` minutes. */
export const canaryStretch = (of: Looked, minutes: number, pace = paceOf(of)): Stretch => ({
  ...pace,
  from: Date.parse(of.canary?.windows.at(-1)?.from ?? isoTime(0)),
  minutes,
  early: earlyInCanary(of),
});

/** @param minutes of the watch; those that it was planned for are in `watch` */
export const watchStretch = (
  of: Looked,
  watch: { readonly from: string; readonly minutes?: number | undefined; readonly heldMinutes?: number | undefined },
  minutes: number,
): Stretch => {
  const from = Date.parse(watch.from);
  // One that begins again waits for its first minute.
  return {
    from,
    minutes,
    early: watch.heldMinutes === undefined ? earlyLooks(from, of, watch.minutes ?? minutes) : [],
  };
};

/**
 * Looks of a watch before its first minute has settled. The first two see the canary's last minutes settle, and both
 * versions are asked at them and at the third: an outage that they share for two minutes and more meets one. Where they
 * do not fit in, one sees all of the canary's minutes.
 *
 * @param from start of the watch, ms since 1970
 * @returns as `Stretch.early`
 */
export function earlyLooks(from: number, before: Looked, watchMinutes: number): readonly number[] {
  const { canary, control, replay } = before;
  const windows = canary?.windows ?? [];
  const seen = minutesSeen(windows, from - MINUTE_MS);
  const inCanary = seen.map(
    (minutes, weight) => looksIn(minutes, undefined, 0, paceOf(before, weight)) + earlyInCanary(before, weight).length,
  );
  const looks = sum(inCanary) + looksIn(watchMinutes);
  const transitions = transitionsOf({ weights: windows.length, looks, chunks: replay?.chunks ?? 0 });
  const isLonger = sum(seen) > QUARTER_OF_AN_HOUR && rhythmOf(before) === 'usual';
  const room = isLonger ? Infinity : (MOST_TRANSITIONS - transitions) / 3;
  const reads = windows.length === 0 ? [] : AFTER_A_SHIFT;
  const all = control === undefined ? reads : [...new Set([...reads, ...BOTH_ARE_ASKED])];
  const fewer = [all, all.slice(-BOTH_ARE_ASKED.length)].find(({ length }) => length <= room);
  return fewer ?? reads.slice(-1);
}
