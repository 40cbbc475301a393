import { performance } from 'node:perf_hooks';
import type { InvocationResult } from './function-runtime';
import { captureOutput } from './captured-output';
import { stopwatch, timing } from './stopwatch';
import type { CapturedObject } from '../../lambdas/adapters/s3/captured-requests';
import type { KeptLabel } from '../../lambdas/contract/feedback';
import type { FromProcess, LabelToKeep, ObjectReference, ToProcess } from './process-messages';

/** What Lambda's context gives a handler. */
export interface HandlerContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  readonly memoryLimitInMB: string;
}

export type Handler = (event: unknown, context: HandlerContext) => Promise<unknown>;

/** What a process has of the world. */
export interface ProcessSurroundings {
  /** Reads an object of the world's S3. */
  readonly getObject: (object: ObjectReference) => Promise<Uint8Array>;
  /** Keeps a label there, unless its key has one. Answers what is kept. */
  readonly keepLabel: (toKeep: LabelToKeep) => Promise<KeptLabel>;
  /** Keeps a captured request there, unless its key is taken. */
  readonly capture: (object: CapturedObject) => Promise<'kept' | 'taken'>;
  /** The world's time, ms since 1970: that of the last events, or of the process' start. */
  readonly now: () => number;
}

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const FLUSH_AFTER_MS = 100;

/**
 * The inside of a function's process: makes the handler once, then answers one event after the other as a Lambda
 * environment does, with the time of the handler alone and what it wrote to stdout. Ends when the engine is gone.
 */
export function runFunctionProcess(createHandler: (surroundings: ProcessSurroundings) => Promise<Handler>): void {
  const takeOutput = captureOutput();
  // A plain object: reading the real environment costs microseconds, and loggers and metrics do it at every request.
  process.env = { ...process.env };
  const objects = new Map<number, Waiting<Uint8Array>>();
  const labels = new Map<number, Waiting<KeptLabel>>();
  const captures = new Map<number, Waiting<'kept' | 'taken'>>();
  const send = (message: FromProcess) => process.send?.(message);
  let asked = 0;
  let worldTime = Number(process.argv[2] ?? Date.now());
  const surroundings: ProcessSurroundings = {
    getObject: (object) =>
      new Promise((resolve, reject) => {
        const id = ++asked;
        objects.set(id, { resolve, reject });
        send({ type: 'get-object', id, object });
      }),
    keepLabel: (toKeep) =>
      new Promise((resolve, reject) => {
        const id = ++asked;
        labels.set(id, { resolve, reject });
        send({ type: 'keep-label', id, toKeep });
      }),
    capture: (object) =>
      new Promise((resolve, reject) => {
        const id = ++asked;
        captures.set(id, { resolve, reject });
        send({ type: 'capture', id, object });
      }),
    now: () => worldTime,
  };

  const made = createHandler(surroundings).then(
    (handler) => {
      send({ type: 'ready', logs: takeOutput() });
      return handler;
    },
    (error: unknown) => {
      const { name, message } = asError(error);
      send({ type: 'init-failed', name, message, logs: takeOutput() });
      return undefined;
    },
  );

  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: ToProcess) => {
    switch (message.type) {
      case 'object':
        objects.get(message.id)?.resolve(message.bytes);
        objects.delete(message.id);
        return;
      case 'label':
        labels.get(message.id)?.resolve(message.kept);
        labels.delete(message.id);
        return;
      case 'captured':
        captures.get(message.id)?.resolve(message.how);
        captures.delete(message.id);
        return;
      case 'store-error': {
        const error = Object.assign(new Error(message.message), { name: message.name });
        for (const waiting of [objects, labels, captures]) waiting.get(message.id)?.reject(error);
        objects.delete(message.id);
        labels.delete(message.id);
        captures.delete(message.id);
        return;
      }
      case 'invoke':
        worldTime = message.at;
        void made.then((handler) => handler && invokeAll(handler, message, takeOutput, send));
    }
  });
}

async function invokeAll(
  handler: Handler,
  { events, context, flushEvery }: Extract<ToProcess, { type: 'invoke' }>,
  takeOutput: () => readonly string[],
  send: (message: FromProcess) => unknown,
): Promise<void> {
  let results: InvocationResult[] = [];
  let flushedAt = performance.now();
  timing.isOn = context.isTimed === true;
  for (let i = 0; i < events.length; i++) {
    results.push(
      await invokeOne(
        handler,
        events[i],
        {
          functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? '',
          functionVersion: context.functionVersion,
          invokedFunctionArn: context.invokedFunctionArn,
          awsRequestId: context.requestIds[i] ?? '',
          memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
        },
        takeOutput,
      ),
    );
    const now = performance.now();
    if (results.length < flushEvery && i < events.length - 1 && now - flushedAt < FLUSH_AFTER_MS) continue;
    send({ type: 'results', results });
    results = [];
    flushedAt = now;
    // A handler of microtasks alone would keep the messages in the pipe until the last event.
    await new Promise(setImmediate);
  }
}

async function invokeOne(
  handler: Handler,
  event: unknown,
  context: HandlerContext,
  takeOutput: () => readonly string[],
): Promise<InvocationResult> {
  const elapsed = stopwatch();
  try {
    const payload = await handler(event, context);
    const durationMs = elapsed();
    return { ok: true, payload, logs: takeOutput(), durationMs };
  } catch (error) {
    const durationMs = elapsed();
    const { name, message, stack = '' } = asError(error);
    const trace = stack.split('\n');
    return { ok: false, errorType: name, errorMessage: message, trace, logs: takeOutput(), durationMs };
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
