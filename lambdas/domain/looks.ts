import { floorMinute, isoTime, MINUTE_MS, SETTLE_MS, settledUntil } from './minutes';
import { plannedMinutes, type StrategyStep } from './strategy';

/**
 * When the judge looks at green's numbers. What is wrong from the start shows in the first hour, so that is looked at
 * minute by minute; then looks get rarer, because each one is written to the execution's history, which ends at 25,000
 * events: of one look a minute after 46 hours. The age is that of the weight, since a new weight is a new risk.
 */
const RHYTHM = [
  { untilMinute: 60, everyMinutes: 1 },
  { untilMinute: 6 * 60, everyMinutes: 5 },
  { untilMinute: Infinity, everyMinutes: 15 },
] as const;

/** `after-proof`: of a quiet endpoint's canary whose green a replay has proven. */
export type Rhythm = 'usual' | 'after-proof';

/**
 * After a proof what is wrong from the start is known but for what live traffic alone shows, and that shows in minutes.
 * From the fifth on a look comes when green's time has grown by 35 %: 7, 10, 14, 19, 26, 36, 49, 67, 91. These
 * fourteen, one chunk of replay and two looks at the watch make a rollout of 9 + 2 + 1 + 3 x 16 = 60 transitions.
 */
const EACH_MINUTE_UNTIL = 5;
const GROWN_BY_35_PERCENT = { of: 27, to: 20 } as const;
/**
 * With fewer requests a minute a look that comes minutes later meets few of them; with more the canary is over in five
 * minutes.
 */
const QUIET_PER_MINUTE = 100;

/** The rhythm of a canary, from its record. */
export function rhythmOf({ config, replay, canary }: BeforeWatch): Rhythm {
  // A user's alarm is read at looks alone.
  if ((config.settings.vetoAlarms ?? []).length > 0) return 'usual';
  const rows = canary?.baseline?.baseline ?? [];
  const requests = rows.reduce((sum, { blue }) => sum + blue.invocations, 0);
  return replay?.verdict === 'proven' && rows.length > 0 ? rhythmAfterProof(requests / rows.length) : 'usual';
}

export const rhythmAfterProof = (requestsPerMinute: number): Rhythm =>
  requestsPerMinute < QUIET_PER_MINUTE ? 'after-proof' : 'usual';

/**
 * The first look that sees more than `minutes` minutes: so many it sees. `end` is the stretch's length, at whose end
 * there is a look.
 */
export function nextLook(minutes: number, end: number, rhythm: Rhythm = 'usual'): number {
  // Who waits for late data after the end asks each minute, and gives up soon.
  if (minutes >= end) return minutes + 1;
  if (rhythm === 'after-proof' && minutes >= EACH_MINUTE_UNTIL) {
    let look = EACH_MINUTE_UNTIL;
    while (look <= minutes) look = Math.ceil((look * GROWN_BY_35_PERCENT.of) / GROWN_BY_35_PERCENT.to);
    return Math.min(end, look);
  }
  // The look before the last makes room for one after the promotion.
  if (end >= QUARTER_OF_AN_HOUR && minutes === end - 2) return end;
  const { everyMinutes } = RHYTHM.find(({ untilMinute }) => minutes < untilMinute) ?? RHYTHM[2];
  return Math.min(end, (Math.floor(minutes / everyMinutes) + 1) * everyMinutes);
}
const QUARTER_OF_AN_HOUR = 15;

/** The look that is the first to see the minute `minute` (1 for the first): so many minutes it sees. */
export const lookThatSees = (minute: number, end: number, rhythm?: Rhythm): number => {
  let seen = 0;
  while (seen < minute) seen = nextLook(seen, end, rhythm);
  return seen;
};

/** Looks at the minutes of a stretch of `end`: those that see more than `from` minutes, and at most `minutes`. */
export function looksIn(minutes: number, end = minutes, from = 0, rhythm?: Rhythm): number {
  let looks = 0;
  for (let seen = nextLook(from, end, rhythm); seen <= minutes; seen = nextLook(seen, end, rhythm)) looks += 1;
  return looks;
}

/**
 * Looks begin 5 to 45 seconds after the minute: not in the clock's own boundary, and a third of a minute before the
 * next.
 */
const FIRST_SECOND = 5;
const SECONDS = 41;

/**
 * An account has 15 control-plane calls a second for all its functions. Endpoints that are looked at in different
 * seconds of the minute do not meet; FNV-1a spreads their names, and the same name gives the same second in every step.
 */
export function lookSecond(endpoint: string): number {
  let hash = 0x811c9dc5;
  for (const char of endpoint) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return FIRST_SECOND + (hash % SECONDS);
}

/** Seconds from `now` until `minutes` minutes after `from` are settled and the endpoint is looked at, at least 1. */
export function secondsUntilSettled(now: number, from: number, minutes: number, endpoint: string): number {
  const at = from + minutes * MINUTE_MS + SETTLE_MS + lookSecond(endpoint) * 1000;
  return Math.max(1, Math.ceil((at - now) / 1000));
}

/** A stretch of minutes at one weight. */
export interface Stretch {
  /** Its first minute, ms since 1970. */
  readonly from: number;
  readonly minutes: number;
  readonly rhythm?: Rhythm;
  /**
   * Looks before its first minute has settled, by how many of its minutes have: -1 a minute before that one ends.
   * @default none
   */
  readonly early?: readonly number[];
}

/**
 * When a weight is changed, the last two minutes of the one before have not settled. They do while the first minute of
 * the new one runs, one at a time, and a green that failed in them has more users now. The third is that of the shift,
 * which belongs to neither weight.
 */
const AFTER_A_SHIFT: readonly number[] = [-2, -1];

/** The early looks at a canary's newest weight. */
export const earlyInCanary = (canary: { readonly windows: readonly unknown[] }): readonly number[] =>
  canary.windows.length > 1 ? AFTER_A_SHIFT : [];

/** Minutes of a stretch that have settled; below zero before its first has begun to. */
const settledOf = (from: number, now: number): number => (settledUntil(now) - floorMinute(from)) / MINUTE_MS;

/** Seconds from `now` until the next look at a stretch, at least 1. */
export function secondsUntilNextLook(
  now: number,
  { from, minutes, rhythm, early = [] }: Stretch,
  endpoint: string,
): number {
  const seen = settledOf(from, now);
  const next = early.find((one) => one > seen) ?? nextLook(Math.max(0, seen), minutes, rhythm);
  return secondsUntilSettled(now, from, next, endpoint);
}

/** Blue's minutes before the canary. */
interface BlueBefore {
  readonly baseline?: readonly { readonly blue: { readonly invocations: number } }[] | undefined;
}

interface Window {
  readonly from: string;
  readonly until?: string | undefined;
}

/** What tells how many transitions a rollout had until its promotion. */
export interface BeforeWatch {
  readonly config: { readonly settings: { readonly vetoAlarms?: readonly string[] | undefined } };
  /** When green got each of its weights; none where it was promoted at once. */
  readonly canary?: { readonly windows: readonly Window[]; readonly baseline?: BlueBefore | undefined } | undefined;
  /** What both versions can be asked; none where nothing can. */
  readonly control?: number | undefined;
  readonly replay?: { readonly chunks: number; readonly verdict?: string | undefined } | undefined;
}

/**
 * Looks of a watch before its first minute has settled. The first two see the canary's last minutes settle, and both
 * versions are asked at them and at the third: an outage that they share for two minutes and more meets one. A rollout
 * of a quarter of an hour has 60 transitions at most: three for each look, two for each chunk of a replay, one for each
 * weight, and nine. A canary of that length, or one that comes after a replay's proof, may leave room for fewer: at
 * least one sees all of its minutes.
 *
 * @param from start of the watch, ms since 1970
 * @returns as `Stretch.early`
 */
export function earlyLooks(from: number, before: BeforeWatch, watchMinutes: number): readonly number[] {
  const { canary, control, replay } = before;
  const rhythm = rhythmOf(before);
  const windows = canary?.windows ?? [];
  const promoted = isoTime(from - MINUTE_MS);
  // Each weight's last minute settles before the next one begins.
  const baked = windows.map(({ from: since, until = promoted }) =>
    Math.max(0, (Date.parse(until) - Date.parse(since) - SETTLE_MS) / MINUTE_MS),
  );
  const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
  const looks = sum(baked.map((minutes) => looksIn(minutes, undefined, 0, rhythm))) + looksIn(watchMinutes);
  const shifts = Math.max(0, windows.length - 1);
  const transitions = 9 + windows.length + 3 * (looks + AFTER_A_SHIFT.length * shifts) + 2 * (replay?.chunks ?? 0);
  const isLonger = sum(baked) > QUARTER_OF_AN_HOUR && rhythm === 'usual';
  const room = isLonger ? Infinity : (MOST_TRANSITIONS - transitions) / 3;
  const reads = windows.length === 0 ? [] : AFTER_A_SHIFT;
  const all = control === undefined ? reads : [...new Set([...reads, ...BOTH_ARE_ASKED])];
  const fewer = [all, all.slice(-BOTH_ARE_ASKED.length)].find(({ length }) => length <= room);
  return fewer ?? reads.slice(-1);
}
/** No two minutes pass between them and the look that sees the first minute. */
const BOTH_ARE_ASKED = [-1, 0];
const MOST_EARLY = new Set([...AFTER_A_SHIFT, ...BOTH_ARE_ASKED]).size;
const MOST_TRANSITIONS = 60;

/** Those of the early looks at a stretch that there were until `now`. */
export const earlyUntil = (now: number, from: number, early: readonly number[]): readonly number[] =>
  early.filter((one) => one <= settledOf(from, now));

/** CloudWatch may be late or unreachable for a while; longer than this after the last minute no answer is expected. */
export const METRICS_PATIENCE_MS = 15 * MINUTE_MS;

/** Events that Step Functions keeps of one execution; then it ends as States.Runtime, which nothing catches. */
export const HISTORY_EVENTS = 25_000;
/** For retries, of three events each (failed, scheduled, started): 1,600 of them, or one of every look of a week. */
export const RESERVED_EVENTS = 5_000;

/** Wait 2, task 5 (entered, scheduled, started, succeeded, exited), choice 2. */
const EVENTS_OF_A_LOOK = 9;
const EVENTS_OF_A_SHIFT = 5;
/** Start and end 2, seven other tasks 35, six choices 12, the end state 2; rounded up. */
const OTHER_EVENTS = 60;

export interface PlannedLooks {
  readonly steps: readonly StrategyStep[];
  /** Minutes that the last bake may last longer, all reasons together. */
  readonly extendMinutes: number;
  readonly watchMinutes: number;
}

/** Events in the history of the longest rollout of this plan, without retries. */
export function historyEvents({ steps, extendMinutes, watchMinutes }: PlannedLooks): number {
  const bakes = steps.map(({ bakeMinutes }) => looksIn(bakeMinutes));
  const last = steps.at(-1)?.bakeMinutes ?? 0;
  const whole = last + extendMinutes;
  const extension = steps.length === 0 ? 0 : looksIn(whole, whole, last);
  const watch = watchMinutes === 0 ? 0 : MOST_EARLY + looksIn(watchMinutes);
  const shifts = Math.max(0, steps.length - 1);
  const looks = bakes.reduce((sum, one) => sum + one, 0) + AFTER_A_SHIFT.length * shifts + extension + watch;
  return OTHER_EVENTS + steps.length * EVENTS_OF_A_SHIFT + looks * EVENTS_OF_A_LOOK;
}

/** Why an execution of this plan would not live to its end; undefined where it does. */
export function tooManyEvents(planned: PlannedLooks): string | undefined {
  const events = historyEvents(planned);
  const most = HISTORY_EVENTS - RESERVED_EVENTS;
  if (events <= most) return undefined;
  const { steps, extendMinutes, watchMinutes } = planned;
  return (
    `${steps.length} steps of ${plannedMinutes(steps)} min in all, ${extendMinutes} min of extension and ` +
    `${watchMinutes} min of watch write ${events} events to the execution's history; Step Functions ends an ` +
    `execution at ${HISTORY_EVENTS}, of which ${RESERVED_EVENTS} are kept for retries, so at most ${most}: take ` +
    'fewer steps or shorter bakes'
  );
}
