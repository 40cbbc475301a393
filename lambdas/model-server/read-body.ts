import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { JSON_LENGTH_HEADER } from '../contract/inference-protocol';
import { shown } from '../contract/datatypes';
import { RequestError } from './not-ready';
import type { ServerRequest } from './route';

/** Lambda takes requests of up to 6 MB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** Base64 needs four characters for three bytes. */
const MAX_BASE64_LENGTH = Math.ceil(MAX_BODY_BYTES / 3) * 4;

/**
 * What a compressed body may become: an image of 1x3x1024x1024 in FP32 has 12.6 MB. Deflate makes up to a thousand
 * bytes of one, so that 6 MB could become 6 GB.
 */
export const MAX_INFLATED_BYTES = 24 * 1024 * 1024;
/** Of that as JSON, each byte of which may cost more memory than it has: 1x3x640x640 has 8.5 MB. */
export const MAX_INFLATED_JSON_BYTES = 12 * 1024 * 1024;
/** Arrays and objects in JSON that was compressed: each takes about 60 bytes of memory, and its text one. */
const MAX_BRACKETS = 1_000_000;

type BodyFields = Readonly<Record<string, unknown>>;

export interface RequestBody {
  /** The JSON object. Later code does not walk deeper into it than a shape. */
  readonly json: BodyFields;
  /** The tensors' bytes behind it; `undefined` where the request says that it has none. */
  readonly binary: Buffer | undefined;
}

/** The body of a request: JSON, alone or with the bytes of tensors behind it, as it is or compressed. */
export function readBody({ body, isBase64, header }: Pick<ServerRequest, 'body' | 'isBase64' | 'header'>): RequestBody {
  if (typeof body !== 'string' || body.length === 0) {
    throw new RequestError(
      400,
      'InvalidJson',
      'body',
      `body is ${body === '' ? 'empty' : shown(body)}, not JSON text.`,
    );
  }
  const encoding = header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  const jsonLength = header(JSON_LENGTH_HEADER);
  if (encoding === 'identity' && jsonLength === undefined) {
    return { json: parse(isBase64 ? decodeText(bytesOf(body, true)) : sizedText(body)), binary: undefined };
  }
  const bytes = inflated(bytesOf(body, isBase64, Number(jsonLength)), encoding);
  const split = jsonLength === undefined ? bytes.length : readJsonLength(jsonLength, bytes.length);
  if (encoding !== 'identity') refuseBomb(bytes.subarray(0, split));
  return {
    json: parse(decodeText(bytes.subarray(0, split))),
    binary: jsonLength === undefined ? undefined : bytes.subarray(split),
  };
}

function sizedText(text: string): string {
  if (text.length > MAX_BODY_BYTES || Buffer.byteLength(text) > MAX_BODY_BYTES) throw tooLarge(Buffer.byteLength(text));
  return text;
}

/** What begins at a multiple of these, a processor's line of cache, need not be copied and is read fastest. */
const ALIGNMENT = 64;

/** `jsonLength`: how many bytes come before those of the tensors. */
function bytesOf(body: string, isBase64: boolean, jsonLength = 0): Buffer {
  if (!isBase64) return Buffer.from(sizedText(body), 'utf8');
  if (body.length > MAX_BASE64_LENGTH) throw tooLarge(Math.floor((body.length * 3) / 4));
  const start = (ALIGNMENT - (jsonLength % ALIGNMENT || 0)) % ALIGNMENT;
  // Not Buffer.from: that takes 5 ms for an image of 5 MB, and this 0.4 where the memory is there already.
  const memory = takeMemory(start + Math.ceil(body.length / 4) * 3);
  return memory.subarray(start, start + memory.write(body, start, 'base64'));
}

/**
 * Memory of the last large body, for the next one: pages of their own are dear, an environment has one request at a
 * time.
 */
let idle: Buffer | undefined;
const taken = new WeakMap<ArrayBufferLike, Buffer>();
const LARGE = 64 * 1024;

function takeMemory(bytes: number): Buffer {
  if (bytes < LARGE) return Buffer.alloc(bytes);
  const memory = idle !== undefined && idle.length >= bytes ? idle : Buffer.allocUnsafeSlow(bytes);
  idle = undefined;
  taken.set(memory.buffer, memory);
  return memory;
}

/** Gives back the memory of a body that nothing reads any more. Without it, the next one gets memory of its own. */
export function giveBack({ binary }: RequestBody): void {
  const memory = binary && taken.get(binary.buffer);
  if (memory && (idle === undefined || idle.length < memory.length)) idle = memory;
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RequestError(
      400,
      'InvalidJson',
      'body',
      `body is not text in UTF-8: bytes of tensors need the header ${JSON_LENGTH_HEADER}, compressed ones ` +
        'content-encoding.',
    );
  }
}

function parse(text: string): BodyFields {
  let parsed: unknown;
  try {
    // JSON.parse needs no stack for nesting.
    parsed = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message.slice(0, 200) : 'unreadable';
    throw new RequestError(400, 'InvalidJson', 'body', `body is not JSON: ${message}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new RequestError(400, 'InvalidJson', 'body', `body is ${shown(parsed)}, not a JSON object.`);
  }
  return parsed as BodyFields;
}

/** Triton's "raw" requests, of length 0, have no JSON at all; they would name neither input nor shape. */
function readJsonLength(header: string, bytes: number): number {
  const length = /^\d{1,9}$/.test(header.trim()) ? Number(header) : Number.NaN;
  if (length >= 1 && length <= bytes) return length;
  throw new RequestError(
    400,
    'InvalidInput',
    JSON_LENGTH_HEADER,
    `${JSON_LENGTH_HEADER} is ${shown(header)}, not a number of bytes from 1 to the body's ${bytes}.`,
  );
}

function inflated(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'identity') return bytes;
  const inflate = inflaterFor(encoding, bytes);
  try {
    return inflate(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (error) {
    if (error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(`more than ${MAX_INFLATED_BYTES}`, MAX_INFLATED_BYTES, ' once it is inflated');
    }
    const message = error instanceof Error ? error.message : 'unreadable';
    throw new RequestError(400, 'InvalidJson', 'body', `body is not whole ${encoding} data: ${message}.`);
  }
}

function inflaterFor(encoding: string, bytes: Uint8Array): typeof gunzipSync {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync;
    case 'deflate':
      // With zlib's header, as RFC 9110 says, or without it, as some clients send it.
      return ((bytes[0] ?? 0) & 15) === 8 ? inflateSync : inflateRawSync;
    default:
      throw new RequestError(
        415,
        'UnsupportedEncoding',
        'content-encoding',
        `content-encoding is ${shown(encoding)}; gzip, deflate and identity are taken.`,
      );
  }
}

function refuseBomb(json: Uint8Array): void {
  if (json.length > MAX_INFLATED_JSON_BYTES) {
    throw tooLarge(json.length, MAX_INFLATED_JSON_BYTES, ' of JSON once it is inflated');
  }
  if (json.length <= MAX_BRACKETS) return;
  let brackets = 0;
  for (const byte of json) if (byte === 0x5b || byte === 0x7b) brackets += 1;
  if (brackets <= MAX_BRACKETS) return;
  throw new RequestError(
    413,
    'BodyTooLarge',
    'body',
    `body has ${brackets} arrays and objects, the limit of a compressed one is ${MAX_BRACKETS}.`,
  );
}

const tooLarge = (bytes: number | string, limit = MAX_BODY_BYTES, of = '') =>
  new RequestError(413, 'BodyTooLarge', 'body', `body has ${bytes} bytes${of}, the limit is ${limit}.`);
