import type { RolloutRecord } from '../contract/rollout-record';
import type { EndedView } from '../contract/view';

/** A record in the words of the history. */
export const endedView = (record: RolloutRecord): EndedView => ({
  id: record.id,
  endpoint: record.endpoint,
  status: record.status,
  startedAt: record.startedAt,
  endedAt: record.endedAt ?? null,
  startedBy: record.startedBy,
  reason: record.reason,
  model: record.model ?? null,
  greenVersion: record.state?.green.version ?? null,
  outcome: record.outcome ?? null,
  error: record.error ?? null,
  cause: record.cause ?? null,
  decidedBy: record.decidedBy ?? null,
  proof: record.proof ?? null,
  liveVersionAfter: record.liveVersionAfter ?? null,
  report: record.report ?? null,
});
