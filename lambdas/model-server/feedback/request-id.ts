import * as z from 'zod';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { MAX_ROWS_COUNTED } from '../../contract/metric-names';
import { MAX_NAME_LENGTH, type Answered, type Predicted, answeredBy } from '../../domain/feedback';
import type { ModelServerEnv } from '../../contract/model-server-env';
import type { PredictionOutput } from '../../domain/prediction';

/** Everything that a label needs to be scored later; see docs/guides/feedback.md, ADR 0020 and ADR 0032. */
export interface RequestIdContent {
  readonly endpoint: string;
  /** The version that answered. */
  readonly version: string;
  /** First 12 hex digits of the model's sha256. */
  readonly model: string;
  /** When the request came, ms since 1970. */
  readonly at: number;
  /** Lambda's id of the invocation: unique, and not the name of a person. */
  readonly invocation: string;
  /** Whether it came through the live alias; what asks a version by its number is a test and no user. */
  readonly live: boolean;
  /** Undefined when no output was a prediction. */
  readonly answered: Answered | undefined;
}

export type RequestIdProblem =
  | { readonly problem: 'not an id'; readonly why: string }
  | { readonly problem: 'another format'; readonly format: string };

/** The format that this server writes and reads. Another layout of the content needs another number. */
export const REQUEST_ID_FORMAT = '2';
/** Of an HMAC in base64url: 22 characters are 132 bits, which cannot be guessed. */
const SIGNATURE_LENGTH = 22;
/** A header and a log line carry it; with the usual one row it has about 205 characters. */
export const MAX_REQUEST_ID_LENGTH = 1_024;
/** Base64 makes four characters of three bytes. */
const MAX_CONTENT_BYTES = Math.floor(((MAX_REQUEST_ID_LENGTH - SIGNATURE_LENGTH - 3) * 3) / 4);

const text = z.string().max(MAX_NAME_LENGTH);
const rows = <T extends z.ZodType>(of: T) => z.array(of).min(1).max(MAX_ROWS_COUNTED);
/** Arrays in place of objects: keys would be half of every id. */
const contentSchema = z.tuple([
  z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  z.string().regex(/^([1-9]\d{0,8}|\$LATEST)$/),
  z.string().regex(/^([0-9a-f]{12}|none)$/),
  z.int().min(0).max(8_640_000_000_000_000),
  z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  z.union([z.literal(0), z.literal(1)]),
  z.union([
    z.tuple([]),
    z.tuple([z.literal('c'), z.int().min(1), rows(z.number()), z.int().min(0)]),
    z.tuple([z.literal('n'), z.int().min(1), rows(z.int().min(0)), rows(text)]),
    z.tuple([z.literal('s'), z.int().min(1), rows(z.number())]),
  ]),
]);
type Written = z.infer<typeof contentSchema>;

/** The id as text of `A-Z a-z 0-9 - _`. Rows that would make it too long are left out, the last ones first. */
export function writeRequestId(content: RequestIdContent, key: string): string {
  const { endpoint, version, model, at, invocation, live, answered } = content;
  const written = (rowsKept: number): string => {
    const prediction = answered === undefined ? [] : writePredicted(answered, rowsKept);
    return JSON.stringify([endpoint, version, model, at, invocation, live ? 1 : 0, prediction]);
  };
  let kept = Math.min(answered?.predicted.values.length ?? 0, MAX_ROWS_COUNTED);
  let json = written(kept);
  while (Buffer.byteLength(json) > MAX_CONTENT_BYTES && kept > 1) json = written((kept = Math.floor(kept * 0.9)));
  const body = `g${REQUEST_ID_FORMAT}-${Buffer.from(json).toString('base64url')}`;
  return body + signatureOf(body, key);
}

/**
 * The inverse. Refuses whatever no server with this key wrote, be it one character; nothing of the content is looked at
 * before.
 */
export function readRequestId(id: string, key: string): RequestIdContent | RequestIdProblem {
  const format = /^g(\d{1,4})-/.exec(id)?.[1];
  if (format === undefined || id.length > MAX_REQUEST_ID_LENGTH || !/^[A-Za-z0-9_-]+$/.test(id))
    return { problem: 'not an id', why: 'it is not of the form that answers carry' };
  if (format !== REQUEST_ID_FORMAT) return { problem: 'another format', format };
  const body = id.slice(0, -SIGNATURE_LENGTH);
  // In the same time whatever differs, and both of one length, by the expression above.
  const signed = Buffer.from(id.slice(-SIGNATURE_LENGTH).padEnd(SIGNATURE_LENGTH));
  if (!timingSafeEqual(Buffer.from(signatureOf(body, key)), signed))
    return { problem: 'not an id', why: 'it was cut or mistyped, or is not of this endpoint' };
  const parsed = contentSchema.safeParse(contentOf(body.slice(`g${REQUEST_ID_FORMAT}-`.length)));
  if (!parsed.success) return { problem: 'not an id', why: 'its content is not what this server writes' };
  const [endpoint, version, model, at, invocation, live, prediction] = parsed.data;
  const answered = readPredicted(prediction);
  if (answered === 'contradictory') return { problem: 'not an id', why: 'its content is not what this server writes' };
  return { endpoint, version, model, at, invocation, live: live === 1, answered };
}

/** Over the text and not the bytes, because the last character of base64 has bits that mean nothing. */
const signatureOf = (body: string, key: string): string =>
  createHmac('sha256', key).update(body).digest('base64url').slice(0, SIGNATURE_LENGTH);

function contentOf(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function writePredicted({ rows: all, predicted }: Answered, kept: number): Written[6] {
  switch (predicted.kind) {
    case 'class':
      return ['c', all, predicted.values.slice(0, kept), predicted.classes ?? 0];
    case 'score':
      return ['s', all, predicted.values.slice(0, kept).map(nineDigits)];
    case 'name': {
      // Each name once: a batch of a hundred rows has few of them.
      const values = predicted.values.slice(0, kept);
      const names = [...new Set(values)];
      return ['n', all, values.map((name) => names.indexOf(name)), names];
    }
  }
}

function readPredicted(prediction: Written[6]): Answered | undefined | 'contradictory' {
  const predicted = predictedOf(prediction);
  if (predicted === undefined) return undefined;
  const all = prediction[1] ?? 0;
  const known = predicted.values.length <= all && !(predicted.values as readonly unknown[]).includes(undefined);
  return known ? { rows: all, predicted } : 'contradictory';
}

function predictedOf(prediction: Written[6]): Predicted | undefined {
  switch (prediction[0]) {
    case undefined:
      return undefined;
    case 'c':
      return { kind: 'class', classes: prediction[3] === 0 ? undefined : prediction[3], values: prediction[2] };
    case 's':
      return { kind: 'score', values: prediction[2] };
    case 'n': {
      const [, , indices, names] = prediction;
      return { kind: 'name', values: indices.map((index) => names[index] as string) };
    }
  }
}

/** A 32 bit float has at most nine digits that mean something. */
const nineDigits = (score: number): number => Number(score.toPrecision(9));

/**
 * The id of an answer, which carries what was predicted: nothing is stored until a label comes, and mostly none does.
 */
export const requestIdFor = (
  outputs: readonly PredictionOutput[],
  env: ModelServerEnv,
  classNames: readonly string[] | undefined,
  key: string,
  context: { readonly functionVersion: string; readonly awsRequestId: string },
  at: number,
  live: boolean,
): string =>
  writeRequestId(
    {
      endpoint: env.endpoint,
      version: context.functionVersion,
      model: env.model?.sha256.slice(0, 12) ?? 'none',
      at,
      invocation: context.awsRequestId,
      live,
      answered: answeredBy(outputs, { ...env, classNames }, MAX_ROWS_COUNTED),
    },
    key,
  );
