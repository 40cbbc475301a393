import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { capturedDay } from '../../contract/captured-request';
import type { CaptureLimits } from '../../ports/captured-requests';

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
