import { Readable } from 'node:stream';

/** A body as GetObject gives it: a stream that can be read once, with the SDK's short cuts. */
export interface S3Body extends Readable {
  transformToByteArray(): Promise<Uint8Array>;
  transformToString(encoding?: string): Promise<string>;
  transformToWebStream(): ReadableStream;
}

export function s3Body(bytes: Buffer): S3Body {
  let consumed = false;
  const once = (): Buffer => {
    if (consumed) throw new Error('The stream has already been transformed.');
    consumed = true;
    return bytes;
  };
  const stream = Readable.from(bytes.length > 0 ? [bytes] : [], { objectMode: false });
  return Object.assign(stream, {
    transformToByteArray: async () => new Uint8Array(once()),
    transformToString: async (encoding: string = 'utf-8') => once().toString(encoding as BufferEncoding),
    transformToWebStream: () => Readable.toWeb(stream) as ReadableStream,
  });
}

/** The bytes of what PutObject takes as a body. */
export async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array | string>) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
