import { uploadOrder } from '../../domain/upload-order';
import type { Adapters } from '../../adapters/adapters';
import type { Upload } from '../../adapters/dynamodb/uploads';
import { named } from './displaced';

/** For what waits in the line of uploads and is none: any upload is newer, and it is outdated by none. */
export const BEFORE_ANY_UPLOAD = '1970-01-01T00:00:00.000Z';

/**
 * Why an upload is not rolled out any more: events come in any order and up to hours late, and an older model must not
 * take the place of a newer one. A dry run takes no other's place.
 */
export async function outdated({ uploads }: Pick<Adapters, 'uploads'>, upload: Upload): Promise<string | undefined> {
  if (upload.uploadedAt === BEFORE_ANY_UPLOAD || upload.dryRun) return undefined;
  const started = await uploads.newestStartedUpload(upload.endpoint);
  if (started === undefined || uploadOrder(started, upload) <= 0) return undefined;
  return `it is older than ${named(started)}, whose rollout was started before`;
}

/** Before the execution is started: where only the note succeeds, the same upload finds its own name in it. */
export const noteStarted = async ({ uploads }: Pick<Adapters, 'uploads'>, upload: Upload): Promise<void> =>
  upload.uploadedAt === BEFORE_ANY_UPLOAD || upload.dryRun ? undefined : uploads.noteStartedUpload(upload);
