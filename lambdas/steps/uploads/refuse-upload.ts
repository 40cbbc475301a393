import { isoTime } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import { uploadRefused } from '../announcements/rollout-ended';
import { writeReport } from '../report/write-report';

/** Answers an upload that starts nothing: a record, its page, an announcement. */
export async function refuseUpload(
  ports: Pick<Adapters, 'clock' | 'documents' | 'records' | 'uploads'>,
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
  const ended = { ...record, report };
  const closed = await ports.records.closeRecord(ended, [uploadRefused(ports.clock, ended)]);
  await ports.uploads.noteUploadAnswer(upload.endpoint, upload.id, 'refused', at);
  return closed ? 'refused' : 'answered before';
}
