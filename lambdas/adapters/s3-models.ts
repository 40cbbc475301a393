import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { ENV } from '../contract/names';
import { type Models, ModelUnreadable, type StoredModel } from '../ports/models';
import { httpStatusOf, isAwsError } from './aws-error';
import type { AdapterContext } from './context';
import { present } from './incomplete-answer';
import { requiredVariable } from './required-variable';
import { s3Client } from './s3-client';
import { decodeWords } from './s3-models/encoded-words';
import { newestVersion } from './s3-models/newest-version';
import { unreadableFor, whyUnreadable } from './s3-models/why-unreadable';
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
      if (isAbsent(error)) return undefined;
      const status = httpStatusOf(error);
      if (status !== 400 && status !== 403) throw error;
      // A HEAD answer has no body, so that it names no error; a GET of the same object does.
      const unreadable = await whyUnreadable(client, { bucket, key, ...(versionId && { versionId }) });
      if (unreadable?.reason === 'gone' || (unreadable === undefined && status === 400)) return undefined;
      throw new ModelUnreadable(key, unreadable ?? unreadableFor(error));
    }
  };

  return {
    bucket,
    describe,
    newest: async (prefix, suffix): Promise<StoredModel | undefined> => {
      const newest = await newestVersion(client, bucket, prefix, suffix);
      return newest && describe(newest.key, newest.versionId);
    },
    listNewest: async (prefix, suffix) => {
      const newest = await newestVersion(client, bucket, prefix, suffix);
      if (newest === undefined) return undefined;
      const { key, versionId, modifiedMs } = newest;
      return { bucket, key, versionId, lastModified: new Date(modifiedMs).toISOString() };
    },
    whyUnreadable: (model) => whyUnreadable(client, model),
    sha256: async ({ key, versionId }) => {
      const { Body: body } = await client
        .send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }))
        .catch((error: unknown) => {
          throw new ModelUnreadable(key, unreadableFor(error));
        });
      const hash = createHash('sha256');
      for await (const chunk of present(body, 'Body in GetObject') as AsyncIterable<Uint8Array>) hash.update(chunk);
      return hash.digest('hex');
    },
    readText: async (key, maxBytes, wanted) => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...(wanted && { VersionId: wanted }) });
      try {
        const { Body: body, VersionId: versionId } = await client.send(command);
        const read = await textOf(present(body, 'Body in GetObject') as AsyncIterable<Uint8Array>, maxBytes);
        if (read === 'too-large') return read;
        return { ...read, ...(versionId !== undefined && { versionId }) };
      } catch (error) {
        if (isAbsent(error)) return 'missing';
        throw error;
      }
    },
  };
};

/** Often the status is all there is: 404 no such object or version, 405 the version is a delete marker. */
function isAbsent(error: unknown): boolean {
  if (isAwsError(error, 'NoSuchBucket')) return false;
  const status = httpStatusOf(error);
  return isAwsError(error, 'NotFound', 'NoSuchKey', 'NoSuchVersion') || status === 404 || status === 405;
}

const readable = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key.toLowerCase(), decodeWords(value)]));
