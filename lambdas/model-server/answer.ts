import { deflateSync, gzipSync } from 'node:zlib';
import { JSON_LENGTH_HEADER, type ErrorBody } from '../contract/inference-protocol';

/** What Lambda's function URLs take as a response, and what a direct invoke gets. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body is bytes, written in base64. */
  readonly isBase64Encoded?: true;
}

export type AnswerHeaders = Readonly<Record<string, string>>;

/** JSON, and the bytes that follow it. */
export interface Content {
  readonly json: string;
  readonly binary: readonly Buffer[];
}

/** How the caller takes compressed answers; `undefined`: not at all. */
export type Compression = 'gzip' | 'deflate' | undefined;

export const jsonAnswer = (statusCode: number, body: unknown, headers: AnswerHeaders): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

export const errorAnswer = (statusCode: number, body: ErrorBody, headers: AnswerHeaders): Answer =>
  jsonAnswer(statusCode, body, headers);

/** Compressing less saves nothing: it fits in one packet as it is. */
const MIN_COMPRESSED_BYTES = 256;

/** A 200. Bytes follow the JSON as the protocol's binary extension says; compressed where that was asked for. */
export function contentAnswer({ json, binary }: Content, headers: AnswerHeaders, compression: Compression): Answer {
  const isBinary = binary.length > 0;
  const compress = compression !== undefined && (isBinary || json.length >= MIN_COMPRESSED_BYTES);
  if (!isBinary && !compress) {
    return { statusCode: 200, headers: { 'content-type': 'application/json', ...headers }, body: json };
  }
  const text = Buffer.from(json, 'utf8');
  const bytes = isBinary ? Buffer.concat([text, ...binary]) : text;
  // Level 1: numbers compress as well as they will, at three times the speed of the default.
  const coded = !compress
    ? bytes
    : compression === 'gzip'
      ? gzipSync(bytes, { level: 1 })
      : deflateSync(bytes, { level: 1 });
  return {
    statusCode: 200,
    headers: {
      ...(isBinary
        ? { 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(text.length) }
        : { 'content-type': 'application/json' }),
      ...(compress && { 'content-encoding': compression, vary: 'accept-encoding' }),
      ...headers,
    },
    body: coded.toString('base64'),
    isBase64Encoded: true,
  };
}

/** Bytes that the body takes of what Lambda carries, which is JSON: escapes count. */
export function carriedBytes({ body, isBase64Encoded }: Answer, limit: number): number {
  // UTF-8 and escaping make at most six bytes of a character, so small bodies need no second look.
  if (isBase64Encoded || body.length * 6 <= limit) return body.length;
  return Buffer.byteLength(JSON.stringify(body));
}

/** What an `accept-encoding` header asks for: gzip before deflate, nothing where each has weight 0. */
export function compressionOf(acceptEncoding: string | undefined): Compression {
  if (acceptEncoding === undefined) return undefined;
  const accepted = acceptEncoding
    .toLowerCase()
    .split(',')
    .flatMap((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
      return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [name];
    });
  if (accepted.includes('gzip') || accepted.includes('*')) return 'gzip';
  return accepted.includes('deflate') ? 'deflate' : undefined;
}

/** A cold request says so: its time is that of a start. */
export const withTiming = (answer: Answer, warmMs: number | undefined): Answer => ({
  ...answer,
  headers: {
    ...answer.headers,
    'server-timing': warmMs === undefined ? 'cold' : `total;dur=${Math.round(warmMs * 100) / 100}`,
  },
});
