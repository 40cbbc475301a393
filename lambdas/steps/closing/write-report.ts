import { RECORD_DOCUMENT, REPORT_DOCUMENT } from '../../contract/names';
import type { RolloutRecord } from '../../contract/rollout-record';
import { renderReport } from '../../report/render-report';
import type { Ports } from '../../ports/ports';

/** Writes the record and its page beside the rollout's evidence. Answers the page's address. */
export async function writeReport({ documents }: Pick<Ports, 'documents'>, record: RolloutRecord): Promise<string> {
  const { endpoint, id } = record;
  await documents.write(endpoint, id, RECORD_DOCUMENT, JSON.stringify(record, undefined, 2), 'application/json');
  const evidence = record.state?.evidence ?? [];
  return documents.write(endpoint, id, REPORT_DOCUMENT, renderReport(record, evidence), 'text/html; charset=utf-8');
}
