import type { RolloutRecord } from '../../contract/rollout-record';
import type { RolloutState } from '../../contract/rollout-state';
import type { TransitionEvent } from '../../contract/transition-event';
import { formatModelAddress } from '../../domain/model-address';
import type { Adapters } from '../../adapters/adapters';

/**
 * Keeps the state in the record, from which blue is put back when the execution is gone. Called before each write of the
 * alias, so that the record always names the versions that a write may have left there. What has happened is announced
 * in the same write, so that no transition is in the record and untold, or told and not in the record.
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
