import { RECORD_DOCUMENT, REPORT_DOCUMENT } from '../../contract/names';
import type { RolloutRecord } from '../../contract/rollout-record';
import type { Adapters } from '../../adapters/adapters';
import { html } from '../../pages/words/html';
import type * as Report from '../../pages/report/render-report';
import type { ReportInput } from '../../pages/report/report-input';
import { readEvidence } from './read-evidence';

/** Writes the record and its page beside the rollout's evidence. Answers the page's address. */
export async function writeReport({ documents }: Pick<Adapters, 'documents'>, record: RolloutRecord): Promise<string> {
  const { endpoint, id } = record;
  await documents.writeDocument(
    endpoint,
    id,
    RECORD_DOCUMENT,
    JSON.stringify(record, undefined, 2),
    'application/json',
  );
  const page = pageOf({ record, evidence: await readEvidence({ documents }, record) });
  return documents.writeDocument(endpoint, id, REPORT_DOCUMENT, page, 'text/html; charset=utf-8');
}

/** A page that cannot be made must not keep the rollout from being closed: there is the record, as it is. */
function pageOf(input: ReportInput): string {
  try {
    // Loaded only here: in AWS it is a file of its own, so that the start of a step does not have to read it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { renderReport } = require('#report') as typeof Report;
    return renderReport(input);
  } catch (error) {
    const { endpoint, outcome } = input.record;
    return html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title>${endpoint}: ${outcome}</title>
        </head>
        <body>
          <h1>${endpoint}: ${outcome}</h1>
          <p>The page of this rollout could not be made (${String(error)}). This is its record.</p>
          <pre>${JSON.stringify(input.record, undefined, 2)}</pre>
        </body>
      </html>`.text;
  }
}
