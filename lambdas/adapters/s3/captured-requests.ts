import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
  PutObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { capturedDay, REQUEST_ID_METADATA } from '../../contract/replay';
import { ENV, CAPTURED_PREFIX } from '../../contract/names';
import { isAwsError, present, httpStatusOf, pagesOf } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { s3Client, s3Addressing } from './client';

/** The sample of live requests that an endpoint keeps for replay. */
export interface CapturedRequests {
  /** Those of a UTC day, at most 20,000; `at` is any moment of it, ms since 1970. */
  capturedOn(endpoint: string, at: number): Promise<readonly ListedCapture[]>;
  /** The text of one; undefined when it has expired since it was listed. */
  readCapture(key: string): Promise<string | undefined>;
  /** The tag that a request has once it is captured. */
  tagOf(body: string): string;
}

export interface ListedCapture {
  readonly key: string;
  /** Of the content: the same for identical requests where the bucket is not encrypted with a key of one's own. */
  readonly tag: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly capturedMs: number;
}

/** Captured requests in the model bucket. */
export const s3CapturedRequests = (context: AdapterContext): CapturedRequests => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);
  return {
    capturedOn: (endpoint, at) => listDay({ client, bucket, endpoint }, at),
    readCapture: (key) => read(client, bucket, key),
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html: of an object in one part, encrypted by S3's own
    // keys.
    tagOf: (body) => `"${createHash('md5').update(body).digest('hex')}"`,
  };
};

/** Undefined when it has expired since it was listed. */
async function read(client: S3Client, bucket: string, key: string): Promise<string | undefined> {
  try {
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await present(body, 'Body in GetObject').transformToString();
  } catch (error) {
    if (isAwsError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}

interface Captures {
  readonly client: S3Client;
  readonly bucket: string;
  readonly endpoint: string;
}

/** Of one day, a thousand keys each. */
const MOST_PAGES = 20;

async function listDay({ client, bucket, endpoint }: Captures, at: number): Promise<ListedCapture[]> {
  const found: ListedCapture[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command: ListObjectsV2Command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: capturedDay(endpoint, at),
      ...(token !== undefined && { ContinuationToken: token }),
    });
    const { Contents: contents = [], NextContinuationToken: next } = await client.send(command);
    for (const { Key: key, ETag: tag, Size: bytes = 0, LastModified: modified } of contents)
      if (key !== undefined) found.push({ key, tag: tag ?? key, bytes, capturedMs: modified?.getTime() ?? at });
    if (next === undefined) break;
    token = next;
  }
  return found;
}

/** One request to keep, and where. */
export interface CapturedObject {
  readonly bucket: string;
  readonly key: string;
  /** Lambda's, by which it can be found again. */
  readonly requestId: string;
  /** JSON text. */
  readonly body: string;
}

/** Where captured requests go: S3 on AWS, something nearer elsewhere. */
export interface CaptureSink {
  /**
   * Keeps it unless its key is taken. Rejects with the sink's own error. Once `signal` is aborted the caller waits no
   * more, and it may give up.
   */
  write(object: CapturedObject, signal: AbortSignal): Promise<'kept' | 'taken'>;
}

/**
 * Captured requests in S3, encrypted as the bucket is. Needs `s3:PutObject`. One attempt: a sample that is lost is no
 * loss. Of several environments that write one key, `If-None-Match: *` lets one:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function s3CaptureSink(
  client: Pick<S3Client, 'send'> = new S3Client({ maxAttempts: 1, ...s3Addressing }),
): CaptureSink {
  return {
    write: async ({ bucket, key, requestId, body }, signal) => {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: 'application/json',
        IfNoneMatch: '*',
        Metadata: { [REQUEST_ID_METADATA]: requestId },
      });
      try {
        await client.send(command, { abortSignal: signal });
        return 'kept';
      } catch (error) {
        const status = httpStatusOf(error);
        // 409: another write of the key is under way.
        if (status === 412 || status === 409) return 'taken';
        throw error;
      }
    },
  };
}

/** One version of an object in which a captured request is kept, or the marker that hides one. */
export interface KeptVersion {
  readonly key: string;
  readonly versionId: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly keptMs: number;
  readonly isMarker: boolean;
}

/** What is kept of an endpoint's requests, for who deletes it. */
export interface KeptRequests {
  /** Every version below the endpoint's prefix, hidden ones too: a delete marker deletes nothing. */
  listKept(endpoint: string): Promise<readonly KeptVersion[]>;
  /** Lambda's id of the request that a version holds; undefined where its writer gave none, or it is gone. */
  requestIdOf(version: KeptVersion): Promise<string | undefined>;
  /** For good. Answers how many S3 did not delete, and the first reason. */
  deleteKept(versions: readonly KeptVersion[]): Promise<{ readonly left: number; readonly why?: string }>;
}

/**
 * A thousand versions each: a day of `auto` is three, and a share of one environment after the other may be many more.
 */
const MOST_VERSION_PAGES = 1_000;
/** S3 takes so many in one call. */
const DELETED_AT_ONCE = 1_000;

export const s3KeptRequests = (context: AdapterContext): KeptRequests => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);
  return {
    listKept: async (endpoint) => {
      const prefix = `${CAPTURED_PREFIX}${endpoint}/`;
      const read = async (position: object | undefined) => {
        const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...position }));
        return { items: keptIn(page), next: page.IsTruncated === true ? after(page) : undefined };
      };
      const found: KeptVersion[] = [];
      for await (const page of pagesOf(`captured requests of ${endpoint}`, read, MOST_VERSION_PAGES))
        found.push(...page);
      return found;
    },
    requestIdOf: async ({ key, versionId }) => {
      const command = new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
      try {
        return (await client.send(command)).Metadata?.[REQUEST_ID_METADATA];
      } catch (error) {
        if (httpStatusOf(error) === 404) return undefined;
        throw error;
      }
    },
    deleteKept: async (versions) => {
      let left = 0;
      let why: string | undefined;
      for (let start = 0; start < versions.length; start += DELETED_AT_ONCE) {
        const some = versions.slice(start, start + DELETED_AT_ONCE);
        const Objects = some.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
        const { Errors: errors = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        left += errors.length;
        why ??= errors[0]?.Code;
      }
      return { left, ...(why !== undefined && { why }) };
    },
  };
};

const keptIn = ({ Versions = [], DeleteMarkers = [] }: ListObjectVersionsCommandOutput): KeptVersion[] => {
  const kept = (isMarker: boolean) => (one: Omit<(typeof Versions)[number], '$metadata'>) => ({
    key: present(one.Key, 'Key in ListObjectVersions'),
    versionId: present(one.VersionId, 'VersionId in ListObjectVersions'),
    bytes: one.Size ?? 0,
    keptMs: present(one.LastModified, 'LastModified in ListObjectVersions').getTime(),
    isMarker,
  });
  return [...Versions.map(kept(false)), ...DeleteMarkers.map(kept(true))];
};

const after = ({ NextKeyMarker, NextVersionIdMarker }: ListObjectVersionsCommandOutput) => ({
  KeyMarker: present(NextKeyMarker, 'NextKeyMarker in a truncated ListObjectVersions'),
  ...(NextVersionIdMarker && { VersionIdMarker: NextVersionIdMarker }),
});
