import { isoTime } from '../../domain/minutes';
import type { Ports } from '../../ports/ports';
import { outcomeNotice } from '../closing/outcome-notice';
import { tell } from '../closing/tell';
import { writeReport } from '../closing/write-report';

/** Answers an upload that starts nothing: a record, its page, a notice. */
export async function refuseUpload(
  ports: Pick<Ports, 'clock' | 'documents' | 'notices' | 'records' | 'uploads'>,
  upload: { readonly endpoint: string; readonly id: string; readonly model: string },
  error: Error,
): Promise<'refused' | 'answered before'> {
  const at = isoTime(ports.clock.now());
  const record = {
    id: upload.id,
    endpoint: upload.endpoint,
    status: 'ended',
    startedAt: at,
    endedAt: at,
    model: upload.model,
    startedBy: 'upload',
    reason: '',
    outcome: 'rejected',
    error: error.name,
    cause: error.message,
    decidedBy: 'check',
  } as const;
  const report = await writeReport(ports, record);
  const closed = await ports.records.close({ ...record, report });
  if (closed) await tell(ports, outcomeNotice({ ...record, report }));
  await ports.uploads.answer(upload.endpoint, upload.id, 'refused', at);
  return closed ? 'refused' : 'answered before';
}
