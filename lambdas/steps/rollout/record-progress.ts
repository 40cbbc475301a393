import type { RolloutRecord } from '../../contract/rollout-record';
import type { RolloutState } from '../../contract/rollout-state';
import type { TransitionEvent } from '../../contract/transition-event';
import { formatModelAddress } from '../../domain/rollout';
import type { Adapters } from '../../adapters/adapters';
import { RolloutStale } from '../../contract/errors';
import { isoTime } from '../../domain/minutes';

/**
 * Keeps the state in the record, from which blue is put back when the execution is gone. Called before each write of
 * the alias, so that the record always names the versions that a write may have left there. What has happened is
 * announced in the same write, so that no transition is in the record and untold, or told and not in the record.
 */
export async function recordProgress(
  { records }: Pick<Adapters, 'records'>,
  state: RolloutState,
  ...announced: readonly TransitionEvent[]
): Promise<void> {
  await records.saveRecord(runningRecord(state), announced);
}

export function runningRecord(state: RolloutState): RolloutRecord {
  const model = state.green.model ? formatModelAddress(state.green.model) : state.plan.requestedModel;
  return {
    id: state.id,
    endpoint: state.endpoint,
    executionArn: state.executionArn,
    status: 'running',
    startedAt: state.startedAt,
    ...(model !== undefined && { model }),
    startedBy: state.plan.startedBy,
    reason: state.plan.reason,
    state,
  };
}

/**
 * A record that a person edited, or another version of the app wrote, must not keep blue out of service: without it the
 * workflow's own state is there, or else the lock goes and the reconciler finds the weights that are left.
 */
export async function readableRecord(
  records: Adapters['records'],
  endpoint: string,
  id: string,
): Promise<RolloutRecord | undefined> {
  try {
    return await records.readRecord(endpoint, id);
  } catch (error) {
    if (error instanceof Error && error.name === 'StoredItemInvalid') return undefined;
    throw error;
  }
}

/** Longest time a step may take after its wait: verification's limit (10 min), its retries and some air. */
const SLACK_SECONDS = 30 * 60;

/**
 * Renews the lease, and with that makes sure that this execution still owns the endpoint. A step that goes on after its
 * execution was stopped, or a redrive of one that ended, finds that it does not.
 */
export async function renewOwnership(
  { locks, clock }: Pick<Adapters, 'locks' | 'clock'>,
  state: RolloutState,
  waitSeconds = 0,
  traffic?: 'moved',
): Promise<void> {
  const leaseUntil = isoTime(clock.now() + (waitSeconds + SLACK_SECONDS) * 1000);
  if (await locks.renewLock(state.endpoint, state.executionArn, leaseUntil, traffic)) return;
  throw new RolloutStale(
    `endpoint ${state.endpoint}: this execution (${state.id}) no longer owns the rollout; it was stopped, has ` +
      'ended, was replaced, or a rollback waits for its end. Start a new one.',
  );
}
