import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ModelSource } from '../model-server/model-source';
import { s3Addressing } from './s3-addressing';

/**
 * Models from S3. Needs `s3:GetObjectVersion`, because a version is always named.
 * Three attempts of at most 2 s to connect; a transfer that stands still for 10 s is given up, so that the caller hears
 * of it before the function's timeout.
 */
export function s3ModelSource(
  client: Pick<S3Client, 'send'> = new S3Client({
    ...s3Addressing,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, socketTimeout: 10_000 },
  }),
): ModelSource {
  return {
    open: async ({ bucket, key, versionId }) => {
      const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
      if (!object.Body) throw new Error('S3 answered without a body');
      return { contentLength: object.ContentLength, chunks: object.Body as AsyncIterable<Uint8Array> };
    },
  };
}
