import type { Adapters } from '../../adapters/adapters';
import type { Approval } from '../../adapters/dynamodb/decisions';
import type { RolloutState } from '../../contract/rollout-state';
import type { Lock } from '../../adapters/dynamodb/locks';
import { CHECK, JUDGE } from '../../contract/decisions';
import { STOPPED_BY_JUDGE, STOPPED_BY_ROLLBACK } from '../../contract/names';
import { greenBeside } from '../../domain/judge/held-minutes';
import { METRICS_PATIENCE_MS } from '../../domain/looks';
import { isoTime, HOUR_MS, MINUTE_MS, settledUntil } from '../../domain/minutes';
import { heldWhileAsked } from '../announcements/transitions';
import { shownByUsers, sinceItAnswered } from '../judgement/dead-blue';
import { illInMinutes } from '../judgement/ill-blue';
import { type CanaryLook, lookAtCanary } from '../judgement/look';
import { patientEvidence } from '../judgement/read-baseline';
import { readAlarms } from '../judgement/veto';
import { readableRecord } from '../rollout/record-progress';
import { eachInTurn } from '../../contract/work';
import { endInWave } from '../endings/end-without-promotion';
import { readableSettings } from '../endings/find-own-rollout';

type LineNeeds = Pick<Adapters, 'clock' | 'executions' | 'records' | 'settings' | 'turns' | 'waves'>;

/**
 * A rollout that ended and could not say so holds up no other: twenty are asked about at most, by default. One that
 * runs on is watched from here where its endpoint has no pass: its settings were deleted, or made unreadable.
 */
export async function endLostTurns(ports: LineNeeds & WaitingNeeds): Promise<string | undefined> {
  const { executions, turns } = ports;
  const did = await eachInTurn(await turns.listTurns(), async (turn) => {
    if ((await executions.executionStatus(turn.owner)) === 'RUNNING') {
      const hasPass = (await readableSettings(ports, turn.endpoint)) !== undefined;
      const watched = hasPass ? undefined : await watchWaiting(ports, turn);
      return watched === undefined ? [] : [watched];
    }
    await turns.endTurn(turn);
    return [`rollout ${turn.rolloutId} has ended: the next one may begin`];
  });
  return did.flat().join('; ') || undefined;
}

/** What has ended and could not say so, or was let begin and never did, holds up no wave. */
export async function endLostInWaves(ports: LineNeeds): Promise<string | undefined> {
  const waves = await ports.waves.listWaves();
  const all = waves.flatMap(({ code, running }) => running.map((one) => ({ code, one })));
  const did = await eachInTurn(all, async ({ code, one }) => {
    const { owner, rolloutId, endpoint, since } = one;
    const status = await ports.executions.executionStatus(owner);
    const minutes = (ports.clock.now() - Date.parse(since)) / MINUTE_MS;
    if (status === 'RUNNING' || (status === undefined && minutes < 10)) return [];
    if (status === undefined) {
      await ports.waves.leaveWave(code, one);
      return [`rollout ${rolloutId} never began: its wave waits for it no longer`];
    }
    const record = await readableRecord(ports.records, endpoint, rolloutId);
    const why = await ports.executions.whyExecutionEnded(owner);
    // As a rule the safety net closes it, or the endpoint's own pass, and says how it ended.
    if (record?.status !== 'ended' && ports.clock.now() < (why.endedAt ?? 0) + HOUR_MS) return [];
    const outcome = record?.outcome ?? (status === 'SUCCEEDED' ? 'promoted' : 'aborted');
    const error = record?.error ?? why.error ?? status;
    const ended = { id: rolloutId, endpoint, startedBy: 'deploy', startedAt: since, reason: '', outcome, error };
    await endInWave(ports, { ...ended, status: 'ended' });
    return [`rollout ${rolloutId} has ended: its wave counts it`];
  });
  return did.flat().join('; ') || undefined;
}

type WaitingNeeds = Pick<
  Adapters,
  'alarms' | 'announcements' | 'answers' | 'approvals' | 'clock' | 'evidence' | 'executions' | 'liveModels' | 'records'
>;

/**
 * A canary that waits for a person keeps its share of the users, for as long as they may take. What the judge or an
 * alarm would have stopped is answered with no, before a person could say yes to numbers of hours ago. Each pass judges
 * all minutes afresh, as a look does, so that the false alarm rate is that of the whole rollout. Where CloudWatch says
 * nothing, it has as long as in the canary itself: after that a yes would promote what nothing is known of. A
 * question that was deleted or overwritten takes no answer: its execution is stopped.
 */
export async function watchWaiting(
  ports: WaitingNeeds,
  { endpoint, owner, rolloutId, next }: Pick<Lock, 'endpoint' | 'next' | 'owner' | 'rolloutId'>,
): Promise<string | undefined> {
  const asked = await ports.approvals.readApproval(endpoint, rolloutId);
  const answerNo = async (answer: Approval, by: string, reason: string): Promise<string | undefined> => {
    const no = { approved: false, by, reason };
    if ((await ports.answers.giveAnswer(answer.taskToken, no)) === 'too late') return undefined;
    await ports.approvals.noteAnswer(answer, { ...no, at: isoTime(ports.clock.now()) });
    return `rollout ${rolloutId} waited for an answer and was stopped: ${reason}`;
  };
  // A rollback that may stop no execution waits for this one, which waits for a person.
  if (asked !== undefined && asked.answer === undefined && next !== undefined)
    return answerNo(asked, STOPPED_BY_ROLLBACK, `rollback ${next.rolloutId}`);
  const { state } = (await ports.records.readRecord(endpoint, rolloutId)) ?? {};
  const { canary, green, phase } = state ?? {};
  if (state === undefined || canary === undefined || green?.version === undefined || phase !== 'canary')
    return undefined;
  if (asked === undefined ? state.next !== 'approve' : asked.answer !== undefined) return undefined;
  const { stops } = await readAlarms(ports, state);
  const evidence = patientEvidence(ports.evidence);
  // Blue was dead when people were asked, which puts alarms into ALARM: they are for a green that fails.
  const isDead = state.blue.silent !== undefined;
  const look =
    stops === undefined || isDead
      ? await lookAtCanary({ ...ports, evidence }, state, canary, green.version, false)
      : 'unavailable';
  const fails = look !== 'unavailable' && look.judgement.verdict === 'fail' ? look.judgement.reason : undefined;
  const isGreen = !isDead || (look !== 'unavailable' && shownByUsers(look.evidence) === 'green fails');
  const bad = (isGreen ? stops : undefined) ?? fails;
  const seen = asked && look !== 'unavailable' && bad === undefined ? await noteBlue(ports, state, asked, look) : asked;
  const reason = bad ?? (seen && (await blindTooLong(ports, seen, look)));
  if (reason === undefined) return undefined;
  if (asked !== undefined) return answerNo(asked, bad === undefined ? CHECK : JUDGE, reason);
  await ports.executions.stopExecution(owner, { error: STOPPED_BY_JUDGE, cause: reason });
  return `rollout ${rolloutId} waited for an answer and was stopped: ${reason}`;
}

/** Who is asked must know that blue, which stays without a yes, fails its users. */
async function noteBlue(
  { announcements, approvals, clock }: Pick<Adapters, 'announcements' | 'approvals' | 'clock'>,
  state: RolloutState,
  asked: Approval,
  { evidence }: CanaryLook,
): Promise<Approval> {
  const died = sinceItAnswered(evidence).length > 0 ? state.blue.silent : undefined;
  const failing = illInMinutes({ clock }, state, evidence, died);
  if (failing === undefined && asked.failing === undefined) return asked;
  const seen = { ...asked, failing };
  if (failing !== undefined && asked.failing === undefined) {
    const why = `${failing.why}; ${greenBeside(evidence, failing)}`;
    await announcements.announceOnce(heldWhileAsked(clock, state, why, asked));
  }
  await approvals.noteSeen(seen);
  return seen;
}

async function blindTooLong(
  { approvals, clock }: Pick<Adapters, 'approvals' | 'clock'>,
  asked: Approval,
  look: CanaryLook | 'unavailable',
): Promise<string | undefined> {
  const now = clock.now();
  const known = look === 'unavailable' ? undefined : look.evidence.rows.at(-1)?.minute;
  const isSeen = known !== undefined && settledUntil(now) - Date.parse(known) <= METRICS_PATIENCE_MS;
  if (isSeen) {
    if (asked.silentSince !== undefined) await approvals.noteSeen({ ...asked, silentSince: undefined });
    return undefined;
  }
  const since = asked.silentSince ?? isoTime(now);
  if (asked.silentSince === undefined) await approvals.noteSeen({ ...asked, silentSince: since });
  return now - Date.parse(since) < METRICS_PATIENCE_MS
    ? undefined
    : `CloudWatch has given no complete answer for ${METRICS_PATIENCE_MS / MINUTE_MS} min, seen first at ${since}; ` +
        'without numbers green is not promoted';
}
