import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { ENV } from '../contract/names';
import type { Models, StoredModel } from '../ports/models';
import { httpStatusOf, isAwsError } from './aws-error';
import type { AdapterContext } from './context';
import { present } from './incomplete-answer';
import { requiredVariable } from './required-variable';
import { s3Client } from './s3-client';
import { decodeWords } from './s3-models/encoded-words';
import { newestVersion } from './s3-models/newest-version';
import { textOf } from './text-of';

/** The model bucket in S3. */
export const s3Models = (context: AdapterContext): Models => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);

  const describe: Models['describe'] = async (key, versionId) => {
    const command = new HeadObjectCommand({ Bucket: bucket, Key: key, ...(versionId && { VersionId: versionId }) });
    try {
      const head = await client.send(command);
      if (head.VersionId === undefined || head.VersionId === 'null') return undefined;
      return {
        bucket,
        key,
        versionId: head.VersionId,
        sizeBytes: present(head.ContentLength, 'ContentLength in HeadObject'),
        lastModified: present(head.LastModified, 'LastModified in HeadObject').toISOString(),
        metadata: readable(head.Metadata ?? {}),
      };
    } catch (error) {
      if (isAbsent(error, versionId)) return undefined;
      throw error;
    }
  };

  return {
    bucket,
    describe,
    newest: async (prefix, suffix): Promise<StoredModel | undefined> => {
      const newest = await newestVersion(client, bucket, prefix, suffix);
      return newest && describe(newest.key, newest.versionId);
    },
    sha256: async ({ key, versionId }) => {
      const { Body: body } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
      );
      const hash = createHash('sha256');
      for await (const chunk of present(body, 'Body in GetObject') as AsyncIterable<Uint8Array>) hash.update(chunk);
      return hash.digest('hex');
    },
    readText: async (key, maxBytes) => {
      try {
        const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await textOf(present(body, 'Body in GetObject') as AsyncIterable<Uint8Array>, maxBytes);
      } catch (error) {
        if (isAbsent(error, undefined)) return 'missing';
        throw error;
      }
    },
  };
};

/**
 * Head answers have no body, so that often the status is all there is: 404 no such object or version, 405 the version is
 * a delete marker, 400 the text cannot be a version id.
 */
function isAbsent(error: unknown, versionId: string | undefined): boolean {
  if (isAwsError(error, 'NoSuchBucket')) return false;
  if (isAwsError(error, 'NotFound', 'NoSuchKey', 'NoSuchVersion')) return true;
  const status = httpStatusOf(error);
  return status === 404 || status === 405 || (status === 400 && versionId !== undefined);
}

const readable = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key.toLowerCase(), decodeWords(value)]));
