import { EVIDENCE_DOCUMENT } from '../../contract/names';
import { keptEvidenceSchema } from '../../contract/kept-evidence';
import { problems } from '../../contract/problems';
import type { RolloutRecord } from '../../contract/rollout-record';
import type { Adapters } from '../../adapters/adapters';
import type { Evidence, ReportInput } from '../../pages/report/report-input';

/** An hour of canary has 150 KB, a day 4 MB; what is larger is not worth the memory of the step that closes a rollout. */
const MAX_BYTES = 8_000_000;

/**
 * The evidence that was kept of a rollout, for its report. Nothing that goes wrong here may keep the rollout from being
 * closed: a document that cannot be read is said to be so.
 */
export async function readEvidence(
  { documents }: Pick<Adapters, 'documents'>,
  { endpoint, id, state }: RolloutRecord,
): Promise<ReportInput['evidence']> {
  const read = async (name: string): Promise<Evidence | undefined> => {
    if (!(state?.evidence ?? []).includes(name)) return undefined;
    try {
      const written: unknown = JSON.parse(await documents.readDocument(endpoint, id, name, MAX_BYTES));
      const parsed = keptEvidenceSchema.safeParse(written);
      if (parsed.success) return parsed.data;
      // A former version kept its judgement in a document of its own.
      return { unreadable: `EvidenceInvalid: ${problems(parsed.error, '', written)[0]}` };
    } catch (error) {
      return { unreadable: error instanceof Error ? error.name : 'unknown error' };
    }
  };
  const [canary, watch] = await Promise.all([read(EVIDENCE_DOCUMENT.canary), read(EVIDENCE_DOCUMENT.watch)]);
  return { ...(canary && { canary }), ...(watch && { watch }) };
}
