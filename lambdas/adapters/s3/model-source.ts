import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import type { ModelSource } from '../../model-server/model-source';
import { s3Addressing } from './client';

/**
 * Models from S3. A version that is named needs `s3:GetObjectVersion`.
 * Three attempts of at most 2 s to connect; whoever reads says when a transfer stands still, and goes on where it broke off.
 */
export function s3ModelSource(
  client: Pick<S3Client, 'send'> = new S3Client({
    ...s3Addressing,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000 },
  }),
): ModelSource {
  return {
    open: async ({ bucket, key, versionId }, from, signal) => {
      const range = from > 0 ? { Range: `bytes=${from}-` } : {};
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(versionId !== undefined && { VersionId: versionId }),
        ...range,
      });
      const { Body, ContentLength } = await client.send(command, { abortSignal: signal });
      if (!Body) throw new Error('S3 answered without a body');
      const body = Body as Readable;
      // The SDK's own abort ends with the headers. A connection that was left half-read would be kept for ever.
      signal.addEventListener('abort', () => body.destroy(), { once: true });
      return { contentLength: ContentLength === undefined ? undefined : from + ContentLength, chunks: body };
    },
  };
}
