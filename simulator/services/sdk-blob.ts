/** Bytes with the method that the SDK's blobs have. */
export type SdkBlob = Uint8Array<ArrayBuffer> & { transformToString(encoding?: string): string };

export function sdkBlob(text: string): SdkBlob {
  const bytes = new Uint8Array(Buffer.from(text, 'utf8'));
  const transformToString = (encoding: string = 'utf-8') => Buffer.from(bytes).toString(encoding as BufferEncoding);
  return Object.assign(bytes, { transformToString });
}
