const ENCODED = /=\?([\w-]+)\?([bq])\?([^?\s]*)\?=/gi;

/**
 * S3 gives metadata that is no ASCII back as RFC 2047 writes it, `=?UTF-8?B?w6k=?=`:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 * Words that cannot be decoded stay as they are.
 */
export const decodeWords = (text: string): string =>
  // White space between two words belongs to the encoding.
  text.replace(/\?=\s+=\?/g, '?==?').replace(ENCODED, (word, charset: string, encoding: string, content: string) => {
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : quotedBytes(content);
    try {
      return new TextDecoder(charset, { fatal: true }).decode(bytes);
    } catch {
      return word; // a character set that nobody knows, or bytes that are none of it
    }
  });

const quotedBytes = (content: string): Buffer =>
  Buffer.from(
    content
      .replaceAll('_', ' ')
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
