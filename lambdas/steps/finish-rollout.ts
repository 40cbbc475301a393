import { isAwsError } from '../adapters/sdk/answers';
import { type Made, ownClock } from '../adapters/sdk/context';
import { dynamodbTurns } from '../adapters/dynamodb/turns';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { dynamodbWaves } from '../adapters/dynamodb/waves';
import { lambdaLiveAlias } from '../adapters/lambda/aliases';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { sfnExecutions } from '../adapters/executions';
import { emfRolloutNumbers } from '../adapters/cloudwatch/rollout-numbers';
import { dynamodbApprovals } from '../adapters/dynamodb/decisions';
import { s3Documents } from '../adapters/s3/documents';
import { dynamodbAnnouncements } from '../adapters/dynamodb/outbox';
import { STATES } from '../domain/workflow';
import type { RolloutState } from '../contract/rollout-state';
import { isoTime } from '../domain/minutes';
import { endedAs, type Outcome } from '../domain/rollout';
import { closeRollout } from './endings/end-without-promotion';
import { noted } from './rollout/progress';
import { proofOf } from '../contract/rollout-record';
import { runningRecord } from './rollout/record-progress';
import { findAlias } from './rollout/write-alias';

export const finishRolloutNeeds = {
  announcements: dynamodbAnnouncements,
  approvals: dynamodbApprovals,
  clock: ownClock,
  documents: s3Documents,
  rolloutNumbers: emfRolloutNumbers,
  executions: sfnExecutions,
  liveAlias: lambdaLiveAlias,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  records: dynamodbRecords,
  turns: dynamodbTurns,
  uploads: dynamodbUploads,
  waves: dynamodbWaves,
};

/** The good ends: closes the record, tells people, frees the lock, starts the upload that waits. */
export async function finishRollout(
  ports: Made<typeof finishRolloutNeeds>,
  state: RolloutState,
): Promise<RolloutState> {
  const outcome = outcomeOf(state);
  const decidedBy = decidedByWhom(state, outcome);
  const { action } = state.plan;
  const { fingerprint } = state.config;
  // Settings alone may have changed, which no version shows: they are in force, and the next deploy starts nothing for
  // them.
  if (outcome === 'already-live' && action === 'rollout' && fingerprint !== undefined)
    await ports.liveModels.noteFingerprint(state.endpoint, state.blue.version, fingerprint);
  const proof = outcome === 'promoted' || outcome === 'dry-run-passed' ? proofOf(state) : undefined;
  const ended = endedAs({ outcome, status: 'ended' }, action);
  const note = proof === undefined ? ended : `${ended}: ${proof}`;
  const result = noted({ ...state, outcome, decidedBy }, ports.clock, STATES.finishRollout, note);
  // A person may have moved it since a step looked last: an end that cannot be written comes minutes later.
  const live = await findAlias(ports, state.config.functionName).then(
    (alias) => alias,
    (error: unknown) => {
      if (!isAwsError(error, 'AccessDeniedException')) throw error;
      // An end is written also where the alias may not be read: the version that it was left with.
      return { version: state.phase === 'promoted' ? state.green.version : state.blue.version, canary: undefined };
    },
  );
  await closeRollout(ports, {
    ...runningRecord(result),
    endedAt: isoTime(ports.clock.now()),
    outcome,
    decidedBy,
    ...(proof !== undefined && { proof }),
    ...(live?.version !== undefined && { liveVersionAfter: live.version }),
    ...(live?.canary && { liveCanary: live.canary }),
  });
  return result;
}

function outcomeOf(state: RolloutState): Outcome {
  if (state.next === 'already-live') return 'already-live';
  if (state.plan.dryRun) return 'dry-run-passed';
  // Publishing made no new version; the record may say less than the workflow knew.
  if (state.phase !== 'promoted') return 'already-live';
  return state.blue.model === undefined ? 'promoted-first' : 'promoted';
}

function decidedByWhom({ blue, decidedBy, canary, plan }: RolloutState, outcome: Outcome): string {
  // The person who approved is the one who decided, also where nothing was judged.
  if (decidedBy !== undefined) return decidedBy;
  if (outcome === 'promoted' && blue.silent !== undefined)
    return `${blue.silent}; what was found before any traffic decided`;
  if (outcome === 'promoted' && canary === undefined) {
    return plan.action === 'rollback' ? 'rollback: it was live within the rollback window' : 'strategy AllAtOnce';
  }
  return outcome === 'promoted-first' ? 'no blue to compare with: the canary was skipped' : 'check';
}
