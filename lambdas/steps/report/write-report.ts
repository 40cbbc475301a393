import type * as z from 'zod';
import type { Adapters } from '../../adapters/adapters';
import { keptEvidenceSchema } from '../../contract/kept-evidence';
import { RECORD_DOCUMENT, REPORT_DOCUMENT, EVIDENCE_DOCUMENT } from '../../contract/names';
import { problems } from '../../contract/problems';
import { keptReplaySchema } from '../../contract/replay';
import type { RolloutRecord } from '../../contract/rollout-record';
import type * as Report from '../../pages/report/render-report';
import type { ReportInput } from '../../pages/report/report-input';
import { html } from '../../pages/words/html';

/**
 * An hour of canary has 150 KB, a day 4 MB; what is larger is not worth the memory of the step that closes a rollout.
 */
const MAX_BYTES = 8_000_000;

/**
 * The evidence that was kept of a rollout, for its report. Nothing that goes wrong here may keep the rollout from being
 * closed: a document that cannot be read is said to be so.
 */
export async function readEvidence(
  { documents }: Pick<Adapters, 'documents'>,
  record: RolloutRecord,
): Promise<ReportInput['evidence']> {
  const [canary, watch] = await Promise.all(
    ([EVIDENCE_DOCUMENT.canary, EVIDENCE_DOCUMENT.watch] as const).map((name) =>
      kept({ documents }, record, name, keptEvidenceSchema),
    ),
  );
  return { ...(canary && { canary }), ...(watch && { watch }) };
}

/** A document beside the record; undefined where the rollout wrote none. */
async function kept<Kept>(
  { documents }: Pick<Adapters, 'documents'>,
  { endpoint, id, state }: RolloutRecord,
  name: string,
  schema: { safeParse(value: unknown): z.ZodSafeParseResult<Kept> },
): Promise<Kept | { readonly unreadable: string } | undefined> {
  if (!(state?.evidence ?? []).includes(name)) return undefined;
  try {
    const written: unknown = JSON.parse(await documents.readDocument(endpoint, id, name, MAX_BYTES));
    const parsed = schema.safeParse(written);
    if (parsed.success) return parsed.data;
    // A former version kept its judgement in a document of its own.
    return { unreadable: `EvidenceInvalid: ${problems(parsed.error, '', written)[0]}` };
  } catch (error) {
    return { unreadable: error instanceof Error ? error.name : 'unknown error' };
  }
}

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
  const [evidence, replay] = await Promise.all([
    readEvidence({ documents }, record),
    kept({ documents }, record, EVIDENCE_DOCUMENT.replay, keptReplaySchema),
  ]);
  const page = pageOf({ record, evidence, ...(replay && { replay }) });
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
