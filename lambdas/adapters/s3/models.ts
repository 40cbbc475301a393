import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { ENV } from '../../contract/names';
import { ModelUnreadable, type Unreadable } from '../../contract/unreadable';
import { httpStatusOf, isAwsError, pagesOf, present } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { bytesOf, s3Client } from './client';

/** A stored object version in the model bucket. */
export interface StoredModel {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly lastModified: string;
  /** User metadata, lower-case keys, as S3 keeps them. */
  readonly metadata: Readonly<Record<string, string>>;
}

export type ListedModel = Pick<StoredModel, 'bucket' | 'key' | 'versionId' | 'lastModified'>;

/** The model bucket. Whatever reads an object throws `ModelUnreadable` where the object itself is why it fails. */
export interface Models {
  readonly bucket: string;
  /** The newest object version whose key starts with `prefix` and ends in `suffix`. */
  newestModel(prefix: string, suffix: string): Promise<StoredModel | undefined>;
  /**
   * All of the newest second, by the listing alone: the object is not looked at, so that it is found though it cannot
   * be read. The last one is what `newestModel` answers.
   */
  listNewestModels(prefix: string, suffix: string): Promise<readonly ListedModel[]>;
  /** Reads one byte. Undefined when that works. */
  whyUnreadable(model: Pick<StoredModel, 'bucket' | 'key' | 'versionId'>): Promise<Unreadable | undefined>;
  /**
   * `versionId` undefined means the current one; undefined result: no such object or version, or it has no version id.
   */
  describeModel(key: string, versionId?: string): Promise<StoredModel | undefined>;
  /** Reads the object as a stream, never whole in memory. Lower-case hex. */
  hashModel(model: { readonly key: string; readonly versionId: string }): Promise<string>;
  /** Whether there is such an object: by a listing, which who may read nothing may be allowed. */
  isThere(key: string): Promise<boolean>;
  /** An object of at most `maxBytes`; `too-large` beyond. @param versionId by default the current one */
  readBytes(
    key: string,
    maxBytes: number,
    versionId?: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly versionId?: string } | 'missing' | 'too-large'>;
}

/** The model bucket in S3. */
export const s3Models = (context: AdapterContext): Models => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);

  const describe: Models['describeModel'] = async (key, versionId) => {
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
    describeModel: describe,
    newestModel: async (prefix, suffix): Promise<StoredModel | undefined> => {
      const newest = (await newestVersions(client, bucket, prefix, suffix)).at(-1);
      return newest && describe(newest.key, newest.versionId);
    },
    listNewestModels: async (prefix, suffix) => {
      const found = await newestVersions(client, bucket, prefix, suffix);
      return found.map(({ key, versionId, modifiedMs }) => {
        const lastModified = new Date(modifiedMs).toISOString();
        return { bucket, key, versionId, lastModified };
      });
    },
    whyUnreadable: (model) => whyUnreadable(client, model),
    hashModel: async ({ key, versionId }) => {
      const { Body: body } = await client
        .send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }))
        .catch((error: unknown) => {
          throw new ModelUnreadable(key, unreadableFor(error));
        });
      const hash = createHash('sha256');
      for await (const chunk of present(body, 'Body in GetObject') as AsyncIterable<Uint8Array>) hash.update(chunk);
      return hash.digest('hex');
    },
    isThere: async (key) => {
      // The key itself comes before all that begin with it.
      const { Contents: contents = [] } = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }),
      );
      return contents[0]?.Key === key;
    },
    readBytes: async (key, maxBytes, wanted) => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...(wanted && { VersionId: wanted }) });
      try {
        const { Body: body, VersionId: versionId } = await client.send(command);
        const read = await bytesOf(present(body, 'Body in GetObject') as AsyncIterable<Uint8Array>, maxBytes);
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

const ENCODED = /=\?([\w-]+)\?([bq])\?([^?\s]*)\?=/gi;

/**
 * S3 gives metadata that is no ASCII back as RFC 2047 writes it, `=?UTF-8?B?w6k=?=`:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 * Words that cannot be decoded stay as they are.
 */
export const decodeWords = (text: string): string =>
  // White space between two words belongs to the encoding.
  text.replace(/\?=\s+=\?/g, '?==?').replace(ENCODED, (word, charset: string, encoding: string, content: string) => {
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : quotedBytes(content);
    try {
      return new TextDecoder(charset, { fatal: true }).decode(bytes);
    } catch {
      return word; // an unknown character set, or bytes that are none of it
    }
  });

const quotedBytes = (content: string): Buffer =>
  Buffer.from(
    content
      .replaceAll('_', ' ')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );

interface FoundVersion {
  readonly key: string;
  readonly versionId: string;
  readonly modifiedMs: number;
}

/**
 * The newest current version under a prefix. Older versions of a key are never newer than its current one, and a key
 * that a person deleted has no current version: its old ones are not brought back. Console "folders" (keys that end in
 * a slash) are skipped. S3 tells times to the second: all of that second, in the order of their keys.
 */
async function newestVersions(
  client: S3Client,
  bucket: string,
  prefix: string,
  suffix: string,
): Promise<readonly FoundVersion[]> {
  let newest: readonly FoundVersion[] = [];
  const pages = pagesOf('ListObjectVersions', async (position?: Position) => {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...position }));
    return { items: page.Versions ?? [], next: page.IsTruncated ? after(page) : undefined };
  });
  for await (const page of pages)
    for (const version of page) {
      const found = foundVersion(version, suffix);
      const apart = found && found.modifiedMs - (newest[0]?.modifiedMs ?? -Infinity);
      if (found && apart !== undefined && apart >= 0) newest = apart === 0 ? [...newest, found] : [found];
    }
  return newest;
}

/** Where a listing of versions goes on. */
export interface Position {
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
}

export function after({ NextKeyMarker, NextVersionIdMarker }: ListObjectVersionsCommandOutput): Position {
  const KeyMarker = present(NextKeyMarker, 'NextKeyMarker in a truncated ListObjectVersions');
  return { KeyMarker, ...(NextVersionIdMarker && { VersionIdMarker: NextVersionIdMarker }) };
}

function foundVersion(version: ObjectVersion, suffix: string): FoundVersion | undefined {
  const { Key: key, VersionId: versionId, LastModified: modified, IsLatest: current } = version;
  if (key === undefined || versionId === undefined || modified === undefined || current !== true) return undefined;
  if (key.endsWith('/') || !key.endsWith(suffix)) return undefined;
  return { key, versionId, modifiedMs: modified.getTime() };
}

/**
 * Reads the first byte: unlike a HEAD it needs the key that the bytes are encrypted with, is refused for an archive,
 * and its answer names the error. Undefined when it can be read; what tells nothing of the object (throttled, a fault
 * of S3) is thrown.
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
