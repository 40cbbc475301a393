import type { RolloutRecord } from '../../contract/rollout-record';
import type { RolloutState } from '../../contract/rollout-state';
import { formatModelAddress } from '../../domain/model-address';
import type { Ports } from '../../ports/ports';

/**
 * Keeps the state in the record, from which blue is put back when the execution is gone. Called before each write of the
 * alias, so that the record always names the versions that a write may have left there.
 */
export async function recordProgress({ records }: Pick<Ports, 'records'>, state: RolloutState): Promise<void> {
  await records.save(runningRecord(state));
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
