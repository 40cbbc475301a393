import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Unreadable } from '../../contract/unreadable';
import { httpStatusOf, isAwsError } from '../aws-error';

/**
 * Reads the first byte: unlike a HEAD it needs the key that the bytes are encrypted with, is refused for an archive, and its
 * answer names the error. Undefined when it can be read; what tells nothing of the object (throttled, a fault of S3) is thrown.
 */
export async function whyUnreadable(
  client: S3Client,
  object: { readonly bucket: string; readonly key: string; readonly versionId?: string },
): Promise<Unreadable | undefined> {
  const { bucket: Bucket, key: Key, versionId } = object;
  const version = versionId === undefined ? {} : { VersionId: versionId };
  try {
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket, Key, ...version, Range: 'bytes=0-0' }));
    await body?.transformToByteArray();
    return undefined;
  } catch (error) {
    if (httpStatusOf(error) === 416) return undefined; // no byte to read, and read all the same
    return unreadableFor(error);
  }
}

/** What an error of GetObject by version says of the object; throws on one that says nothing of it. */
export function unreadableFor(error: unknown): Unreadable {
  if (!(error instanceof Error) || isAwsError(error, 'NoSuchBucket')) throw error;
  const status = httpStatusOf(error);
  const said = error.message === '' ? error.name : `${error.name}: ${error.message}`;
  const found = (reason: Unreadable['reason']): Unreadable => ({ reason, said: said.slice(0, 300) });
  if (status === 404 || status === 405 || isAwsError(error, 'InvalidArgument')) return found('gone');
  if (isAwsError(error, 'InvalidObjectState')) return found('archived');
  if (isAwsError(error, 'InvalidRequest')) return found('customer-key');
  // KMS.DisabledException, KMS.KMSInvalidStateException, KMS.NotFoundException …; a denied one is AccessDenied by name.
  if (/kms/i.test(error.name) || (status === 403 && /\bkms:|\bKMS\b/.test(error.message))) return found('kms-key');
  if (status === 403) return found('forbidden');
  throw error;
}
