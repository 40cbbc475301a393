import { floorMinute, MINUTE_MS, SETTLE_MS, settledUntil } from './minutes';
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

export const rhythmAfterProof = (requestsPerMinute: number): Rhythm =>
  requestsPerMinute < QUIET_PER_MINUTE ? 'after-proof' : 'usual';

/** How often a stretch is looked at. */
export interface Pace {
  /** @default usual */
  readonly rhythm?: Rhythm;
  /**
   * When so many of its minutes have been seen, and until as many have, every other one is looked at, so that the last
   * is among them. @default none is left out
   */
  readonly rarer?: { readonly from: number; readonly until: number } | undefined;
}

/**
 * The first look that sees more than `minutes` minutes: so many it sees. `end` is the stretch's length, at whose end
 * there is a look.
 */
export function nextLook(minutes: number, end: number, { rhythm, rarer }: Pace = {}): number {
  // Who waits for late data after the end asks each minute, and gives up soon.
  if (minutes >= end) return minutes + 1;
  if (rhythm === 'after-proof' && minutes >= EACH_MINUTE_UNTIL) {
    let look = EACH_MINUTE_UNTIL;
    while (look <= minutes) look = Math.ceil((look * GROWN_BY_35_PERCENT.of) / GROWN_BY_35_PERCENT.to);
    return Math.min(end, look);
  }
  const { everyMinutes } = RHYTHM.find(({ untilMinute }) => minutes < untilMinute) ?? RHYTHM[2];
  const isRarer = rarer !== undefined && minutes >= rarer.from && minutes < rarer.until;
  const isLeftOut = isRarer && (Math.min(end, rarer.until) - minutes) % 2 === 0;
  return Math.min(end, isLeftOut ? minutes + 2 : (Math.floor(minutes / everyMinutes) + 1) * everyMinutes);
}

/** The look that is the first to see the minute `minute` (1 for the first): so many minutes it sees. */
export const lookThatSees = (minute: number, end: number, pace?: Pace): number => {
  let seen = 0;
  while (seen < minute) seen = nextLook(seen, end, pace);
  return seen;
};

/** Looks at the minutes of a stretch of `end`: those that see more than `from` minutes, and at most `minutes`. */
export function looksIn(minutes: number, end = minutes, from = 0, pace?: Pace): number {
  let looks = 0;
  for (let seen = nextLook(from, end, pace); seen <= minutes; seen = nextLook(seen, end, pace)) looks += 1;
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
export interface Stretch extends Pace {
  /** Its first minute, ms since 1970. */
  readonly from: number;
  readonly minutes: number;
  /**
   * Looks before its first minute has settled, by how many of its minutes have: -1 a minute before that one ends.
   * @default none
   */
  readonly early?: readonly number[];
}

/** Minutes of a stretch that have settled; below zero before its first has begun to. */
const settledOf = (from: number, now: number): number => (settledUntil(now) - floorMinute(from)) / MINUTE_MS;

/** Seconds from `now` until the next look at a stretch, at least 1. */
export function secondsUntilNextLook(now: number, stretch: Stretch, endpoint: string): number {
  const { from, minutes, early = [] } = stretch;
  const seen = settledOf(from, now);
  const next = early.find((one) => one > seen) ?? nextLook(Math.max(0, seen), minutes, stretch);
  return secondsUntilSettled(now, from, next, endpoint);
}

/** Those of the early looks at a stretch that there were until `now`. */
export const earlyUntil = (now: number, from: number, early: readonly number[]): readonly number[] =>
  early.filter((one) => one <= settledOf(from, now));

/**
 * When a weight is changed, the last two minutes of the one before have not settled. They do while the first minute of
 * the new one runs, one at a time, and a green that failed in them has more users now. The third is that of the shift,
 * which belongs to neither weight.
 */
export const AFTER_A_SHIFT: readonly number[] = [-2, -1];
/** After a promotion; no two minutes pass between them and the look that sees the first minute. */
export const BOTH_ARE_ASKED: readonly number[] = [-1, 0];
const MOST_EARLY = new Set([...AFTER_A_SHIFT, ...BOTH_ARE_ASKED]).size;

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
