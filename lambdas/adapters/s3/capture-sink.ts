import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { REQUEST_ID_METADATA } from '../../contract/captured-request';
import { httpStatusOf } from '../sdk/answers';
import { s3Addressing } from './client';

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
   * Keeps it unless its key is taken. Rejects with the sink's own error. Once `signal` is aborted the caller waits no more, and
   * it may give up.
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
