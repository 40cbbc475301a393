import type { ModelReference } from '../../contract/model-server-env';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { s3Addressing } from './client';

/** An object by what it holds. Without a version id it is whichever is there, which its hash then proves or not. */
export type SourceObject = Omit<ModelReference, 'versionId'> & { readonly versionId?: string };

/** Where models come from: S3 on AWS, something nearer elsewhere. */
export interface ModelSource {
  /**
   * Opens exactly this object version, or the newest where none is named, `from` a byte on. Rejects with the source's
   * own error, whose message is shown to people. Once `signal` is aborted the caller reads no more: the source lets go
   * of its connection.
   */
  open(object: SourceObject, from: number, signal: AbortSignal): Promise<ModelStream>;
}

export interface ModelStream {
  /** Size of the whole object in bytes when the source knows it beforehand. */
  readonly contentLength: number | undefined;
  /** What follows from `from` on. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Models from S3. A version that is named needs `s3:GetObjectVersion`.
 * Three attempts of at most 2 s to connect; the reader says when a transfer stands still, and resumes it.
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
