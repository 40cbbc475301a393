import { type Made, ownClock } from '../adapters/sdk/context';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { lambdaLiveAlias } from '../adapters/lambda/aliases';
import { cloudwatchEvidence } from '../adapters/cloudwatch/evidence';
import { s3Documents } from '../adapters/s3/documents';
import { cloudwatchAlarms } from '../adapters/cloudwatch/alarms';
import { MetricsUnavailable } from '../contract/errors';
import { STATES } from '../domain/workflow';
import type { RolloutState, StateAfter } from '../contract/rollout-state';
import { MOST_HELD_MINUTES } from '../domain/judge/held-minutes';
import { METRICS_PATIENCE_MS, type Pace, secondsUntilNextLook } from '../domain/looks';
import { canaryStretch, paceOf } from '../domain/stretches';
import { type Decision, nextAfterLook } from '../domain/after-look';
import { isoTime, MINUTE_MS, settledUntil } from '../domain/minutes';
import { endsOnProof, minimumMinutes, minutesBaked, minutesOfStep, type StrategyStep } from '../domain/strategy';
import { bakeExtended, judgingHeld } from './announcements/transitions';
import { type Alarming, readAlarms, withSilent } from './judgement/veto';
import { dynamodbDecisions } from '../adapters/dynamodb/decisions';
import { lambdaEndpointCalls } from '../adapters/lambda/endpoint-calls';
import type { Adapters } from '../adapters/adapters';
import { lookAtCanary, type CanaryLook, type CanaryState } from './judgement/look';
import { keepYes, promotedBy, sawUntil } from './judgement/approved';
import { refusalOf } from './judgement/canary-refusal';
import { askDirectly, shownByUsers } from './judgement/dead-blue';
import { illInMinutes } from './judgement/ill-blue';
import { patientEvidence } from './judgement/read-baseline';
import { keepEvidence, shortJudgement } from './judgement/kept-judgement';
import { hookIsDue, noted } from './rollout/progress';
import { renewOwnership, recordProgress } from './rollout/record-progress';
import { expectAlias } from './rollout/write-alias';

export const judgeCanaryNeeds = {
  alarms: cloudwatchAlarms,
  clock: ownClock,
  decisions: dynamodbDecisions,
  documents: s3Documents,
  endpointCalls: lambdaEndpointCalls,
  evidence: cloudwatchEvidence,
  liveAlias: lambdaLiveAlias,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  records: dynamodbRecords,
};
type Needs = Made<typeof judgeCanaryNeeds>;

/** Until minutes have settled that show what has put an alarm into ALARM beside a blue that answers us nothing. */
const ALARM_PATIENCE_MS = 5 * MINUTE_MS;

/** One look at the canary: reads the settled minutes, judges all of them, decides what comes next. */
export async function judgeCanary(ports: Needs, given: RolloutState): Promise<StateAfter<'judgeCanary'>> {
  const { clock } = ports;
  await renewOwnership(ports, given);
  const state = await keepYes(ports, given);
  const { canary, green } = state;
  const step = state.plan.steps[canary?.step ?? -1];
  if (canary === undefined || step === undefined || green.version === undefined) {
    throw new MetricsUnavailable('there is no canary to judge');
  }
  const expected = { version: state.blue.version, canary: { version: green.version, weight: step.weight } };

  const alarms = await readAlarms(ports, state);
  // A blue that has died puts it into ALARM, too.
  const rang = alarms.stops === undefined ? undefined : await askDirectly(ports, state, green.version);
  if (alarms.stops !== undefined && rang === undefined) return vetoed(ports, state, alarms.stops);

  const { steps } = state.plan;
  const bakeEnd = endOfBake(canary, steps);
  const evidence = patientEvidence(ports.evidence);
  const mayEnd = mayPass(clock.now(), canary, steps);
  const look = await lookAtCanary({ ...ports, evidence }, state, canary, green.version, mayEnd);
  // What fails green goes on to the restore, which asks the alias itself.
  const fails = look !== 'unavailable' && look.judgement.verdict === 'fail';
  const current = fails ? state : await expectAlias(ports, state, expected);
  const shown = fails ? 'green fails' : look === 'unavailable' ? 'neither' : shownByUsers(look.evidence);
  if (alarms.stops !== undefined && shown !== 'blue dies') {
    const { alarmSince = isoTime(clock.now()) } = canary;
    if (shown === 'green fails' || clock.now() - Date.parse(alarmSince) >= ALARM_PATIENCE_MS)
      return vetoed(ports, state, alarms.stops);
    const waits = { ...current, canary: { ...canary, alarmSince } };
    return { ...waits, next: 'continue', waitSeconds: untilNextLook(clock.now(), state, {}) };
  }
  const { approved } = canary;
  const isBlind = look === 'unavailable' || (!fails && approved !== undefined && !sawUntil(look, approved.at));
  if (isBlind) {
    if (clock.now() > (approved === undefined ? bakeEnd : Date.parse(approved.at)) + METRICS_PATIENCE_MS) {
      throw new MetricsUnavailable(
        `CloudWatch gave no complete answer until ${METRICS_PATIENCE_MS / MINUTE_MS} min after ` +
          `${approved === undefined ? 'the bake' : `it was approved by ${approved.by}`}; ` +
          `without numbers green is not promoted. ${evidence.whyUnavailable()}`.trim(),
      );
    }
    return { ...current, next: 'continue', waitSeconds: untilNextLook(clock.now(), state, {}) };
  }

  const silent = shown === 'blue dies' ? (rang ?? (await askDirectly(ports, state, green.version))) : undefined;
  const failing = illInMinutes(ports, state, look.evidence, silent);
  const seen: RolloutState = {
    ...current,
    canary: { ...look.canary, alarmSince: undefined },
    failing,
    blue: { ...current.blue, silent },
  };
  const waited = clock.now() > endOfBake(look.canary, steps) + METRICS_PATIENCE_MS;
  // Beside a yes they do not count: it was given knowing of them, and what came since was seen.
  if (
    silent === undefined &&
    approved === undefined &&
    waited &&
    look.judgement.greenRequests === 0 &&
    look.canary.leftOut.length > 0
  )
    throw new MetricsUnavailable(
      `${look.canary.leftOut.length} of its minutes never had complete numbers: ${look.canary.leftOut.at(-1)?.why}`,
    );
  const bakeOver = settledUntil(clock.now()) >= endOfBake(look.canary, steps) && (look.nothingOutstanding || waited);
  const isEarly = settledUntil(clock.now()) <= weightSince(canary);
  const decision = decide(seen, look, { bakeOver, isEarly }, await promotedBy(ports, state, look));
  const begins = look.holds !== undefined && !isHolding(canary) && silent === undefined;
  const judged = outcome(ports, noteHold(clock, seen, canary, look), look, decision, alarms);
  const result = decision.next === 'continue' ? judged : await keepEvidence(ports, judged, look);
  await renewOwnership(ports, result, result.waitSeconds);
  await recordProgress(
    ports,
    result,
    ...(decision.next === 'extend' ? [bakeExtended(clock, result)] : []),
    ...(begins ? [judgingHeld(clock, result, look.holds.why, look.holds.minute)] : []),
  );
  return result;
}

/** At the look before, the last minute that had settled was a held one. */
const isHolding = ({ holds }: CanaryState): boolean => holds === true;

/** The timeline says when a hold begins and when it ends. */
function noteHold(
  clock: Adapters['clock'],
  state: RolloutState,
  before: CanaryState,
  { holds, held }: CanaryLook,
): RolloutState {
  const { failing, blue } = state;
  if ((holds !== undefined) === isHolding(before) || blue.silent !== undefined) return state;
  const nowGood = failing
    ? `blue ${failing.how}, and green ${failing.how === 'fails' ? 'does' : 'is'} not (${failing.why}),`
    : 'blue is itself again';
  const note =
    holds === undefined
      ? `${nowGood} after ${held.length} min that prove nothing of green; the canary goes on`
      : `held: ${holds.why}; minutes like this do not promote green, which is stopped only if it is worse than ` +
        'blue in them';
  return noted(state, clock, STATES.judgeCanary, note);
}

function decide(
  state: RolloutState,
  { canary, holds, held, judgement, works, nothingOutstanding }: CanaryLook,
  // Before the weight's first minute has settled only the minutes before it can tell, and they do not end it.
  { bakeOver, isEarly }: { readonly bakeOver: boolean; readonly isEarly: boolean },
  person: string | undefined,
): Decision {
  const { settings } = state.config;
  const { steps } = state.plan;
  const { extendMinutes, then } = settings.onInsufficientEvidence;
  const drill = state.plan.action === 'drill';
  const decision = nextAfterLook({
    verdict: judgement.verdict,
    bakeOver,
    heldTooLong: holds !== undefined && held.length >= MOST_HELD_MINUTES,
    lastStep: isLastStep(canary, steps),
    // What is late, or may be blue's trouble alone, is waited for first.
    proofEnds: !isEarly && mayEndOnProof(canary, steps) && nothingOutstanding && holds === undefined,
    ...(!isEarly && steps[canary.step]?.until === 'works' && { works: works !== undefined }),
    mayExtend: !drill && extendMinutes > 0 && canary.extendedMinutes === 0,
    withoutProof: drill ? 'abort' : then,
    needsApproval: settings.approval.mode === 'before-promote' && state.plan.action === 'rollout',
    ...(person !== undefined && { promotedBy: person }),
    died: state.blue.silent,
  });
  // Even a pass: that it was not found is what a drill is for.
  return drill && decision.next === 'promote' ? { next: 'abort', decidedBy: 'judge' } : decision;
}

function outcome(
  { clock }: Pick<Adapters, 'clock'>,
  state: RolloutState,
  look: CanaryLook,
  decision: Decision,
  alarms: Alarming,
): StateAfter<'judgeCanary'> {
  const { judgement } = look;
  const { extendMinutes } = state.config.settings.onInsufficientEvidence;
  const judged: StateAfter<'judgeCanary'> = {
    ...state,
    judgement: shortJudgement(judgement, clock.now()),
    decidedBy: decision.decidedBy,
    waitSeconds:
      decision.next === 'approve'
        ? state.config.settings.approval.timeoutMinutes * 60
        : untilNextLook(
            clock.now(),
            state,
            look.nothingOutstanding ? paceOf(state) : {},
            decision.next === 'extend' ? extendMinutes : 0,
          ),
    ...following(state, decision),
    ...(decision.next === 'abort' && { refusal: refusalOf(look, state) }),
  };
  if (decision.next === 'continue') return judged;
  if (decision.next !== 'extend' || state.canary === undefined) {
    const rings = alarms.stops === undefined ? '' : `; ${alarms.stops}, which stops no green beside a dead blue`;
    const whoPromotes = decision.next === 'promote' && decision.decidedBy !== 'judge' ? `; ${decision.decidedBy}` : '';
    const said = `${saidBy(look, decision)}${whoPromotes}${rings}`;
    return noted(judged, clock, STATES.judgeCanary, withSilent(said, alarms));
  }
  return noted(
    { ...judged, canary: { ...state.canary, extendedMinutes: extendMinutes } },
    clock,
    STATES.judgeCanary,
    withSilent(`${judgement.reason}; the bake goes on for ${extendMinutes} min more`, alarms),
  );
}

/** Before green is promoted, by whomever, its hook is asked; people are asked afterwards. */
function following(state: RolloutState, { next }: Decision): Pick<StateAfter<'judgeCanary'>, 'next' | 'asksPerson'> {
  if (next === 'extend') return { next: 'continue' };
  if ((next !== 'promote' && next !== 'approve') || !hookIsDue(state, 'beforePromotion')) return { next };
  return { next: 'hook-before-promotion', ...(next === 'approve' && { asksPerson: true }) };
}

const saidBy = ({ works, judgement }: CanaryLook, { next }: Decision): string =>
  next === 'next-weight' && works !== undefined ? works : `${judgement.verdict}: ${judgement.reason}`;

function vetoed({ clock }: Pick<Adapters, 'clock'>, state: RolloutState, alarms: string): StateAfter<'judgeCanary'> {
  return noted(
    { ...state, next: 'abort', decidedBy: `alarm: ${alarms}`, refusal: { error: 'CanaryRegressed', cause: alarms } },
    clock,
    STATES.judgeCanary,
    alarms,
  );
}

const weightSince = (canary: CanaryState): number => Date.parse(canary.windows.at(-1)?.from ?? isoTime(0));

const isLastStep = ({ step }: CanaryState, steps: readonly StrategyStep[]): boolean => step === steps.length - 1;

/** A bake that was prolonged for want of proof has no other purpose. */
const mayEndOnProof = (canary: CanaryState, steps: readonly StrategyStep[]): boolean =>
  isLastStep(canary, steps) && (endsOnProof(steps) || canary.extendedMinutes > 0);

/** Whether a `pass` at a look now would be acted upon. */
function mayPass(now: number, canary: CanaryState, steps: readonly StrategyStep[]): boolean {
  const settled = settledUntil(now);
  if (settled <= weightSince(canary)) return false;
  if (!isLastStep(canary, steps) || settled >= endOfBake(canary, steps)) return isLastStep(canary, steps);
  const minutes = [...minutesBaked(canary.windows), (settled - weightSince(canary)) / MINUTE_MS];
  return mayEndOnProof(canary, steps) && minutes.reduce((sum, one) => sum + one, 0) >= minimumMinutes(steps);
}

/**
 * End (exclusive) of the current weight's bake: extension included, and a minute more for each that was held or left
 * out. Of those left out no more than it bakes anyway: a CloudWatch that loses every other minute is not waited for.
 */
function endOfBake(canary: CanaryState, steps: readonly StrategyStep[]): number {
  const planned = minutesOfStep(steps, canary.windows) + canary.extendedMinutes;
  const lost = Math.min(planned, atThisWeight(canary, canary.leftOut));
  return weightSince(canary) + (planned + atThisWeight(canary, canary.held ?? []) + lost) * MINUTE_MS;
}

const atThisWeight = (canary: CanaryState, minutes: readonly { readonly minute: string }[]): number =>
  minutes.filter(({ minute }) => Date.parse(minute) >= weightSince(canary)).length;

/**
 * Seconds until the next look at this weight; `more` minutes are being added to its bake. What a look has not seen is
 * asked for in the usual rhythm, a minute later as a rule: a proof by replay excuses no blindness.
 */
function untilNextLook(now: number, state: RolloutState, pace: Pace, more = 0): number {
  const { canary, plan, endpoint } = state;
  if (canary === undefined) return 1;
  const minutes = (endOfBake(canary, plan.steps) - weightSince(canary)) / MINUTE_MS;
  return secondsUntilNextLook(now, canaryStretch(state, minutes + more, pace), endpoint);
}
