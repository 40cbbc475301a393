import { deflateSync, gzipSync } from 'node:zlib';
import { JSON_LENGTH_HEADER, type ErrorBody } from '../contract/inference-protocol';
import type { Datatype } from '../contract/datatypes';
import type { AskedOutput, ParsedInferRequest } from './read-infer-request';
import { RequestError } from './not-ready';
import { bytesPerElement, writeBinary, halvesIn } from './tensor-data';
import type { InferenceSession } from 'onnxruntime-node';
import { kindOf, type PredictionOutput } from '../domain/prediction';
import { float16Text, float32Text, float64Text } from './float-text';
import type { TensorSignature } from './load-model';

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
 * Refuses a request whose answer cannot fit, before the model runs for it, as far as the signature and the request
 * tell: sizes that neither fixes count as nothing. Numbers count as one digit and a comma each, so that what is refused
 * would never have fitted; what turns out too long in digits is refused after the run.
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

/** One output tensor of a finished run. */
export interface RunOutput extends PredictionOutput {
  readonly datatype: Datatype;
}

/** An answer's outputs: JSON, and the bytes that follow it where the request asked for bytes. */
export interface WrittenOutputs {
  /** The protocol's list of outputs. */
  readonly json: string;
  /** Empty where all are in the JSON. */
  readonly binary: readonly Buffer[];
}

/** The run's tensors, in the order of the model's signature. */
export function readRun(
  result: InferenceSession.ReturnType,
  signatures: readonly TensorSignature[],
): readonly RunOutput[] {
  return signatures.map(({ name, runName, datatype }) => {
    const tensor = result[runName];
    if (tensor === undefined) throw new Error(`The run gave no output ${runName}.`);
    const data = tensor.data as ArrayLike<number | bigint | string>;
    return { name, datatype, kind: kindOf(datatype), shape: tensor.dims, data };
  });
}

/** A value that is NaN or infinite, and where. */
export interface NonFinite {
  readonly output: string;
  readonly shape: readonly number[];
  /** Elements of the output. */
  readonly length: number;
  /** Flat. */
  readonly index: number;
  readonly value: number;
}

/** The first such value of the outputs that is not excused; infinities alone may be allowed. */
export function findNonFinite(
  outputs: readonly RunOutput[],
  infinitiesAllowed: boolean,
  excused: (found: NonFinite) => boolean,
): NonFinite | undefined {
  for (const { name, kind, shape, data } of outputs) {
    if (kind !== 'float') continue;
    for (let index = 0; index < data.length; index += 1) {
      const value = data[index] as number;
      // The difference of an infinity, or of NaN, with itself is NaN.
      if (value - value === 0 || (infinitiesAllowed && !Number.isNaN(value))) continue;
      const found = { output: name, shape, length: data.length, index, value };
      if (!excused(found)) return found;
    }
  }
  return undefined;
}

/** The outputs that were asked for, in the order of the model's signature. */
export function writeOutputs(
  outputs: readonly RunOutput[],
  asked: readonly AskedOutput[],
  classNames: readonly string[] | undefined,
): WrittenOutputs {
  const binary: Buffer[] = [];
  let written = '';
  for (const output of outputs) {
    const how = asked.find(({ signature }) => signature.name === output.name);
    if (!how) continue;
    const { classification, signature } = how;
    const names = signature.classNames ?? classNames;
    const given = classification === undefined ? output : classified(output, classification, names);
    const head = `"name":${JSON.stringify(given.name)},"datatype":"${given.datatype}","shape":[${given.shape.join()}]`;
    if (how.binary) {
      const bytes = writeBinary(given.datatype, given.data);
      binary.push(bytes);
      written += `${written && ','}{${head},"parameters":{"binary_data_size":${bytes.length}}}`;
    } else written += `${written && ','}{${head},"data":[${textOf(given)}]}`;
  }
  return { json: `[${written}]`, binary };
}

function wholeText(data: ArrayLike<bigint>): string {
  const texts = new Array<string>(data.length);
  for (let index = 0; index < data.length; index += 1) {
    const element = data[index]!;
    texts[index] = Number.isSafeInteger(Number(element)) ? String(element) : `"${element}"`;
  }
  return texts.join();
}

/** Flat data, with commas; 64 bit integers as text where a JSON number would lose digits. */
function textOf({ datatype, data }: RunOutput): string {
  switch (datatype) {
    case 'FP32':
      return float32Text(data as unknown as Float32Array);
    case 'FP64':
      return float64Text(data as unknown as Float64Array);
    case 'FP16':
      return halvesText(data as unknown as Float32Array);
    case 'BOOL':
      return Array.from(data, (element) => element !== 0).join();
    case 'INT64':
    case 'UINT64':
      return wholeText(data as ArrayLike<bigint>);
    default:
      return JSON.stringify(Array.from(data)).slice(1, -1);
  }
}

/** onnxruntime gives half precision as Float16Array where the language has one. */
function halvesText(halves: Float32Array): string {
  const scratch = new Uint16Array(1);
  const narrowed = halvesIn(scratch.buffer);
  const narrow = (value: number): number => {
    narrowed[0] = value;
    return narrowed[0];
  };
  return float16Text(halves, new Uint16Array(halves.buffer, halves.byteOffset, halves.length), narrow);
}

/** Triton's classification: the largest of each row, as `value:index` or `value:index:name`. */
function classified(output: RunOutput, count: number, classNames: readonly string[] | undefined): RunOutput {
  const [rows = 1, ...rest] = output.shape.length > 1 ? output.shape : [1, ...output.shape];
  const width = rest.reduce((product, size) => product * size, 1);
  const kept = Math.min(count, width);
  const texts: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    const at = (index: number) => output.data[row * width + index] as number;
    Array.from({ length: width }, (_, index) => index)
      .sort((a, b) => Number(at(b)) - Number(at(a)) || a - b)
      .slice(0, kept)
      .forEach((index) => {
        const name = classNames?.[index];
        texts.push(`${Number(at(index)).toFixed(6)}:${index}${name === undefined ? '' : `:${name}`}`);
      });
  }
  const shape = output.shape.length > 1 ? [rows, kept] : [kept];
  return { name: output.name, datatype: 'BYTES', kind: 'string', shape, data: texts };
}
