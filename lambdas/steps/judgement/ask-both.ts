import type { Failing } from '../../contract/failing';
import type { RolloutState } from '../../contract/rollout-state';
import type { Count } from '../../domain/statistics/counts';
import {
  type Durations,
  failsBeyondBlue,
  foundByAsking,
  isHarmfullySlower,
  isSlower,
  slownessByAsking,
} from '../../domain/judge/held-minutes';
import { medianOf } from '../../domain/latency-thresholds';
import { milliseconds } from '../../domain/numbers';
import { usualRate } from '../../domain/statistics/usual';
import type { Evidence, EvidenceMinute } from '../../domain/evidence';
import type { Judgement } from '../../domain/judge/judgement';
import type { Adapters } from '../../adapters/adapters';
import { recordProgress } from '../rollout/record-progress';
import { isoTime, MINUTE_MS } from '../../domain/minutes';
import { askForTurn, throttledBlue, triesOf } from './ask-turned-away';
import { decides, toldByCalls } from '../../domain/gates/gates';
import { unsettledMinutes } from './unsettled';
import { answersOf, type CallsOfVersion, PATIENCE_MS, ROUNDS_MS } from './ask-versions';
import { illBlue } from './ill-blue';

type Needs = Pick<Adapters, 'clock' | 'endpointCalls'>;

/**
 * So many calls tell a version that fails a tenth of them from one that fails none, 49 times of 50, with one error in
 * 1,000.
 */
const CALLS = 100;
const AT_ONCE = 10;
/**
 * Two of so many that fail are an outage, where one in 200 is usual: 0.4 of 5 has a chance of exp(-5 KL(0.4 || 0.005))
 * = 1 in 1,300.
 */
const BEFOREHAND = 5;
const OUTAGE_OF = 2;
/** How long a version takes shows one call at a time: so many when green is slow. */
const TIMED = 20;
/**
 * A minute is judged up to three minutes after its end; what was asked in the minute of an outage, or the next, is no
 * older than this.
 */
const STILL_TELLS_MS = 5 * MINUTE_MS;

export interface Asked {
  /** `both-ill`: it is not green; `both-answer`: whatever it was is over; `other`: nothing excuses green. */
  readonly found: 'both-ill' | 'both-answer' | 'other';
  /** Both answer as ever now, and were ill a few minutes ago, in words. */
  readonly before?: string;
  /** One of them alone failed a few minutes ago, in words: that it is over excuses nothing. */
  readonly alone?: string;
  /** How blue is ill; undefined where it answered, absent where it was asked for something else. */
  readonly failing?: Failing | undefined;
  /** That both answer tells the end of what is less than an outage, too. */
  readonly tellsEnd: boolean;
  /** Calls that it took. */
  readonly calls: number;
  /** What was seen, in words. */
  readonly why: string;
}

/**
 * After promotion there is no blue beside green whose traffic could be compared. When green fails, both versions are
 * asked directly what both answered before, see `foundByAsking`; where it is slow alone, how long they take, see
 * `slownessByAsking`; where Lambda turns its requests away, how often it does that, see `askForTurn`: then nothing else
 * may fail that is not both's as well. Undefined where there is nothing to ask, or too little to tell by.
 */
export async function askBoth(
  ports: Needs & Pick<Adapters, 'evidence'>,
  state: RolloutState,
  green: string,
  { evidence, judgement }: { readonly evidence: Evidence; readonly judgement: Judgement },
): Promise<Asked | undefined> {
  if (state.control === undefined) return undefined;
  if (toldByCalls(judgement.gate) !== 'turns') return askHowTheyDo(ports, state, green, evidence);
  // One time for both: asked twice for as long as once, the step would be at its end.
  const until = ports.clock.now() + ROUNDS_MS + PATIENCE_MS;
  const asked = await askForTurn(ports, state, green, evidence);
  if (asked === undefined) return undefined;
  const others = failingBeside(judgement);
  if (asked.found !== 'both-ill' || others.length === 0)
    return { ...asked, tellsEnd: asked.isAlike && others.length === 0 };
  const isAsked = others.every((gate) => toldByCalls(gate) === 'answers');
  const more = isAsked ? await askHowTheyDo(ports, state, green, evidence, until) : undefined;
  return {
    tellsEnd: false,
    found: more?.found === 'both-ill' ? 'both-ill' : 'other',
    failing: more?.failing ?? asked.failing,
    calls: asked.calls + (more?.calls ?? 0),
    why: `${asked.why}; beside this fails: ${others.join(', ')}${more === undefined ? '' : `; ${more.why}`}`,
  };
}

/** Gates beside the one to blame whose own evidence is as strong. */
const failingBeside = ({ gate: blamed, gates, logLimit }: Judgement): readonly string[] =>
  gates
    .filter(({ gate, observed, logEvidence }) => gate !== blamed && !observed && Math.max(...logEvidence) >= logLimit)
    .map(({ gate }) => gate);

async function askHowTheyDo(
  ports: Needs & Pick<Adapters, 'evidence'>,
  state: RolloutState,
  green: string,
  evidence: Evidence,
  until?: number,
): Promise<Asked | undefined> {
  const usual = usualOf(evidence.baseline);
  const users = failedIn(evidence.rows);
  if (!failsBeyondBlue(usual, users)) return askHowLong(ports, state, green, evidence, until);
  const answers = await answersOf(ports, state, green, CALLS, AT_ONCE, until);
  // Of few answers, because Lambda turned the others away, nothing can be concluded.
  if (answers === undefined || Math.min(answers.blue.requests, answers.green.requests) < CALLS / 2) return undefined;
  const before = failedBefore(ports, state, usual, users);
  const alone = before === undefined ? stillTells(ports, state.watch?.oneFailed) : undefined;
  const byUsers = foundByAsking(answers, usual, users);
  const found = byUsers === 'other' ? await foundLately(ports, state, answers, usual, evidence) : byUsers;
  return {
    tellsEnd: true,
    found: found === 'both-fail' ? 'both-ill' : found,
    failing: failsBeyondBlue(usual, answers.blue) ? failedUs(ports, state, answers.blue) : undefined,
    ...(alone && { alone: `at ${alone.at}, ${failuresInWords(state, green, alone)}` }),
    ...(found === 'both-answer' && before && { before: `at ${before.at}, ${failuresInWords(state, green, before)}` }),
    calls: answers.blue.requests + answers.green.requests + 2,
    why: `asked directly, ${failuresInWords(state, green, answers)} requests that both answered before`,
  };
}

/**
 * What is asked now is of another minute than what has settled: an outage that was worse then explains what users meet
 * now, as far as that is counted.
 */
async function foundLately(
  ports: Pick<Adapters, 'clock' | 'evidence'>,
  state: RolloutState,
  answers: BothAnswers,
  usual: number,
  evidence: Evidence,
): Promise<'both-fail' | 'other'> {
  const minutes = await unsettledMinutes(ports, state, evidence).catch(() => undefined);
  const lately = failedIn(minutes ?? []);
  return failsBeyondBlue(usual, lately) && foundByAsking(answers, usual, lately) === 'both-fail'
    ? 'both-fail'
    : 'other';
}

/** Requests of green's users that failed. */
export function failedIn(minutes: readonly EvidenceMinute[]): Count {
  const sum = (of: (green: EvidenceMinute['green']) => number) =>
    minutes.reduce((total, { green }) => total + of(green), 0);
  return { events: sum(({ errors }) => errors), requests: sum(({ invocations }) => invocations) };
}

async function askHowLong(
  ports: Needs,
  state: RolloutState,
  green: string,
  evidence: Evidence,
  until?: number,
): Promise<Asked | undefined> {
  const { controlMs: before, watch } = state;
  if (before === undefined) return undefined;
  const answers = await answersOf(ports, state, green, TIMED, 1, until);
  if (answers === undefined) return undefined;
  const asked = { blue: answers.blue.ms, green: answers.green.ms };
  const found = slownessByAsking(before, asked, evidence);
  const was = stillTells(ports, watch?.bothSlow);
  const explains = was !== undefined && slownessByAsking(before, was, evidence) === 'both-slow';
  const then = explains ? `at ${was.at}, ${timesInWords(state, green, was)}` : undefined;
  const calls = answers.blue.requests + answers.green.requests + 2;
  // Both answer nothing any more, as in an outage that came on top: there is no time that could be compared.
  if (found === undefined) {
    const bothFail = foundByAsking(answers, usualOf(evidence.baseline), answers.green) === 'both-fail';
    if (then === undefined || !bothFail) return undefined;
    const why = `asked directly, ${failuresInWords(state, green, answers)}; ${then}`;
    return { tellsEnd: false, found: 'both-ill', failing: illNow(ports, state, answers.blue), calls, why };
  }
  return {
    ...{ tellsEnd: false, calls },
    found: found === 'both-slow' ? 'both-ill' : found,
    failing: illNow(ports, state, answers.blue),
    ...(found === 'both-answer' && then !== undefined && { before: then }),
    why: `asked directly, ${timesInWords(state, green, asked)}`,
  };
}

/**
 * Minutes settle two minutes after they have ended, and an outage of what both versions need may be over by then. So
 * both are asked a few times at every look of the watch while users' failures cannot be read yet: what both failed then
 * is known later.
 */
export async function askBeforehand(
  ports: Needs & Pick<Adapters, 'records'>,
  state: RolloutState,
  green: string,
): Promise<RolloutState> {
  const { watch, controlMs: before = { blue: [], green: [] } } = state;
  const answers = watch && (await answersOf(ports, state, green, BEFOREHAND, 1).catch(() => undefined));
  if (watch === undefined || answers === undefined) return state;
  const { blue, green: ofGreen } = answers;
  const bothFailed = blue.events > 0 && ofGreen.events > 0;
  const oneFailed = !bothFailed && Math.max(blue.events, ofGreen.events) >= OUTAGE_OF;
  const bothSlow = isSlower(before.blue, blue.ms) === true && isSlower(before.green, ofGreen.ms) === true;
  const calls = (watch.calls ?? 0) + blue.requests + ofGreen.requests + 2;
  const at = isoTime(ports.clock.now());
  const asked = {
    ...state,
    failing: illNow(ports, state, blue) ?? (blue.requests > 0 && blue.events === 0 ? undefined : state.failing),
    watch: {
      ...{ ...watch, calls },
      ...(bothFailed && { bothFailed: { at, blue: countOf(blue), green: countOf(ofGreen) } }),
      ...(oneFailed && { oneFailed: { at, blue: countOf(blue), green: countOf(ofGreen) } }),
      ...(bothSlow && { bothSlow: { at, blue: [...blue.ms], green: [...ofGreen.ms] } }),
    },
  };
  // An execution that is stopped leaves no more than its record.
  if (asked.failing?.version !== state.failing?.version) await recordProgress(ports, asked);
  return asked;
}

type BothFailed = NonNullable<NonNullable<RolloutState['watch']>['bothFailed']>;
type BothAnswers = Pick<BothFailed, 'blue' | 'green'>;

/** What both failed a few minutes ago, where it explains what users have met since. */
function failedBefore(ports: Needs, { watch }: RolloutState, usual: number, users: Count): BothFailed | undefined {
  const bothFailed = stillTells(ports, watch?.bothFailed);
  if (bothFailed === undefined) return undefined;
  const isGreenToo = failsBeyondBlue(usual, bothFailed.green);
  return isGreenToo && foundByAsking(bothFailed, usual, users) === 'both-fail' ? bothFailed : undefined;
}

const stillTells = <T extends { readonly at: string }>({ clock }: Needs, asked: T | undefined): T | undefined =>
  asked === undefined || clock.now() - Date.parse(asked.at) > STILL_TELLS_MS ? undefined : asked;

const countOf = ({ events, requests }: Count): Count => ({ events, requests });

export const usualOf = (baseline: Evidence['baseline']): number =>
  usualRate(baseline.map(({ blue }) => ({ events: blue.errors, requests: blue.invocations }))) ?? 0;

const failedUs = (ports: Needs, state: RolloutState, { events, requests }: Count): Failing =>
  illBlue(ports, state, 'fails', `it failed ${events} of ${requests} requests that it had answered before`);

/** By a few calls. */
function illNow(ports: Needs, state: RolloutState, blue: CallsOfVersion): Failing | undefined {
  if (blue.events >= OUTAGE_OF) return failedUs(ports, state, blue);
  const { gates } = state.config.settings;
  const tries = triesOf(blue);
  if (failsBeyondBlue(0, tries) && decides(gates, 'throttles')) return throttledBlue(ports, state, tries);
  const before = state.controlMs?.blue ?? [];
  if (!isHarmfullySlower(before, blue.ms, gates)) return undefined;
  return illBlue(ports, state, 'is slow', `it took ${typical(blue.ms)} (before green had users ${typical(before)})`);
}

export const failuresInWords = (
  { blue }: RolloutState,
  green: string,
  { blue: ofBlue, green: ofGreen }: BothAnswers,
): string =>
  `version ${blue.version} (blue) failed ${ofBlue.events} of ${ofBlue.requests} and version ${green} ` +
  `${ofGreen.events} of ${ofGreen.requests}`;

const typical = (durations: readonly number[] = []): string => milliseconds(medianOf(durations) ?? 0);

function timesInWords({ blue, controlMs: before }: RolloutState, green: string, asked: Durations): string {
  const took = (side: keyof Durations) => `${typical(asked[side])} (before its users came ${typical(before?.[side])})`;
  return `version ${blue.version} (blue) took ${took('blue')} and version ${green} ${took('green')}`;
}
