import { S3Client } from '@aws-sdk/client-s3';
import { type AdapterContext, clientConfig } from '../sdk/context';

/** Of buckets in any region: a person may upload a model from another's. */
export const s3Client = (context: AdapterContext): S3Client =>
  context.client('s3', () => new S3Client({ ...clientConfig, ...s3Addressing, followRegionRedirects: true }));

/**
 * How buckets are addressed. At AWS each has a host name of its own; behind an endpoint that the environment names,
 * such as an emulator's, none has, so that the bucket goes into the path.
 */
export const s3Addressing = {
  forcePathStyle: (process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL']) !== undefined,
} as const;

/** A stream's bytes, of at most `maxBytes`. Leaving the loop early closes the stream. */
export async function bytesOf(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ readonly bytes: Buffer } | 'too-large'> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return 'too-large';
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks) };
}
