import type { RolloutRecord } from '../../contract/rollout-record';
import type { Ports } from '../../ports/ports';
import { startWaitingUpload } from '../uploads/start-waiting-upload';
import { outcomeNotice } from './outcome-notice';
import { tell } from './tell';
import { writeReport } from './write-report';

export type ClosingPorts = Pick<
  Ports,
  'clock' | 'documents' | 'executions' | 'locks' | 'notices' | 'records' | 'uploads'
>;

/**
 * Ends a rollout for everybody: report, record, notice, lock, the upload that waits. Each part may be done before or by
 * another line of defence at the same time; only whoever closes the record tells people, so that nobody is told twice.
 */
export async function closeRollout(ports: ClosingPorts, record: RolloutRecord): Promise<void> {
  const report = await writeReport(ports, record);
  const closed = await ports.records.close({ ...record, status: 'ended', report });
  if (closed) await tell(ports, outcomeNotice({ ...record, report }));
  if (record.executionArn !== undefined) await ports.locks.release(record.endpoint, record.executionArn);
  await startWaitingUpload(ports, record.endpoint);
}
