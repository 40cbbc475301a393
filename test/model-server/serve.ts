import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import { inferResponse, JSON_LENGTH_HEADER } from '../../lambdas/contract/inference-protocol';
import type { ModelServerEnv } from '../../lambdas/contract/model-server-env';
import type { Answer } from '../../lambdas/model-server/answer';
import type { Capture } from '../../lambdas/model-server/capture';
import { createModelServer, type ModelServer } from '../../lambdas/model-server/create-model-server';
import type { InvocationContext } from '../../lambdas/model-server/route';
import type { LabelCounts, RequestCounts } from '../../lambdas/model-server/emf-sink';
import type { LabelStore } from '../../lambdas/adapters/s3/label-store';
import type { ModelSource } from '../../lambdas/adapters/s3/model-source';

export const digits = (file: string): Buffer => readFileSync(join(__dirname, '../../examples/digits', file));
export const fixture = (file: string): Buffer => readFileSync(join(__dirname, 'fixtures', file));

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

type OtherRequest = Pick<RequestCounts, 'endpoint' | 'version' | 'at'>;

export interface ServedModel {
  readonly server: ModelServer;
  readonly counts: RequestCounts[];
  /** Minutes in which a request came that is not counted. */
  readonly others: OtherRequest[];
  readonly labelCounts: LabelCounts[];
  readonly lines: LogLine[];
  readonly call: (method: string, path: string, body?: unknown, context?: InvocationContext) => Promise<Reply>;
  readonly infer: (body: unknown, context?: InvocationContext) => Promise<Reply>;
}

export interface Reply extends Answer {
  /** The body as JSON made of it. */
  readonly json: Record<string, unknown>;
}

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:digits';
export const throughLive: InvocationContext = {
  functionVersion: '7',
  invokedFunctionArn: `${ARN}:live`,
  awsRequestId: 'r-1',
};
export const byVersion: InvocationContext = { ...throughLive, invokedFunctionArn: `${ARN}:7` };

/** A source that holds one object, in chunks of 1,000 bytes. */
export const sourceOf = (file: Uint8Array): ModelSource => ({
  open: async (_, from) => ({ contentLength: file.byteLength, chunks: inChunks(file.subarray(from)) }),
});

async function* inChunks(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < file.byteLength; start += 1000) yield file.subarray(start, start + 1000);
}

export const envFor = (file: Uint8Array | undefined, changes: Partial<ModelServerEnv> = {}): ModelServerEnv => ({
  endpoint: 'digits',
  model: file && {
    bucket: 'b',
    key: 'models/digits/m.onnx',
    versionId: 'v1',
    sha256: createHash('sha256').update(file).digest('hex'),
  },
  modelName: 'm',
  predictionOutput: undefined,
  task: undefined,
  labels: undefined,
  measures: [],
  classNames: undefined,
  maxModelMegabytes: 10,
  threads: 1,
  captureRate: 0,
  nonFinite: 'refused',
  feedbackDays: 30,
  requestKey: `1.${'k'.repeat(43)}`,
  ...changes,
});

/** A model server over one file, with everything that it counts and logs kept. */
export function serve(
  file: Uint8Array | undefined,
  changes: Partial<ModelServerEnv> = {},
  parts: {
    readonly source?: ModelSource;
    readonly now?: () => number;
    readonly stopwatch?: () => () => number;
    readonly capture?: Capture;
    readonly afterAnswer?: (work: () => Promise<void>) => void;
    readonly labels?: LabelStore;
  } = {},
): ServedModel {
  const counts: RequestCounts[] = [];
  const labelCounts: LabelCounts[] = [];
  const others: OtherRequest[] = [];
  const lines: LogLine[] = [];
  const logAt = (level: LogLine['level']) => (message: string, fields: Record<string, unknown>) => {
    lines.push({ level, message, fields });
  };
  const server = createModelServer({
    env: envFor(file, changes),
    source: parts.source ?? sourceOf(file ?? new Uint8Array()),
    metrics: {
      record: (count) => counts.push(count),
      recordOther: (request) => others.push(request),
      recordLabel: (count) => labelCounts.push(count),
    },
    log: { info: logAt('info'), warn: logAt('warn'), error: logAt('error') },
    now: parts.now ?? (() => 1_000),
    // Every request takes as long, so that what is counted can be told beforehand.
    stopwatch: parts.stopwatch ?? (() => () => 5),
    ...(parts.capture && { capture: parts.capture }),
    ...(parts.afterAnswer && { afterAnswer: parts.afterAnswer }),
    ...(parts.labels && { labels: parts.labels }),
  });
  let asked = 0;
  // Lambda gives each its own id.
  const next = () => ({ ...throughLive, awsRequestId: `r-${(asked += 1)}` });
  const call: ServedModel['call'] = async (method, path, body, context = next()) => {
    const answer = await server.handle(event(method, path, body), context);
    return { ...answer, json: jsonOf(answer) };
  };
  const infer: ServedModel['infer'] = (body, context) => call('POST', '/v2/models/m/infer', body, context);
  return { server, counts, others, labelCounts, lines, call, infer };
}

/** The JSON of an answer, without the tensors' bytes that may follow it. */
export function jsonOf({ body, headers, isBase64Encoded }: Answer): Record<string, unknown> {
  if (!isBase64Encoded) return JSON.parse(body) as Record<string, unknown>;
  const sent = Buffer.from(body, 'base64');
  const bytes =
    headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : headers['content-encoding'] ? inflateSync(sent) : sent;
  return JSON.parse(bytes.toString('utf8', 0, Number(headers[JSON_LENGTH_HEADER] ?? bytes.length))) as Record<
    string,
    unknown
  >;
}

/** A function URL's event; a body that is no text is sent as JSON. */
export const event = (method: string, rawPath: string, body?: unknown) => ({
  version: '2.0',
  rawPath,
  headers: { 'content-type': 'application/json' },
  requestContext: { http: { method, path: rawPath } },
  body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  isBase64Encoded: false,
});

/** The data of one output of an answer. */
export function outputOf(reply: Reply, name: string): readonly unknown[] {
  const found = inferResponse.parse(reply.json).outputs.find((output) => output.name === name);
  if (!found) throw new Error(`No output ${name} in ${reply.body.slice(0, 200)}`);
  return found.data;
}

export const input = (name: string, datatype: string, shape: unknown, data: unknown) => ({
  inputs: [{ name, datatype, shape, data }],
});
