import { createHash } from 'node:crypto';
import type { ModelReference } from '../contract/model-server-env';
import type { ModelSource } from './model-source';
import { NotReady, reason } from './not-ready';

const MEGABYTE = 1024 * 1024;

/**
 * Reads the pinned object and proves that it is the one that was validated: same sha256.
 * Throws `NotReady` with ModelDownloadFailed, ModelTooLarge (as soon as the limit is passed) or Sha256Mismatch.
 */
export async function downloadModel(source: ModelSource, model: ModelReference, maxMegabytes: number): Promise<Buffer> {
  const where = `s3://${model.bucket}/${model.key}?versionId=${model.versionId}`;
  const chunks: Uint8Array[] = [];
  const hash = createHash('sha256');
  let size = 0;
  try {
    const stream = await source.open(model);
    refuseAbove(maxMegabytes, stream.contentLength ?? 0, where);
    for await (const chunk of stream.chunks) {
      size += chunk.byteLength;
      refuseAbove(maxMegabytes, size, where);
      hash.update(chunk);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof NotReady) throw error;
    throw new NotReady('ModelDownloadFailed', `${where} could not be read: ${reason(error)}`, { cause: error });
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== model.sha256) {
    throw new NotReady('Sha256Mismatch', `${where} has sha256 ${sha256}, but ${model.sha256} was pinned.`);
  }
  return Buffer.concat(chunks, size);
}

function refuseAbove(maxMegabytes: number, bytes: number, where: string): void {
  if (bytes <= maxMegabytes * MEGABYTE) return;
  throw new NotReady(
    'ModelTooLarge',
    `${where} has ${bytes} bytes or more, the limit is ${maxMegabytes} MB (GREENLIGHT_MAX_MODEL_MB).`,
  );
}
