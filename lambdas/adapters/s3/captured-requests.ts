import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { capturedDay } from '../../contract/captured-request';
import { ENV } from '../../contract/names';
import { isAwsError, present } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { s3Client } from './client';

/** The sample of live requests that an endpoint keeps for replay. */
export interface CapturedRequests {
  /** The newest of an endpoint, newest first, until `atMost` is reached. None is no error. */
  newestCaptured(endpoint: string, atMost: CaptureLimits): Promise<readonly CapturedText[]>;
}

export interface CaptureLimits {
  readonly requests: number;
  /** Of all texts together. */
  readonly bytes: number;
}

/** One stored request, as it was written: its reader parses it. */
export interface CapturedText {
  readonly key: string;
  readonly text: string;
}

/** Reads at once: 200 objects take under a second then. */
const AT_ONCE = 10;

/** Captured requests in the model bucket. */
export const s3CapturedRequests = (context: AdapterContext): CapturedRequests => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);
  return {
    newestCaptured: async (endpoint, atMost) => {
      const keys = await newestCaptures({ client, bucket, endpoint, now: context.clock.now(), atMost });
      const found: CapturedText[] = [];
      for (let start = 0; start < keys.length; start += AT_ONCE) {
        const texts = await Promise.all(keys.slice(start, start + AT_ONCE).map((key) => read(client, bucket, key)));
        for (const text of texts) if (text !== undefined) found.push(text);
      }
      return found;
    },
  };
};

/** Undefined when it has expired since it was listed. */
async function read(client: S3Client, bucket: string, key: string): Promise<CapturedText | undefined> {
  try {
    const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { key, text: await present(body, 'Body in GetObject').transformToString() };
  } catch (error) {
    if (isAwsError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}

export interface CaptureSearch {
  readonly client: S3Client;
  readonly bucket: string;
  readonly endpoint: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly atMost: CaptureLimits;
}

interface Listed {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

const DAY_MS = 86_400_000;
/** Objects expire after seven days; S3 deletes on the day after, so that eight dates may hold some. */
const DAYS = 8;
/** Of one day. Keys are random within a day, so that its first 3,000 are a fair sample of it. */
const MAX_PAGES = 3;

/**
 * Keys of the newest captured requests, newest first: day by day backwards until there are enough. Of a day with more
 * than 3,000 these are the newest of a random 3,000, which is what a test of the traffic's shapes needs.
 */
export async function newestCaptures({ client, bucket, endpoint, now, atMost }: CaptureSearch): Promise<string[]> {
  const found: Listed[] = [];
  for (let day = 0; day < DAYS && found.length < atMost.requests; day += 1) {
    let token: string | undefined;
    let pages = 0;
    do {
      const command: ListObjectsV2Command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: capturedDay(endpoint, now - day * DAY_MS),
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const page = await client.send(command);
      pages += 1;
      for (const { Key: key, Size: bytes = 0, LastModified: modified } of page.Contents ?? [])
        if (key !== undefined) found.push({ key, bytes, modifiedMs: modified?.getTime() ?? 0 });
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined && pages < MAX_PAGES);
  }
  // S3 tells times to the second; the key decides between equal ones, always the same.
  found.sort((a, b) => b.modifiedMs - a.modifiedMs || (a.key < b.key ? -1 : 1));
  return within(found, atMost);
}

/** The first ones that fit; one that alone is too large is left out, and not those behind it. */
function within(found: readonly Listed[], { requests, bytes }: CaptureLimits): string[] {
  const keys: string[] = [];
  let sum = 0;
  for (const { key, bytes: size } of found) {
    if (keys.length === requests) break;
    if (sum + size > bytes) continue;
    sum += size;
    keys.push(key);
  }
  return keys;
}
