import { deflateSync, gzipSync } from 'node:zlib';
import { JSON_LENGTH_HEADER, type ErrorBody } from '../contract/inference-protocol';
import type { Datatype } from '../contract/datatypes';
import type { AskedOutput, ParsedInferRequest } from './read-infer-request';
import { RequestError } from './not-ready';
import { bytesPerElement } from './tensor-types';

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

/** Lambda carries answers of up to 6 MB as a JSON string; 4 KB are left for the headers. */
export const MAX_ANSWER_BYTES = 6 * 1024 * 1024 - 4096;

/**
 * Refuses a request whose answer cannot fit, before the model runs for it, as far as the signature and the request tell:
 * sizes that neither fixes count as nothing. Numbers count as one digit and a comma each, so that what is refused would
 * never have fitted; what turns out too long in digits is refused after the run.
 */
export function refuseTooLargeAnswer(request: ParsedInferRequest, acceptsGzip: boolean): void {
  const bytes = leastBytes(request);
  // Numbers that differ do not get smaller than a tenth.
  const limit = MAX_ANSWER_BYTES * (acceptsGzip ? 10 : 1);
  // A single row is the least that a caller can ask for: then it is the model that answers too much.
  if (bytes > limit && request.rows > 1) throw tooLarge(`at least ${bytes}`, request.rows);
}

export const tooLarge = (bytes: number | string, rows: number): RequestError =>
  new RequestError(413, 'AnswerTooLarge', 'inputs', `${sentence(bytes)} of this request's ${rows} rows${ADVICE}`);

/** Of a single row. */
export const tooLargeSentence = (bytes: number): string => `${sentence(bytes)}${ADVICE}`;

const sentence = (bytes: number | string): string =>
  `The answer would have ${bytes} bytes, Lambda's limit is ${MAX_ANSWER_BYTES}: send fewer rows`;
const ADVICE = ', ask for fewer outputs or for binary_data, or accept gzip.';

function leastBytes({ outputs, sizes }: ParsedInferRequest): number {
  return outputs.reduce((sum, output) => {
    const count = leastCount(output, sizes);
    if (!output.binary) return sum + count * 2;
    const { datatype }: { readonly datatype: Datatype } = output.signature;
    // Of BYTES at least the length; base64 makes four characters of three bytes.
    return sum + Math.ceil((count * (bytesPerElement(datatype) ?? 4) * 4) / 3);
  }, 0);
}

function leastCount({ signature, classification }: AskedOutput, sizes: ParsedInferRequest['sizes']): number {
  if (classification !== undefined || signature.anyRank) return 0;
  return signature.sizes.reduce<number>(
    (product, size) => product * (typeof size === 'number' ? size : (sizes.get(size)?.size ?? 0)),
    1,
  );
}
