import { MetricsUnavailable } from '../contract/errors';
import { STATES } from '../contract/names';
import type { RolloutState } from '../contract/rollout-state';
import type { Judgement } from '../domain/judge/judgement';
import { isoTime, MINUTE_MS, secondsUntilNextLook, settledUntil } from '../domain/minutes';
import { nextAfterLook } from '../domain/next-after-look';
import type { Decision } from '../domain/next-after-look';
import { bakeExtended } from './announcing/rollout-transitions';
import { type Alarming, readAlarms, withSilent } from './judging/veto';
import type { PromoteDecision } from '../ports/decisions';
import type { Ports } from '../ports/ports';
import { lookAtCanary } from './judging/look-at-canary';
import { keepEvidence } from './judging/keep-evidence';
import { patientEvidence } from './judging/patient-evidence';
import { shortJudgement } from './judging/short-judgement';
import { decidedByAnswer } from './rollout/approval-answer';
import { renewOwnership } from './rollout/ownership';
import { noted } from './rollout/progress';
import { recordProgress } from './rollout/record-progress';
import { expectAlias } from './rollout/write-alias';

type Canary = NonNullable<RolloutState['canary']>;
type Needs = Pick<
  Ports,
  'alarms' | 'clock' | 'decisions' | 'documents' | 'evidence' | 'liveAlias' | 'liveModels' | 'locks' | 'records'
>;

/** CloudWatch may be late or unreachable for a while; longer than this after the bake nobody will know any more. */
const METRICS_PATIENCE_MS = 15 * MINUTE_MS;

/** One look at the canary: reads the settled minutes, judges all of them, decides what comes next. */
export async function judgeCanary(ports: Needs, state: RolloutState): Promise<RolloutState> {
  const { clock } = ports;
  const { canary, green } = state;
  const step = state.plan.steps[canary?.step ?? -1];
  if (canary === undefined || step === undefined || green.version === undefined) {
    throw new MetricsUnavailable('there is no canary to judge');
  }
  await renewOwnership(ports, state);
  const expected = { version: state.blue.version, canary: { version: green.version, weight: step.weight } };
  const current = await expectAlias(ports, state, expected);

  const alarms = await readAlarms(ports, state);
  if (alarms.stops !== undefined) return vetoed(ports, current, alarms.stops);

  const bakeEnd = endOfBake(canary, step.bakeMinutes);
  const evidence = patientEvidence(ports.evidence);
  const lastLook = settledUntil(clock.now()) >= bakeEnd && canary.step === state.plan.steps.length - 1;
  const look = await lookAtCanary({ ...ports, evidence }, current, canary, green.version, lastLook);
  if (look === 'unavailable') {
    if (clock.now() > bakeEnd + METRICS_PATIENCE_MS) {
      throw new MetricsUnavailable(
        `CloudWatch gave no complete answer until ${METRICS_PATIENCE_MS / MINUTE_MS} min after the bake; without numbers green is not promoted. ${evidence.whyUnavailable()}`.trim(),
      );
    }
    return { ...current, next: 'continue', waitSeconds: secondsUntilNextLook(clock.now()) };
  }

  const bakeOver = settledUntil(clock.now()) >= bakeEnd && look.nothingOutstanding;
  const decision = decide(
    current,
    canary,
    look.judgement,
    bakeOver,
    await ports.decisions.read(state.endpoint, state.id),
  );
  const judged = outcome(ports, { ...current, canary: look.canary }, look.judgement, decision, alarms);
  const result = decision.next === 'continue' ? judged : await keepEvidence(ports, judged, look);
  await renewOwnership(ports, result, result.waitSeconds);
  await recordProgress(ports, result, ...(decision.next === 'extend' ? [bakeExtended(clock, result)] : []));
  return result;
}

function decide(
  state: RolloutState,
  canary: Canary,
  judgement: Judgement,
  bakeOver: boolean,
  person: PromoteDecision | undefined,
): Decision {
  const { settings } = state.config;
  const { extendMinutes, then } = settings.onInsufficientEvidence;
  return nextAfterLook({
    verdict: judgement.verdict,
    bakeOver,
    lastStep: canary.step === state.plan.steps.length - 1,
    mayExtend: extendMinutes > 0 && canary.extendedMinutes === 0,
    withoutProof: then,
    needsApproval: settings.approval.mode === 'before-promote' && state.plan.action === 'rollout',
    // A person may judge by what the judge has seen, but not without any request of green.
    ...(person && judgement.greenRequests > 0 && { promotedBy: decidedByAnswer(person) }),
  });
}

function outcome(
  { clock }: Pick<Ports, 'clock'>,
  state: RolloutState,
  judgement: Judgement,
  decision: Decision,
  alarms: Alarming,
): RolloutState {
  const judged: RolloutState = {
    ...state,
    judgement: shortJudgement(judgement),
    decidedBy: decision.decidedBy,
    waitSeconds:
      decision.next === 'approve'
        ? state.config.settings.approval.timeoutMinutes * 60
        : secondsUntilNextLook(clock.now()),
    next: decision.next === 'extend' ? 'continue' : decision.next,
    ...(decision.next === 'abort' && { refusal: refusalOf(judgement) }),
  };
  if (decision.next === 'continue') return judged;
  if (decision.next !== 'extend' || state.canary === undefined) {
    const whoPromotes = decision.next === 'promote' && decision.decidedBy !== 'judge' ? `; ${decision.decidedBy}` : '';
    const said = `${judgement.verdict}: ${judgement.reason}${whoPromotes}`;
    return noted(judged, clock, STATES.judgeCanary, withSilent(said, alarms));
  }
  const { extendMinutes } = state.config.settings.onInsufficientEvidence;
  return noted(
    { ...judged, canary: { ...state.canary, extendedMinutes: extendMinutes } },
    clock,
    STATES.judgeCanary,
    withSilent(`${judgement.reason}; the bake goes on for ${extendMinutes} min more`, alarms),
  );
}

const refusalOf = (judgement: Judgement): NonNullable<RolloutState['refusal']> => ({
  error: judgement.verdict === 'fail' ? 'CanaryRegressed' : 'InsufficientEvidence',
  cause: judgement.reason,
});

function vetoed({ clock }: Pick<Ports, 'clock'>, state: RolloutState, alarms: string): RolloutState {
  return noted(
    { ...state, next: 'abort', decidedBy: `alarm: ${alarms}`, refusal: { error: 'CanaryRegressed', cause: alarms } },
    clock,
    STATES.judgeCanary,
    alarms,
  );
}

/** End (exclusive) of the current weight's bake, extension included. */
function endOfBake(canary: Canary, bakeMinutes: number): number {
  const from = canary.windows.at(-1)?.from;
  return Date.parse(from ?? isoTime(0)) + (bakeMinutes + canary.extendedMinutes) * MINUTE_MS;
}
