import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { CaptureSink } from '../../model-server/capture-sink';
import { s3Addressing } from './client';

/**
 * Captured requests in S3, encrypted as the bucket is. Needs `s3:PutObject`. One attempt: a sample that is lost is no
 * loss, and a user waits for it.
 */
export function s3CaptureSink(
  client: Pick<S3Client, 'send'> = new S3Client({ maxAttempts: 1, ...s3Addressing }),
): CaptureSink {
  return {
    write: async ({ bucket, key, body }, signal) => {
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' });
      await client.send(command, { abortSignal: signal });
    },
  };
}
