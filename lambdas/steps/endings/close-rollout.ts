import type { RolloutRecord } from '../../contract/rollout-record';
import type { TransitionEvent } from '../../contract/transition-event';
import type { Outcome } from '../../domain/rollout';
import type { Adapters } from '../../adapters/adapters';
import { rolloutEnded } from '../announcements/rollout-ended';
import { startWaitingUpload } from '../uploads/start-waiting-upload';
import { writeReport } from '../report/write-report';

export type ClosingNeeds = Pick<
  Adapters,
  'announcements' | 'clock' | 'documents' | 'executions' | 'locks' | 'records' | 'uploads'
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
  const report = await writeReport(ports, record);
  const ended = { ...record, status: 'ended', report } as const;
  await ports.records.closeRecord(ended, [...announced, rolloutEnded(ports.clock, ended, record.outcome)]);
  if (record.executionArn !== undefined) await ports.locks.releaseLock(record.endpoint, record.executionArn);
  await startWaitingUpload(ports, record.endpoint);
}
