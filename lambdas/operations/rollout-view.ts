import type { HookName } from '../contract/hooks';
import { STATES } from '../domain/workflow';
import type { RolloutState } from '../contract/rollout-state';
import { lookSecond, secondsUntilNextLook, secondsUntilSettled } from '../domain/looks';
import { canaryStretch, watchStretch } from '../domain/stretches';
import { isoTime, MINUTE_MS } from '../domain/minutes';
import { minutesOfStep } from '../domain/strategy';
import { approvalAnswerOf, watchMinutesOf } from '../steps/rollout/progress';
import { formatModelAddress } from '../domain/rollout';
import type { PromoteDecision } from '../contract/decisions';
import type { Approval } from '../adapters/dynamodb/decisions';
import type { ApprovalView, RolloutView, StepView, VersionView, EndedView, JudgementView } from '../contract/view';
import { type RolloutEntry, rolloutEntry, type RolloutRecord } from '../contract/rollout-record';

/** Entries of the timeline that a person sees at once. */
const NEWEST = 12;

/** A rollout that runs, from what its record says. */
export function rolloutView(
  state: RolloutState,
  now: number,
  approval: Approval | undefined,
  decision: PromoteDecision | undefined,
): RolloutView {
  const asked = state.next === 'approve' && approval !== undefined ? approvalView(approval) : null;
  const step = asked === null && state.phase === 'canary' ? stepView(state) : null;
  const looks = looksOf(state, now, asked !== null);
  return {
    id: state.id,
    action: state.plan.action,
    dryRun: state.plan.dryRun,
    startedAt: state.startedAt,
    startedBy: state.plan.startedBy,
    reason: state.plan.reason,
    phase: state.phase,
    doing: doing(state, asked),
    step: step ?? (state.phase === 'canary' ? stepView(state) : null),
    weight: state.weights.at(-1)?.weight ?? 0,
    blue: served(state.blue),
    green: served(state.green),
    previewUrl: state.phase === 'promoted' ? null : (state.preview?.url ?? null),
    nextLookAt: looks?.next ?? null,
    deadlineAt: asked?.expiresAt ?? looks?.deadline ?? null,
    judgement: state.judgement ? judgementView(state.judgement) : null,
    approval: asked,
    decision: state.phase === 'canary' ? (decision ?? keptYes(state)) : null,
    timeline: state.timeline.slice(-NEWEST),
  };
}

/** A yes that waits for the look which has seen what there was when it came. */
function keptYes({ canary, approval }: RolloutState): PromoteDecision | null {
  if (canary?.approved === undefined) return null;
  const { by = 'default answer of the approval', reason = '' } = approvalAnswerOf(approval) ?? {};
  return { by, reason, at: canary.approved.at };
}

const served = ({ version, model }: RolloutState['green']): VersionView => ({
  version: version ?? null,
  model: model ? formatModelAddress(model) : null,
});

const approvalView = ({ why, askedAt, expiresAt, defaultAnswer, answer }: Approval): ApprovalView => ({
  why,
  askedAt,
  expiresAt,
  defaultAnswer,
  answer: answer ?? null,
});

function stepView({ canary, plan }: RolloutState): StepView | null {
  const step = plan.steps[canary?.step ?? 0];
  if (step === undefined) return null;
  const from = canary?.windows.at(-1)?.from;
  const extendedMinutes = canary?.extendedMinutes ?? 0;
  const bakeMinutes = bakeOf(plan, canary);
  return {
    number: (canary?.step ?? 0) + 1,
    of: plan.steps.length,
    ...{ weight: step.weight, bakeMinutes, until: step.until ?? null, extendedMinutes },
    bakeEndsAt: from === undefined ? null : isoTime(Date.parse(from) + (bakeMinutes + extendedMinutes) * MINUTE_MS),
  };
}

const bakeOf = ({ steps }: RolloutState['plan'], canary: RolloutState['canary']): number =>
  canary === undefined ? (steps[0]?.bakeMinutes ?? 0) : minutesOfStep(steps, canary.windows);

/** When the judge will look at the numbers next, and when the time of this part of the rollout is over. */
function looksOf(state: RolloutState, now: number, asks: boolean): { next: string; deadline: string } | undefined {
  if (asks) return undefined;
  const { canary, phase, plan, watch } = state;
  const stretch =
    phase === 'canary' && canary !== undefined
      ? canaryStretch(state, bakeOf(plan, canary) + canary.extendedMinutes)
      : phase === 'promoted' && watch !== undefined
        ? watchStretch(state, watch, watchMinutesOf(state))
        : undefined;
  if (stretch === undefined) return undefined;
  const inSeconds = (seconds: number) => isoTime(now + seconds * 1000);
  const end = secondsUntilSettled(now, stretch.from, stretch.minutes, state.endpoint);
  // Until the endpoint's second of a minute, the look that sees it is still to come.
  const second = lookSecond(state.endpoint);
  const next = secondsUntilNextLook(now - second * 1000, stretch, state.endpoint) - second;
  return { next: inSeconds(next), deadline: inSeconds(Math.max(end, next)) };
}

/** The last thing that its timeline tells is done; this is what comes after it. */
function doing(state: RolloutState, asked: ApprovalView | null): string {
  if (asked !== null)
    return asked.answer === null
      ? `waits for a person; without an answer it is "${asked.defaultAnswer}"`
      : `was ${asked.answer.approved ? 'approved' : 'rejected'} by ${asked.answer.by}`;
  if (state.waitsFor !== undefined) return `waits for its turn: ${state.waitsFor}`;
  if (state.next.startsWith('hook-')) return `waits for the hook ${HOOK_OF[state.next] ?? ''}`.trim();
  switch (state.phase) {
    case 'before-traffic':
      return BEFORE_TRAFFIC[state.timeline.at(-1)?.state ?? ''] ?? 'checks the model';
    case 'canary':
      return state.canary === undefined ? 'gives green its first traffic' : canaryInWords(state);
    case 'promoted':
      return state.watch === undefined ? 'promotes green' : 'watches green, which has all live traffic';
  }
}

const HOOK_OF: Readonly<Record<string, HookName>> = {
  'hook-before-traffic': 'beforeTraffic',
  'hook-before-promotion': 'beforePromotion',
  'hook-after-promotion': 'afterPromotion',
};

const BEFORE_TRAFFIC: Readonly<Record<string, string>> = {
  [STATES.validateModel]: 'publishes green',
  [STATES.deployGreen]: 'tests green before any user sees it',
  [STATES.verifyGreen]: 'asks both versions the same requests, or is about to give green traffic',
  [STATES.replayTraffic]: 'is about to give green traffic',
};

const canaryInWords = ({ judgement, canary }: RolloutState): string =>
  canary?.holds === true
    ? 'is held: blue itself is far outside its own hour'
    : judgement === undefined
      ? 'waits for the first settled minute'
      : 'gathers evidence';

/** A record in the words of the history. */
export const endedView = (record: RolloutRecord): EndedView => listedView(rolloutEntry(record));

export const listedView = (record: RolloutEntry): EndedView => ({
  id: record.id,
  endpoint: record.endpoint,
  status: record.status,
  action: record.action ?? null,
  startedAt: record.startedAt,
  endedAt: record.endedAt ?? null,
  startedBy: record.startedBy,
  reason: record.reason,
  model: record.model ?? null,
  greenVersion: record.greenVersion ?? null,
  outcome: record.outcome ?? null,
  error: record.error ?? null,
  cause: record.cause ?? null,
  decidedBy: record.decidedBy ?? null,
  proof: record.proof ?? null,
  liveVersionAfter: record.liveVersionAfter ?? null,
  liveCanary: record.liveCanary ?? null,
  liveFails: record.liveFails ?? null,
  report: record.report ?? null,
});

/** The latest look at a canary, each gate's evidence beside its limits. */
export function judgementView(judgement: NonNullable<RolloutState['judgement']>): JudgementView {
  const { logLimit, logNonInferiorityLimit } = judgement;
  return {
    verdict: judgement.verdict,
    reason: judgement.reason,
    gate: judgement.gate ?? null,
    settledMinutes: judgement.settledMinutes,
    minutesLeftOut: judgement.leftOut.length,
    blueRequests: judgement.blueRequests,
    greenRequests: judgement.greenRequests,
    against: judgement.logEvidence,
    stopAt: logLimit,
    routing: judgement.routing ?? null,
    gates: judgement.gates.map(
      ({ gate, counts, blue, green, logEvidence, logNonInferiority, summary, reaction, observed }) => ({
        gate,
        counts,
        blue,
        green,
        against: logEvidence,
        stopAt: logLimit,
        proof: logNonInferiority,
        passAt: logNonInferiorityLimit,
        summary,
        reaction: reaction ?? null,
        observed: observed ?? null,
      }),
    ),
  };
}

/** A moment for people: `2026-11-23 09:21:05 UTC`. */
export const utc = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;
