import { createHash } from 'node:crypto';
import { capturedKey, capturedRequestSchema, MAX_CAPTURED_BYTES, type CapturedRequest } from '../contract/replay';
import { type Datatype, elementCount } from '../contract/datatypes';
import type { ModelServerEnv } from '../contract/model-server-env';
import { HOUR_MS } from '../domain/minutes';
import { AUTO_CAPTURES_A_DAY } from '../domain/plan/time-to-proof';
import type { CaptureSink } from '../adapters/s3/captured-requests';
import { captureSlots, SLOT_MS } from './capture-slots';
import { reason } from './not-ready';
import type { RequestBody } from './read-body';
import type { ParsedInferRequest } from './read-infer-request';
import type { ServerLog } from './server-log';
import { datatypeOf, halvesIn, type FixedArray } from './tensor-data';
import { request } from 'node:http';

/**
 * Whether to keep a well-formed request of a user, whose id is Lambda's: the work of it, for after its answer, or
 * undefined. The work never rejects.
 */
export type Capture = (body: Readonly<Record<string, unknown>>, requestId: string) => (() => Promise<void>) | undefined;

/**
 * What a request asked, as JSON: its own, or written from its tensors where they came as bytes, which costs something
 * and is done only for what is kept.
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

export const noCapture: Capture = () => undefined;

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

/** A write takes 20 to 50 ms; what has not ended after this is left, so that no environment is busy for longer. */
export const CAPTURE_LIMIT_MS = 500;
/**
 * At most one write a second and environment, half a dollar a day of them: a burst of requests is no burst of writes,
 * whatever the rate.
 */
export const CAPTURE_GAP_MS = 1_000;
/** Failures come in rows, and one line says it. */
const LOG_GAP_MS = 60_000;
/** Digests of requests that are not kept again on the same day. 2,000 are 200 KB. */
const MAX_REMEMBERED = 2_000;

/** Keeps some of the requests, identical ones once a day; see docs/guides/capture.md. */
export function requestCapture(parts: CaptureParts): Capture {
  const { env, sink, log, now = Date.now, random = Math.random } = parts;
  const abortAfter = parts.abortAfter ?? ((ms: number) => AbortSignal.timeout(ms));
  if (env.model === undefined) return noCapture;
  const { bucket, versionId } = env.model;
  // Without labels there is no key; S3's random id of the model's object is as little known to callers.
  const secret = env.requestKey ?? versionId;
  const admission = env.captureRate === 'auto' ? bySlot(env.endpoint, secret, random) : byShare(env, random);
  const kept = keptToday();
  let [lastTry, lastLine] = [-Infinity, -Infinity];

  async function keep(request: Readonly<Record<string, unknown>>, requestId: string, at: number): Promise<void> {
    const { inputs } = capturedRequestSchema.parse(request);
    // A value has a digit and a comma at least, so that most large requests need not be written out to be found large.
    const values = inputs.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    if (values * 2 > MAX_CAPTURED_BYTES) return;
    // Infinity has no JSON, and what is kept could not be asked again.
    if (inputs.some(({ data }) => data.some((value) => value === Infinity || value === -Infinity))) return;
    const body = JSON.stringify({ inputs });
    if (Buffer.byteLength(body) > MAX_CAPTURED_BYTES) return;
    const digest = createHash('sha256').update(body).digest('base64');
    if (kept.has(digest, at)) return;
    const key = admission.keyFor(requestId, at);
    if (key === undefined) return;
    const signal = abortAfter(CAPTURE_LIMIT_MS);
    const written = sink.write({ bucket, key, requestId, body }, signal);
    const how = await Promise.race([written, rejectionOf(signal)]);
    admission.ended(how, at);
    if (how === 'kept') kept.add(digest);
  }

  return (request, requestId) => {
    const at = now();
    if (at - lastTry < CAPTURE_GAP_MS || !admission.admits(at)) return undefined;
    lastTry = at;
    return () =>
      keep(request, requestId, at).catch((error: unknown) => {
        if (at - lastLine < LOG_GAP_MS) return;
        lastLine = at;
        log.warn('Request not captured', { reason: reason(error), requestId });
      });
  };
}

/** Which requests are tried, and the keys that they get. */
interface Admission {
  readonly admits: (at: number) => boolean;
  readonly keyFor: (requestId: string, at: number) => string | undefined;
  readonly ended: (how: 'kept' | 'taken', at: number) => void;
}

/** A share of the requests, by chance. */
function byShare({ endpoint, captureRate }: ModelServerEnv, random: () => number): Admission {
  return {
    admits: () => random() < Number(captureRate),
    keyFor: (requestId, at) => capturedKey(endpoint, at, requestId),
    ended: () => undefined,
  };
}

/** One a slot of the day, of all environments together. */
function bySlot(endpoint: string, secret: string, random: () => number): Admission {
  const slots = captureSlots(secret, random);
  return {
    admits: slots.areOpen,
    keyFor: (_, at) => {
      const slot = slots.take(at);
      return slot === undefined
        ? undefined
        : capturedKey(endpoint, slot * SLOT_MS, String(slot % AUTO_CAPTURES_A_DAY).padStart(4, '0'));
    },
    ended: (how, at) => (how === 'kept' ? slots.won(at) : slots.lost(at)),
  };
}

/** Digests of what was kept on a day, as far as one environment remembers. */
function keptToday(): { has(digest: string, at: number): boolean; add(digest: string): void } {
  const digests = new Set<string>();
  let day = -1;
  return {
    has: (digest, at) => {
      const today = Math.floor(at / DAY_MS);
      if (today !== day) digests.clear();
      day = today;
      return digests.has(digest);
    },
    add: (digest) => {
      const [oldest] = digests;
      if (oldest !== undefined && digests.size >= MAX_REMEMBERED) digests.delete(oldest);
      digests.add(digest);
    },
  };
}

const DAY_MS = 24 * HOUR_MS;

const rejectionOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const late = () => reject(new Error(`not written within ${CAPTURE_LIMIT_MS} ms`));
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
  });

type WorkAfterAnswer = () => Promise<void>;

/** Does work that no answer waits for. */
export interface AfterAnswer {
  readonly later: (work: WorkAfterAnswer) => void;
  /** An invocation ended: its answer is on its way. */
  readonly answered: (requestId: string) => void;
}

const NAME = 'greenlight-capture';
const REGISTER_LIMIT_MS = 2_000;
/** Lambda's runtime sends the answer in the turns of the event loop after the handler's end. */
const ANSWER_FIRST_MS = 5;

/**
 * Once a handler has answered, Lambda freezes its environment: what it had begun stands still until the next request.
 * But it waits for extensions, after it has handed on the answer, and counts their time apart from the function's
 * duration: https://aws.amazon.com/blogs/compute/running-code-after-returning-a-response-from-an-aws-lambda-function/
 * So this process registers as an extension of its own, which must be done before the function has started, and asks
 * for the next event when the work of the last one is done. Where that is not possible, away from Lambda, work is begun
 * at once.
 */
export async function afterAnswers(api: string | undefined): Promise<AfterAnswer> {
  const id = api === undefined ? undefined : await register(api).catch(() => undefined);
  if (api === undefined || id === undefined) return { later: (work) => void work(), answered: () => undefined };
  const works: WorkAfterAnswer[] = [];
  let ended: string | undefined;
  let heard: ((requestId: string) => void) | undefined;

  async function follow(extension: string): Promise<never> {
    for (;;) {
      const { requestId } = await nextEvent(api!, extension);
      if (ended !== requestId)
        await new Promise<void>((resolve) => {
          heard = (one) => one === requestId && resolve();
        });
      heard = undefined;
      if (works.length > 0) await new Promise((resolve) => setTimeout(resolve, ANSWER_FIRST_MS));
      // Work is bounded by itself and never rejects.
      await Promise.all(works.splice(0).map((work) => work()));
    }
  }
  // An extension that asks no more would hold every invocation to its timeout; a process that ends is begun anew.
  follow(id).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
  return {
    later: (work) => void works.push(work),
    answered: (requestId) => {
      ended = requestId;
      heard?.(requestId);
    },
  };
}

/**
 * Answers the id by which Lambda knows this extension.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
async function register(api: string): Promise<string> {
  const { headers } = await call(`http://${api}/2020-01-01/extension/register`, {
    method: 'POST',
    headers: { 'Lambda-Extension-Name': NAME, 'Content-Type': 'application/json' },
    body: JSON.stringify({ events: ['INVOKE'] }),
    signal: AbortSignal.timeout(REGISTER_LIMIT_MS),
  });
  const id = headers['lambda-extension-identifier'];
  if (typeof id !== 'string') throw new Error('register: no Lambda-Extension-Identifier');
  return id;
}

/** Waits for as long as the environment is frozen: no time limit. */
async function nextEvent(api: string, extension: string): Promise<{ readonly requestId: string }> {
  const { body } = await call(`http://${api}/2020-01-01/extension/event/next`, {
    method: 'GET',
    headers: { 'Lambda-Extension-Identifier': extension },
  });
  return JSON.parse(body) as { requestId: string };
}

interface S3Call {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

const call = (url: string, { method, headers, body, signal }: S3Call) =>
  new Promise<{ readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }>((resolve, reject) => {
    const sent = request(url, { method, headers, ...(signal && { signal }) }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve({ headers: answer.headers, body: Buffer.concat(chunks).toString() });
        else reject(new Error(`${method} ${url}: ${answer.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
