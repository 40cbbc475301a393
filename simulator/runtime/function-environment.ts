import { type ChildProcess, fork } from 'node:child_process';
import type { RuntimeContext, InvocationResult, RuntimeVersion } from './function-runtime';
import type { CapturedObject } from '../../lambdas/adapters/s3/captured-requests';
import type { KeptLabel } from '../../lambdas/contract/feedback';
import type { FromProcess, LabelToKeep, ObjectReference, ToProcess } from './process-messages';

/** Why a process is of no more use. */
export type EndOfProcess =
  | {
      readonly kind: 'init-failed';
      readonly errorType: string;
      readonly errorMessage: string;
      readonly logs: readonly string[];
    }
  | { readonly kind: 'exited'; readonly how: string; readonly logs: readonly string[] }
  | { readonly kind: 'silent'; readonly logs: readonly string[] };

export interface EnvironmentOptions {
  readonly bundlePath: string;
  readonly region: string;
  readonly initTimeoutMs: number;
  /** Reads for the process; what it throws, the process gets with its name. */
  readonly readObject: (object: ObjectReference) => Promise<Uint8Array>;
  /** Keeps a label for the process, unless its key has one; likewise. */
  readonly keepLabel: (toKeep: LabelToKeep) => Promise<KeptLabel>;
  /** Keeps a captured request for the process, unless its key is taken; likewise. */
  readonly capture: (object: CapturedObject) => Promise<'kept' | 'taken'>;
  /** The world's time, ms since 1970. */
  readonly now: () => number;
}

/** As Lambda calls them. The kernel's answer to too much memory is the first, V8's the second. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
};

const KEPT_STDERR_CHARS = 2000;

/** One process that runs one version, as one Lambda environment does. It ends once and is not used again. */
export class FunctionEnvironment {
  private readonly child: ChildProcess;
  private stderr = '';
  private results: ((results: readonly InvocationResult[]) => void) | undefined;
  private end: EndOfProcess | undefined;
  private readonly endListeners: ((end: EndOfProcess) => void)[] = [];
  private readonly gone: Promise<void>;
  readonly ready: Promise<EndOfProcess | 'ready'>;

  constructor(
    version: RuntimeVersion,
    private readonly options: EnvironmentOptions,
  ) {
    this.child = fork(options.bundlePath, [String(options.now())], {
      execPath: process.execPath,
      execArgv: [`--max-old-space-size=${Math.max(version.memoryMB, 256)}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: environmentOf(version, options.region),
    });
    this.gone = new Promise((resolve) => this.child.once('exit', () => resolve()));
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString('utf8')).slice(-KEPT_STDERR_CHARS);
    });
    this.child.once('error', (error) => this.finish({ kind: 'exited', how: error.message, logs: this.errorLines() }));
    // `close` comes after stderr was read to its end.
    this.child.once('close', (code, signal) => {
      const how = signal ? `signal: ${SIGNALS[signal] ?? signal}` : `exit status ${code}`;
      this.finish({ kind: 'exited', how, logs: this.errorLines() });
    });
    this.ready = new Promise((resolve) => {
      const timer = setTimeout(() => this.finish({ kind: 'silent', logs: this.errorLines() }), options.initTimeoutMs);
      this.onEnd((end) => {
        clearTimeout(timer);
        resolve(end);
      });
      this.child.on('message', (message: FromProcess) => {
        if (message.type === 'ready') {
          clearTimeout(timer);
          resolve('ready');
        } else this.receive(message);
      });
    });
  }

  get alive(): boolean {
    return this.end === undefined;
  }

  /**
   * Runs events in order and returns the results that arrived: all of them, or those before the process ended. The end
   * `silent` means that nothing came for `silenceMs`.
   */
  async invoke(
    events: readonly unknown[],
    context: RuntimeContext,
    flushEvery: number,
    silenceMs: number,
  ): Promise<{ readonly results: readonly InvocationResult[]; readonly end?: EndOfProcess }> {
    const results: InvocationResult[] = [];
    if (events.length === 0 || this.end) return { results, ...(this.end && { end: this.end }) };
    const { invokedFunctionArn, functionVersion, requestIds, isTimed } = context;
    return new Promise((resolve) => {
      const silence = () => this.finish({ kind: 'silent', logs: this.errorLines() });
      let timer = setTimeout(silence, silenceMs);
      this.onEnd((end) => {
        clearTimeout(timer);
        resolve({ results, end });
      });
      this.results = (more) => {
        for (const result of more) results.push(result);
        clearTimeout(timer);
        if (results.length === events.length) {
          this.endListeners.length = 0;
          resolve({ results });
        } else timer = setTimeout(silence, silenceMs);
      };
      const at = this.options.now();
      const told = { invokedFunctionArn, functionVersion, requestIds, ...(isTimed && { isTimed }) };
      this.send({ type: 'invoke', events, context: told, at, flushEvery });
    });
  }

  /** Kills the process and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await this.gone;
    }
  }

  private receive(message: Exclude<FromProcess, { type: 'ready' }>): void {
    switch (message.type) {
      case 'results':
        this.results?.(message.results);
        return;
      case 'get-object':
        void this.answer(message.id, async (id) => {
          const bytes = await this.options.readObject(message.object);
          return { type: 'object', id, bytes };
        });
        return;
      case 'keep-label':
        void this.answer(message.id, async (id) => {
          const kept = await this.options.keepLabel(message.toKeep);
          return { type: 'label', id, kept };
        });
        return;
      case 'capture':
        void this.answer(message.id, async (id) => {
          const how = await this.options.capture(message.object);
          return { type: 'captured', id, how };
        });
        return;
      case 'init-failed': {
        const { name: errorType, message: errorMessage, logs } = message;
        this.finish({ kind: 'init-failed', errorType, errorMessage, logs });
      }
    }
  }

  private async answer(id: number, ask: (id: number) => Promise<ToProcess>): Promise<void> {
    try {
      this.send(await ask(id));
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      this.send({ type: 'store-error', id, name, message });
    }
  }

  private send(message: ToProcess): void {
    // A send that fails is followed by the process' end, which is heard of by itself.
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private onEnd(listener: (end: EndOfProcess) => void): void {
    if (this.end) listener(this.end);
    else this.endListeners.push(listener);
  }

  private finish(end: EndOfProcess): void {
    if (this.end) return;
    this.end = end;
    this.child.kill('SIGKILL');
    for (const listener of this.endListeners.splice(0)) listener(end);
  }

  private errorLines(): readonly string[] {
    return this.stderr.split('\n').filter((line) => line !== '');
  }
}

/** The version's variables and those that Lambda sets; of the engine's own only what a program needs to start. */
function environmentOf(version: RuntimeVersion, region: string): Record<string, string> {
  const own = ['PATH', 'NODE_PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'TMPDIR', 'TEMP'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(own),
    TZ: 'UTC',
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: version.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMB),
    ...version.environment,
  };
}
