import { floorMinute, isoTime, MINUTE_MS, SETTLE_MS, settledUntil } from './minutes';
import { plannedMinutes, type StrategyStep } from './strategy';
import type { Verdict } from './judge/judgement';
import type { Next } from './workflow';

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
 * From the fifth on a look comes when green's time has grown by 35 %: 7, 10, 14, 19, 26, 36, 49, 67, 91. Fifteen looks
 * are two hours, so that a rollout with one chunk of replay and one look at its watch has 9 + 2 + 1 + 3 x 16 = 60
 * transitions.
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
  const { everyMinutes } = RHYTHM.find(({ untilMinute }) => minutes < untilMinute) ?? RHYTHM[2];
  return Math.min(end, (Math.floor(minutes / everyMinutes) + 1) * everyMinutes);
}

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

/** Seconds from `now` until the next look at a stretch of `minutes` minutes that began at `from`, at least 1. */
export function secondsUntilNextLook(
  now: number,
  from: number,
  minutes: number,
  endpoint: string,
  rhythm?: Rhythm,
): number {
  const seen = Math.max(0, (settledUntil(now) - floorMinute(from)) / MINUTE_MS);
  return secondsUntilSettled(now, from, nextLook(seen, minutes, rhythm), endpoint);
}

/** Blue's minutes before the canary. */
interface BlueBefore {
  readonly baseline?: readonly { readonly blue: { readonly invocations: number } }[] | undefined;
}

/** What tells how many transitions a rollout had until its promotion. */
export interface BeforeWatch {
  readonly config: { readonly settings: { readonly vetoAlarms?: readonly string[] | undefined } };
  /** When green got each of its weights; none where it was promoted at once. */
  readonly canary?:
    { readonly windows: readonly { readonly from: string }[]; readonly baseline?: BlueBefore | undefined } | undefined;
  readonly replay?: { readonly chunks: number; readonly verdict?: string | undefined } | undefined;
}

/**
 * Looks of a watch before its first minute has settled: nothing can be read yet, but both versions can be asked. An
 * outage that they share for two minutes and more meets one. A rollout of a quarter of an hour has 60 transitions at
 * most: three for each look, two for each chunk of a replay, one for each weight, and nine. A canary that leaves no
 * room for these looks, and is of that length or comes after a replay's proof, goes without.
 *
 * @param from start of the watch, ms since 1970
 */
export function earlyLooks(from: number, before: BeforeWatch, watchMinutes: number): number {
  const { canary, replay } = before;
  const rhythm = rhythmOf(before);
  const weights = canary?.windows ?? [];
  const minutes = (from - Date.parse(weights[0]?.from ?? isoTime(from))) / MINUTE_MS;
  // Each weight's last minute settles first, and the watch begins with the minute after.
  const baked = Math.max(0, minutes - (SETTLE_MS / MINUTE_MS) * weights.length - 1);
  const looks = looksIn(baked, undefined, 0, rhythm) + EARLY_LOOKS + looksIn(watchMinutes);
  const transitions = 9 + weights.length + 3 * looks + 2 * (replay?.chunks ?? 0);
  const isLonger = baked > QUARTER_OF_AN_HOUR && rhythm === 'usual';
  return isLonger || transitions <= MOST_TRANSITIONS ? EARLY_LOOKS : 0;
}
const EARLY_LOOKS = 2;
const QUARTER_OF_AN_HOUR = 15;
const MOST_TRANSITIONS = 60;

/** Seconds until the endpoint's second of the next minute, at least 1. */
export const secondsUntilNextMinute = (now: number, endpoint: string): number =>
  secondsUntilSettled(now, floorMinute(now) - SETTLE_MS, 1, endpoint);

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
  const watch = watchMinutes === 0 ? 0 : EARLY_LOOKS + looksIn(watchMinutes);
  const looks = bakes.reduce((sum, one) => sum + one, 0) + extension + watch;
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

/** What happens when the bake has ended without proof. */
export type WithoutProof = 'abort' | 'hold' | 'promote';

export interface Look {
  readonly verdict: Verdict;
  /** The current weight has baked as long as planned, extension included. */
  readonly bakeOver: boolean;
  /** Blue itself is far outside its own hour, for longer than a rollout waits. */
  readonly heldTooLong: boolean;
  /** The current weight is the last one. */
  readonly lastStep: boolean;
  /**
   * A `pass` at this look ends the bake, however much of it is left: the canary ends on proof, or it bakes longer for
   * the proof alone. @default false
   */
  readonly proofEnds?: boolean;
  /**
   * Of a weight that ends once a total failure is excluded: whether it is. Without that no larger weight follows.
   * @default not such a weight
   */
  readonly works?: boolean;
  /** The bake may still be extended. */
  readonly mayExtend: boolean;
  readonly withoutProof: WithoutProof;
  readonly needsApproval: boolean;
  /** The person who promotes this canary without waiting for its end; for the record. */
  readonly promotedBy?: string;
}

export interface Decision {
  readonly next: Next<'judgeCanary'> | 'extend';
  /** Who or what decides: kept in the record. */
  readonly decidedBy: string;
}

/**
 * What follows a look at the canary. Only proof, a person or an explicit setting leads on to `promote`; none of them
 * overrules `fail`.
 */
export function nextAfterLook(look: Look): Decision {
  if (look.verdict === 'fail') return { next: 'abort', decidedBy: 'judge' };
  if (look.promotedBy !== undefined) return { next: 'promote', decidedBy: look.promotedBy };
  if (look.heldTooLong) return { next: 'abort', decidedBy: 'check' };
  if (look.works === true) return { next: 'next-weight', decidedBy: 'strategy' };
  if (!look.bakeOver && !(look.proofEnds === true && look.verdict === 'pass'))
    return { next: 'continue', decidedBy: 'judge' };
  if (look.works === false) return afterExtension(look);
  if (!look.lastStep) return { next: 'next-weight', decidedBy: 'strategy' };
  switch (look.verdict) {
    case 'pass':
      return look.needsApproval ? { next: 'approve', decidedBy: 'person' } : { next: 'promote', decidedBy: 'judge' };
    case 'continue':
    case 'inconclusive':
      return look.mayExtend ? { next: 'extend', decidedBy: 'setting onInsufficientEvidence' } : afterExtension(look);
  }
}

function afterExtension(look: Look): Decision {
  const decidedBy = 'setting onInsufficientEvidence';
  switch (look.withoutProof) {
    case 'abort':
      return { next: 'abort', decidedBy };
    case 'hold':
      return { next: 'approve', decidedBy: 'person' };
    case 'promote':
      return look.needsApproval ? { next: 'approve', decidedBy: 'person' } : { next: 'promote', decidedBy };
  }
}
