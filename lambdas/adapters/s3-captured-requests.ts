import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ENV } from '../contract/names';
import type { CapturedRequests, CapturedText } from '../ports/captured-requests';
import { isAwsError } from './aws-error';
import type { AdapterContext } from './context';
import { present } from './incomplete-answer';
import { requiredVariable } from './required-variable';
import { newestCaptures } from './s3-captured-requests/newest-captures';
import { s3Client } from './s3-client';

/** Reads at once: 200 objects take under a second then. */
const AT_ONCE = 10;

/** Captured requests in the model bucket. */
export const s3CapturedRequests = (context: AdapterContext): CapturedRequests => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);
  return {
    newest: async (endpoint, atMost) => {
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
