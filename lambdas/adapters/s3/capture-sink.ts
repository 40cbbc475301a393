import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { s3Addressing } from './client';

/** One request to keep, and where. */
export interface CapturedObject {
  readonly bucket: string;
  readonly key: string;
  /** JSON text. */
  readonly body: string;
}

/** Where captured requests go: S3 on AWS, something nearer elsewhere. */
export interface CaptureSink {
  /** Rejects with the sink's own error. Once `signal` is aborted the caller waits no more, and it may give up. */
  write(object: CapturedObject, signal: AbortSignal): Promise<void>;
}

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
