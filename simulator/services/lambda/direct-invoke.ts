import type { InvocationRequest, InvocationResponse } from '@aws-sdk/client-lambda';
import { AwsError } from '../../service';
import type { FunctionStore } from './function-store';
import type { Invoker, ServedInvocation } from './invoker';
import { type AliasRoute, routeTo } from './routing';

const MAX_SYNCHRONOUS_BYTES = 6 * 1024 * 1024;
const LOG_TAIL_BYTES = 4096;
/** Lambda tries a failed asynchronous event again after one and after two minutes. */
const RETRY_AFTER_MS = [60_000, 120_000];

/** The command Invoke: RequestResponse, Event and DryRun. */
export class DirectInvoke {
  constructor(
    private readonly store: FunctionStore,
    private readonly invoker: Invoker,
  ) {}

  async invoke(input: InvocationRequest): Promise<InvocationResponse> {
    const route = routeTo(this.store, input.FunctionName, input.Qualifier);
    const event = parsePayload(input.Payload);
    switch (input.InvocationType ?? 'RequestResponse') {
      case 'DryRun':
        return { StatusCode: 204 };
      case 'Event':
        void this.inBackground(input);
        return { StatusCode: 202, Payload: sdkBlob('') };
      default:
        return this.synchronous(route, event, input.LogType === 'Tail');
    }
  }

  private async synchronous(route: AliasRoute, event: unknown, tail: boolean): Promise<InvocationResponse> {
    const served = await this.once(route, event);
    if (served.kind === 'refused') throw served.error;
    const { result, requestId, version } = served;
    const logs = tail ? { LogResult: logTail(result.logs) } : {};
    const base = { StatusCode: 200, ExecutedVersion: version, ...logs };
    if (result.ok) {
      const text = result.json ?? JSON.stringify(result.payload) ?? 'null';
      if (Buffer.byteLength(text) <= MAX_SYNCHRONOUS_BYTES) return { ...base, Payload: sdkBlob(text) };
      const errorMessage = 'Response payload size exceeded maximum allowed payload size (6291556 bytes).';
      return failed(base, { errorType: 'Function.ResponseSizeTooLarge', errorMessage });
    }
    const { errorType, errorMessage, trace = [] } = result;
    // Errors of the environment itself carry the message alone, with the request's id in it.
    if (errorType === 'Sandbox.Timedout') return failed(base, { errorType, errorMessage });
    return failed(base, { errorType, errorMessage: errorMessage.replace('{requestId}', requestId), trace });
  }

  /** The caller waits as long as the function ran, in world time. */
  private async once(route: AliasRoute, event: unknown): Promise<ServedInvocation> {
    const { clock } = this.store.world;
    const atMs = clock.now();
    const [served] = await this.invoker.invoke(route, [{ event, atMs }]);
    const rest = served!.kind === 'answered' ? atMs + served!.result.durationMs - clock.now() : 0;
    if (rest > 0) await clock.sleep(rest);
    return served!;
  }

  private async inBackground(input: InvocationRequest): Promise<void> {
    for (const wait of [...RETRY_AFTER_MS, undefined]) {
      try {
        const route = routeTo(this.store, input.FunctionName, input.Qualifier);
        const served = await this.once(route, parsePayload(input.Payload));
        if (served.kind === 'answered' && served.result.ok) return;
      } catch {
        // The function or its qualifier is gone meanwhile: tried again like any failure, then dropped.
      }
      if (wait === undefined) return;
      await this.store.world.clock.sleep(wait);
    }
  }
}

function failed(base: InvocationResponse, payload: object): InvocationResponse {
  return { ...base, FunctionError: 'Unhandled', Payload: sdkBlob(JSON.stringify(payload)) };
}

function parsePayload(payload: unknown): unknown {
  if (payload === undefined || payload === null) return {};
  const text = typeof payload === 'string' ? payload : utf8(payload as Uint8Array);
  if (Buffer.byteLength(text) > MAX_SYNCHRONOUS_BYTES) {
    throw new AwsError(
      'RequestTooLargeException',
      'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
      413,
    );
  }
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch (error) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${String(error)}`);
  }
}

/** The text of bytes, which are read where they are. */
export const utf8 = (bytes: Uint8Array | undefined): string =>
  bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : '';

const logTail = (lines: readonly string[]): string =>
  Buffer.from(lines.join('\n')).subarray(-LOG_TAIL_BYTES).toString('base64');

/** Bytes with the method that the SDK's blobs have. */
type SdkBlob = Uint8Array<ArrayBuffer> & { transformToString(encoding?: string): string };

function sdkBlob(text: string): SdkBlob {
  const bytes = new TextEncoder().encode(text);
  const transformToString = (encoding: string = 'utf-8') => Buffer.from(bytes).toString(encoding as BufferEncoding);
  return Object.assign(bytes, { transformToString });
}
