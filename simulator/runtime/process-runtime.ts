import { join } from 'node:path';
import type { EngineClock } from '../clock';
import { type EndOfProcess, FunctionEnvironment } from './function-environment';
import type { FunctionRuntime, RuntimeContext, InvocationResult, RuntimeVersion } from './function-runtime';
import { processBundle } from './process-bundle';
import type { CapturedObject } from '../../lambdas/adapters/s3/captured-requests';
import type { KeptLabel } from '../../lambdas/contract/feedback';
import type { LabelToKeep, ObjectReference } from './process-messages';

export interface ProcessRuntimeOptions {
  readonly clock: EngineClock;
  readonly region: string;
  /**
   * Reads an object for a process, as the function that it runs. World time stands still meanwhile, so this must not
   * wait for it.
   */
  readonly readObject: (object: ObjectReference, functionLogicalId: string) => Promise<Uint8Array>;
  /** Keeps a label for a process, unless its key has one; likewise. @default none can be kept */
  readonly keepLabel?: (toKeep: LabelToKeep, functionLogicalId: string) => Promise<KeptLabel>;
  /** Keeps a captured request for a process, unless its key is taken; likewise. @default none can be kept */
  readonly capture?: (object: CapturedObject, functionLogicalId: string) => Promise<'kept' | 'taken'>;
  /** The process' entry file. @default the built-in model server */
  readonly entry?: string;
  /** Real milliseconds for a process to become ready. @default 60 000 */
  readonly initTimeoutMs?: number;
  /** Real milliseconds for one invocation; the function's own timeout if that is shorter. @default 30 000 */
  readonly invokeTimeoutMs?: number;
}

/** In a batch, so many crashes or time-outs are tried one by one; what is left then ends as the last one did. */
const MAX_FAILED_PROCESSES = 3;
const FLUSH_EVERY = 256;

/** The process of one version, and the calls that wait for it: an environment takes one request at a time. */
interface Slot {
  environment?: FunctionEnvironment;
  tail: Promise<unknown>;
}

/** Runs functions in processes of their own, one per version, and starts a new one when one is lost. */
export class ProcessRuntime implements FunctionRuntime {
  private readonly slots = new Map<string, Slot>();
  private stopped = false;

  constructor(private readonly options: ProcessRuntimeOptions) {}

  async start(version: RuntimeVersion): Promise<void> {
    await this.queued(version, async (slot) => void (await this.environment(version, slot)));
  }

  invoke(
    version: RuntimeVersion,
    events: readonly unknown[],
    context: RuntimeContext,
  ): Promise<readonly InvocationResult[]> {
    return this.queued(version, (slot) => this.invokeAll(version, slot, events, context));
  }

  retire(functionName: string, version: string): void {
    const name = `${functionName}:${version}`;
    const slot = this.slots.get(name);
    this.slots.delete(name);
    void slot?.tail.then(() => slot.environment?.kill());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const environments = [...this.slots.values()].flatMap(({ environment }) => (environment ? [environment] : []));
    await Promise.all(environments.map((environment) => environment.kill()));
  }

  private queued<T>(version: RuntimeVersion, work: (slot: Slot) => Promise<T>): Promise<T> {
    const name = `${version.functionName}:${version.version}`;
    let slot = this.slots.get(name);
    if (!slot) this.slots.set(name, (slot = { tail: Promise.resolve() }));
    const mine = slot;
    const done = mine.tail.then(() => work(mine));
    mine.tail = done.catch(() => undefined);
    return this.options.clock.real(done);
  }

  /** The version's process, ready; or why it did not become ready. */
  private async environment(version: RuntimeVersion, slot: Slot): Promise<FunctionEnvironment | EndOfProcess> {
    if (this.stopped) return { kind: 'exited', how: 'the engine has stopped', logs: [] };
    if (!slot.environment?.alive) {
      slot.environment = new FunctionEnvironment(version, {
        bundlePath: await processBundle(this.options.entry ?? join(__dirname, 'model-process.ts')),
        region: this.options.region,
        initTimeoutMs: this.options.initTimeoutMs ?? 60_000,
        readObject: (object) => this.options.readObject(object, version.logicalId),
        keepLabel: (toKeep) => (this.options.keepLabel ?? keepsNone)(toKeep, version.logicalId),
        capture: (object) => (this.options.capture ?? keepsNone)(object, version.logicalId),
        now: () => this.options.clock.now(),
      });
    }
    const ready = await slot.environment.ready;
    return ready === 'ready' ? slot.environment : ready;
  }

  /**
   * A lost process takes along results that it had not sent. Those events are run again, each sent at once, so that the
   * one that ends the process is known for certain.
   */
  private async invokeAll(
    version: RuntimeVersion,
    slot: Slot,
    events: readonly unknown[],
    context: RuntimeContext,
  ): Promise<readonly InvocationResult[]> {
    const results: InvocationResult[] = [];
    const silenceMs = Math.min(version.timeoutSeconds * 1000, this.options.invokeTimeoutMs ?? 30_000);
    let flushEvery = Math.min(FLUSH_EVERY, events.length);
    let lost = 0;
    while (results.length < events.length) {
      const from = results.length;
      const environment = await this.environment(version, slot);
      const failed = !(environment instanceof FunctionEnvironment);
      const rest = { ...context, requestIds: context.requestIds.slice(from) };
      const { results: more, end } = failed
        ? { results: [], end: environment }
        : await environment.invoke(events.slice(from), rest, flushEvery, silenceMs);
      for (const result of more) results.push(result);
      if (!end) continue;
      if (!failed && flushEvery > 1) {
        flushEvery = 1;
        continue;
      }
      lost += 1;
      const hopeless = failed || lost >= MAX_FAILED_PROCESSES || this.stopped;
      const upTo = hopeless ? events.length : results.length + 1;
      while (results.length < upTo) {
        results.push(resultOfEnd(end, version, context.requestIds[results.length] ?? ''));
      }
    }
    return results;
  }
}

const keepsNone = () => Promise.reject(new Error('nothing can be kept here'));

function resultOfEnd(end: EndOfProcess, version: RuntimeVersion, requestId: string): InvocationResult {
  const { logs } = end;
  switch (end.kind) {
    case 'init-failed': {
      const { errorType, errorMessage } = end;
      return { ok: false, errorType, errorMessage, trace: [], logs, durationMs: 0 };
    }
    case 'exited': {
      const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${end.how}`;
      return { ok: false, errorType: 'Runtime.ExitError', errorMessage, logs, durationMs: 0 };
    }
    case 'silent': {
      const seconds = version.timeoutSeconds;
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
      return { ok: false, errorType: 'Sandbox.Timedout', errorMessage, logs, durationMs: seconds * 1000 };
    }
  }
}
