import {
  capturedKey,
  capturedRequestSchema,
  MAX_CAPTURED_BYTES,
  type CapturedRequest,
} from '../contract/captured-request';
import type { Datatype } from '../contract/datatypes';
import type { ModelServerEnv } from '../contract/model-server-env';
import { elementCount } from '../contract/tensor-data';
import type { CaptureSink } from '../adapters/s3/capture-sink';
import { reason } from './not-ready';
import type { RequestBody } from './read-body';
import type { ParsedInferRequest } from './read-infer-request';
import type { ServerLog } from './server-log';
import { datatypeOf, halvesIn, type FixedArray } from './tensor-types';

/**
 * Keeps a well-formed request of a user, or not. `requestId` is Lambda's. Never rejects: the request comes first. The
 * answer waits for it, because Lambda freezes the environment once the answer is given.
 */
export type Capture = (body: Readonly<Record<string, unknown>>, requestId: string) => Promise<void>;

/**
 * What a request asked, as JSON: its own, or written from its tensors where they came as bytes, which costs something and
 * is done only for what is kept.
 */
export const capturable = (
  { json, binary }: RequestBody,
  { feeds }: ParsedInferRequest,
): Readonly<Record<string, unknown>> =>
  binary === undefined
    ? json
    : {
        get inputs() {
          return inputsInJson(feeds);
        },
      };

const inputsInJson = (feeds: ParsedInferRequest['feeds']): CapturedRequest['inputs'] =>
  Object.entries(feeds).map(([name, { type, dims, data }]) => {
    const datatype = datatypeOf(type)!;
    return { name, datatype, shape: [...dims], data: elementsInJson(datatype, data as FixedArray | readonly string[]) };
  });

function elementsInJson(datatype: Datatype, data: FixedArray | readonly string[]): readonly unknown[] {
  if (datatype === 'BOOL') return Array.from(data as Uint8Array, (element) => element !== 0);
  if (datatype === 'FP16') {
    const { buffer, byteOffset, byteLength } = data as Uint16Array;
    return Array.from(halvesIn(buffer.slice(byteOffset, byteOffset + byteLength)));
  }
  return Array.from(data as ArrayLike<number | bigint | string>, (element) =>
    typeof element !== 'bigint' ? element : Number.isSafeInteger(Number(element)) ? Number(element) : String(element),
  );
}

export const noCapture: Capture = async () => undefined;

export interface CaptureParts {
  readonly env: ModelServerEnv;
  readonly sink: CaptureSink;
  readonly log: ServerLog;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** 0 to 1, 1 excluded. @default Math.random */
  readonly random?: () => number;
  /** Aborts after so many milliseconds. @default AbortSignal.timeout */
  readonly abortAfter?: (ms: number) => AbortSignal;
}

/** A write takes 20 to 50 ms; what has not ended after this is left, so that no user waits longer. */
export const CAPTURE_LIMIT_MS = 500;
/** At most one write a second and environment, half a dollar a day of them: a burst of requests is no burst of writes, whatever the rate. */
export const CAPTURE_GAP_MS = 1_000;
/** Failures come in rows, and one line says it. */
const LOG_GAP_MS = 60_000;

/** Keeps a share of the requests, by chance; see docs/guides/capture.md. */
export function requestCapture(parts: CaptureParts): Capture {
  const { env, sink, log, now = Date.now, random = Math.random } = parts;
  const abortAfter = parts.abortAfter ?? ((ms: number) => AbortSignal.timeout(ms));
  const bucket = env.model?.bucket;
  if (bucket === undefined) return noCapture;
  let lastWrite = -Infinity;
  let lastLine = -Infinity;

  async function keep(request: Readonly<Record<string, unknown>>, requestId: string, at: number): Promise<void> {
    const { inputs } = capturedRequestSchema.parse(request);
    // A value has a digit and a comma at least, so that most large requests need not be written out to be found large.
    const values = inputs.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    if (values * 2 > MAX_CAPTURED_BYTES) return;
    const body = JSON.stringify({ inputs });
    if (Buffer.byteLength(body) > MAX_CAPTURED_BYTES) return;
    lastWrite = at;
    const signal = abortAfter(CAPTURE_LIMIT_MS);
    const key = capturedKey(env.endpoint, at, requestId);
    await Promise.race([sink.write({ bucket: bucket!, key, body }, signal), rejectionOf(signal)]);
  }

  return async (request, requestId) => {
    const at = now();
    if (random() >= env.captureRate || at - lastWrite < CAPTURE_GAP_MS) return;
    try {
      await keep(request, requestId, at);
    } catch (error) {
      if (at - lastLine < LOG_GAP_MS) return;
      lastLine = at;
      log.warn('Request not captured', { reason: reason(error), requestId });
    }
  };
}

const rejectionOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const late = () => reject(new Error(`not written within ${CAPTURE_LIMIT_MS} ms`));
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
  });
