import { isAwsError } from '../../adapters/sdk/answers';
import { ENDPOINT_REMOVED, NO_ENDPOINT } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import { endpointOfExecution, type Failure, type Outcome } from '../../domain/rollout';
import { isoTime, MINUTE_MS } from '../../domain/minutes';
import type { AliasState } from '../../adapters/lambda/aliases';
import type { NotedBy } from '../../domain/workflow';
import type { Adapters } from '../../adapters/adapters';
import { approvalAnswered } from '../announcements/transitions';
import { previewLive } from '../rollout/preview';
import { noted } from '../rollout/progress';
import { runningRecord } from '../rollout/record-progress';
import { takenBackAs } from '../rollout/recover-history';
import { findAlias } from '../rollout/write-alias';
import type { OwnRollout } from './find-own-rollout';
import { confirmed, type Restored, type Seen, restoreAlias, wayOut } from './restore-alias';
import type { RolloutRecord } from '../../contract/rollout-record';
import type { TransitionEvent } from '../../contract/transition-event';
import { rolloutEnded } from '../announcements/rollout-ended';
import { startWaitingUpload } from '../uploads/start-upload';
import { writeReport } from '../report/write-report';
import type { EndInNumbers } from '../../adapters/cloudwatch/rollout-numbers';
import type { Approval } from '../../adapters/dynamodb/decisions';

type Needs = ClosingNeeds &
  Pick<Adapters, 'liveAlias' | 'liveModels' | 'models' | 'previewAlias' | 'settings' | 'versions'>;

/** Step Functions allows 32,768 characters of cause; a person reads fewer. */
export const MAX_CAUSE = 4_000;

/** The model, the endpoint or the request was at fault, not the canary, not AWS. */
const REFUSALS: readonly string[] = [
  'InvalidInput',
  'UnknownEndpoint',
  'InvalidUpload',
  'ModelRejected',
  'GoldenSetInvalid',
  'GreenUnhealthy',
  'GreenIncompatible',
  'PreflightFailed',
  'AlarmNotReady',
  'HookFailed',
  'HookError',
  'RolloutBusy',
  'DeployStopped',
  'RollbackTargetUnavailable',
];

/**
 * Puts blue back where this rollout may, and closes it. Used by the workflow's failing ends and both other lines of
 * defence.
 */
export async function endWithoutPromotion(
  ports: Needs,
  own: OwnRollout | undefined,
  failure: Failure,
  where: NotedBy,
  execution: { readonly id: string; readonly name: string; readonly startTime: string },
): Promise<Partial<RolloutState>> {
  if (own === undefined) {
    await closeUnknown(ports, failure, execution);
    return {};
  }
  if (own.record?.status === 'ended') {
    // It was ended before: this event is late or a second one, or a redrive. Only our lock may be left, which the
    // reconciler frees where this role may not: that is no reason to say that blue is not back.
    await ports.locks.releaseLock(own.state.endpoint, execution.id).catch((error: unknown) => {
      if (!isAwsError(error, 'AccessDeniedException')) throw error;
    });
    return { ...own.state, ...(own.record.outcome && { outcome: own.record.outcome }) };
  }
  const restored = (await mayRestore(ports, own, execution.id))
    ? await withPreview(ports, own.state, await restoreAlias(ports, own.state, failure.error))
    : await leftAlone(ports, own.state);
  const { error, decidedBy } = failure;
  const { refusal, notRestored } = own.state;
  const why = notRestored ?? (refusal && `Before it: ${refusal.error}: ${refusal.cause}`);
  const first = error === 'RestoreFailed' && why !== undefined ? ` ${why}` : '';
  const cause = `${failure.cause}${first}`.slice(0, MAX_CAUSE);
  const failing = await wayOut(ports, await withSeenWhileAsked(ports, own.state), restored.liveVersion);
  const outcome = await confirmed(ports, own.state, restored, outcomeOf(own.state, failure, restored));
  const state = noted(
    { ...own.state, failing, outcome, decidedBy },
    ports.clock,
    where,
    `${error}: ${cause}; ${restored.note}`,
  );
  const record = {
    ...runningRecord(state),
    endedAt: isoTime(ports.clock.now()),
    outcome,
    decidedBy,
    error,
    cause,
    ...(restored.liveVersion !== undefined && { liveVersionAfter: restored.liveVersion }),
    ...(restored.canary && { liveCanary: restored.canary }),
  };
  await noteTakenBack(ports, state, restored.byHand);
  // This is the first step after a no.
  const saidNo = failure.error === 'ApprovalRejected' ? [approvalAnswered(ports.clock, state, false, decidedBy)] : [];
  await closeRollout(ports, record, ...saidNo);
  return state;
}

/** While a person was asked nothing but the question's item was written. That it cannot be read keeps nothing open. */
async function withSeenWhileAsked({ approvals }: Needs, state: RolloutState): Promise<RolloutState> {
  if (state.next !== 'approve') return state;
  const asked = await approvals.readApproval(state.endpoint, state.id).catch(() => undefined);
  return asked === undefined ? state : { ...state, failing: asked.failing };
}

/** A lock whose item was deleted has no other owner: it is taken again, so that users are not left on green for it. */
async function mayRestore({ clock, locks }: Needs, { owns, lost, state }: OwnRollout, owner: string): Promise<boolean> {
  if (owns || !lost) return owns;
  const now = clock.now();
  const lock = { endpoint: state.endpoint, owner, rolloutId: state.id, leaseUntil: isoTime(now + RESTORE_MS) };
  // Until it is done, nothing may take green for its blue, however long that takes.
  const moved = state.phase === 'before-traffic' ? {} : { traffic: 'moved' as const };
  return (await locks.acquireLock({ ...lock, ...moved }, isoTime(now))) === 'acquired';
}

/** After users are safe: testers meet what they meet. */
async function withPreview(ports: Needs, state: RolloutState, restored: Restored): Promise<Restored> {
  if (restored.liveVersion === undefined) return restored;
  return { ...restored, note: `${restored.note}${await previewLive(ports, state, restored.liveVersion)}` };
}

/** Eleven tries of the workflow, and the reconciler's next turns. */
const RESTORE_MS = 30 * 60_000;

async function leftAlone(ports: Needs, state: RolloutState): Promise<Restored> {
  const note = 'another rollout owns the endpoint: the live alias was left alone';
  const alias = await findAlias(ports, state.config.functionName);
  const known = { note, greenWasLive: false, byHand: false, liveVersion: alias?.version, canary: alias?.canary };
  return { ...known, seen: alias === undefined ? 'nothing that works' : seenIn(alias, state) };
}

const seenIn = ({ version, canary }: AliasState, { blue, green }: RolloutState): Seen =>
  [version, canary?.version].includes(green.version ?? '')
    ? 'green'
    : version === blue.version
      ? 'blue'
      : 'another version';

/**
 * The phase says what was tried; that green was live shows in the alias, or in the weights that were written.
 * `reverted` is only where blue was seen to serve afterwards, and `aborted` nowhere where green still does.
 */
function outcomeOf(state: RolloutState, failure: Failure, { greenWasLive, seen }: Restored): Outcome {
  if (state.phase === 'promoted' && (greenWasLive || state.weights.at(-1)?.weight === 100)) {
    if (state.blue.model === undefined) return 'promoted-first';
    return seen === 'blue' ? 'reverted' : 'not-restored';
  }
  if (state.phase !== 'before-traffic' && (seen === 'green' || seen === 'nothing that works')) return 'not-restored';
  return state.canary === undefined && REFUSALS.includes(failure.error) ? 'rejected' : 'aborted';
}

/** Green had traffic and lost it. */
async function noteTakenBack({ clock, liveModels }: Needs, state: RolloutState, byHand: boolean): Promise<void> {
  const { id, endpoint, blue, green } = state;
  const how = takenBackAs(state);
  if (how === undefined || green.version === undefined || byHand) return;
  const taken = { version: green.version, at: isoTime(clock.now()), rolloutId: id, how };
  await liveModels.noteTakenBack(endpoint, taken, blue);
}

/** Validation failed before there was a state: the record says what was asked for and why it was refused. */
async function closeUnknown(
  ports: Needs,
  failure: Failure,
  execution: { readonly id: string; readonly name: string; readonly startTime: string },
): Promise<void> {
  const endpoint = (await lockedEndpoint(ports, execution.id)) ?? (await mentionedEndpoint(ports, execution.name));
  const record = {
    id: execution.name,
    endpoint,
    executionArn: execution.id,
    status: 'ended' as const,
    startedAt: execution.startTime,
    endedAt: isoTime(ports.clock.now()),
    startedBy: 'unknown',
    reason: '',
    outcome: REFUSALS.includes(failure.error) ? ('rejected' as const) : ('aborted' as const),
    error: failure.error,
    cause: failure.cause,
    decidedBy: failure.decidedBy,
  };
  await closeRollout(ports, record);
}

/** The endpoint whose lock an execution owns, or stands in line for: most are named after it. */
export async function lockedEndpoint(
  { locks, settings }: Pick<Needs, 'locks' | 'settings'>,
  executionArn: string,
): Promise<string | undefined> {
  const named = endpointOfExecution(executionArn.split(':').at(-1) ?? '');
  const isIts = async (name: string): Promise<boolean> => {
    const lock = await locks.readLock(name);
    return lock?.owner === executionArn || lock?.next?.owner === executionArn;
  };
  if (named !== undefined && (await isIts(named))) return named;
  for (const name of await settings.listNames()) if (await isIts(name)) return name;
  return undefined;
}

/** Ours are named after their endpoint, which may have been taken out of the app since; any other name says nothing. */
async function mentionedEndpoint({ settings }: Needs, executionName: string): Promise<string> {
  const names = await settings.listNames();
  const [only] = names;
  const named = endpointOfExecution(executionName);
  if (named !== undefined) return names.includes(named) ? named : NO_ENDPOINT;
  return names.length === 1 && only !== undefined ? only : NO_ENDPOINT;
}

type ClosingNeeds = Pick<
  Adapters,
  | 'announcements'
  | 'approvals'
  | 'clock'
  | 'documents'
  | 'executions'
  | 'locks'
  | 'records'
  | 'rolloutNumbers'
  | 'turns'
  | 'uploads'
  | 'waves'
>;

/**
 * Ends a rollout for everybody: report, record, notice, lock, the upload that waits. Each part may be done before or by
 * another line of defence at the same time. The record is closed and the end announced in one write, so that people are
 * not told twice, and do not stay untold because a function died in between.
 */
export async function closeRollout(
  ports: ClosingNeeds,
  record: RolloutRecord & { readonly outcome: Outcome },
  ...announced: readonly TransitionEvent[]
): Promise<void> {
  const { failing } = record.state ?? {};
  const told = { ...record, ...(failing && failing.version === record.liveVersionAfter && { liveFails: failing }) };
  const ended = { ...told, status: 'ended', report: await writeReport(ports, told) } as const;
  const isFirst = await ports.records.closeRecord(ended, [
    ...announced,
    rolloutEnded(ports.clock, ended, record.outcome),
  ]);
  // Of several lines of defence that close it, the first counts it.
  if (isFirst) {
    const now = ports.clock.now();
    // A number for a graph must not fail the end of a rollout.
    const approval = await ports.approvals.readApproval(record.endpoint, record.id).catch(() => undefined);
    ports.rolloutNumbers.countEnd(numbersOf(ended, now, approval));
  }
  if (record.executionArn !== undefined) {
    await ports.locks.releaseLock(record.endpoint, record.executionArn);
    const turn = { owner: record.executionArn, rolloutId: record.id, since: record.startedAt };
    await ports.turns.endTurn(turn);
    await endInWave(ports, ended);
  }
  await startWaitingUpload(ports, record.endpoint);
}

/** What never began, an endpoint that was taken away and one with too few users: none is the code's fault. */
const SAY_NOTHING: readonly string[] = ['DeployStopped', ENDPOINT_REMOVED, 'InsufficientEvidence'];

/** What a deploy started, as its wave counts it: whatever else did not promote the new code holds back the others. */
export async function endInWave(
  { waves }: Pick<Adapters, 'waves'>,
  { id, startedBy, outcome, error: named }: RolloutRecord,
): Promise<void> {
  if (startedBy !== 'deploy' && startedBy !== 'unknown') return;
  // An execution may be stopped with an error of no letters.
  const error = named || 'unknown';
  const promoted = outcome === 'promoted' || outcome === 'promoted-first' || outcome === 'already-live';
  const end = promoted ? 'well' : SAY_NOTHING.includes(error) ? 'says nothing' : { error };
  await waves.endInWave(id, end);
}

/** What one rollout was in numbers, from its record as it is closed. */
function numbersOf(
  { startedAt, error, state, outcome }: RolloutRecord & { readonly outcome: Outcome },
  now: number,
  approval: Approval | undefined,
): EndInNumbers {
  const started = Date.parse(startedAt);
  const waited = approval && waitedMs(approval, now);
  const badSince = outcome === 'aborted' || outcome === 'reverted' ? state?.judgement?.badSince : undefined;
  return {
    outcome,
    minutes: Number.isNaN(started) ? 0 : (now - started) / MINUTE_MS,
    ...(waited !== undefined && { waitedMinutes: waited / MINUTE_MS }),
    ...(badSince !== undefined && { secondsToBlue: (now - Date.parse(badSince)) / 1000 }),
    insufficientEvidence: error === 'InsufficientEvidence',
  };
}

/** From the question, the last where there were two, to its answer; to its default answer where no one gave one. */
function waitedMs({ askedAt, expiresAt, answer }: Approval, now: number): number {
  return Math.max(0, Math.min(Date.parse(answer?.at ?? expiresAt), now) - Date.parse(askedAt));
}
