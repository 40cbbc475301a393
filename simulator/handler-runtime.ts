import type { AwsClients } from '../lambdas/adapters/sdk/context';
import type { FunctionRuntime, RuntimeContext, InvocationResult, RuntimeVersion } from './runtime/function-runtime';
import type { VirtualClock } from './virtual-clock';
import type { Hooks } from './hooks';

export interface EngineExtras {
  /** Answers the PUT with which a custom resource responds; a real function leaves this out and uses the network. */
  readonly fetch: (url: string, init?: { readonly method?: string; readonly body?: unknown }) => Promise<Response>;
  /** The world's time; a real function leaves this out and uses its own. */
  readonly clock: { now(): number; sleep(ms: number): Promise<void> };
  /** What goes to stdout; a real function leaves this out and uses its own. */
  readonly write: (line: string) => void;
}

/** What a module of `lambdas/handlers` exports as `create`. */
export type EngineHandler = (
  clients: AwsClients,
  env: Record<string, string>,
  extras?: EngineExtras,
) => (event: never, context: never) => Promise<unknown>;

export interface HandlerWorld {
  readonly clock: VirtualClock;
  readonly hooks: Hooks;
  readonly clientsOf: (logicalId: string, attempts?: number) => AwsClients;
  readonly fetch: EngineExtras['fetch'];
}

/**
 * Runs handlers of the app inside this process, in world time. Like a Lambda environment, a handler is created once per
 * version and configuration and then kept. Code cannot be stopped, but at its timeout, where Lambda kills the
 * environment, it reaches no service any more and the next invocation gets a new one. The code of a stopped execution
 * goes on, as on AWS.
 */
export class HandlerRuntime implements FunctionRuntime {
  readonly inWorldTime = true;
  /** Written since the last invocation that ended. */
  private written: string[] = [];
  private readonly warm = new Map<string, { readonly key: string; readonly handle: ReturnType<EngineHandler> }>();

  constructor(
    private readonly handler: string,
    private readonly create: EngineHandler,
    private readonly world: HandlerWorld,
  ) {}

  async invoke(
    version: RuntimeVersion,
    events: readonly unknown[],
    context: RuntimeContext,
  ): Promise<readonly InvocationResult[]> {
    return Promise.all(
      events.map((event, index) => this.one(version, event, context, context.requestIds[index] ?? '')),
    );
  }

  async stop(): Promise<void> {
    this.warm.clear();
  }

  private async one(
    version: RuntimeVersion,
    event: unknown,
    context: RuntimeContext,
    requestId: string,
  ): Promise<InvocationResult> {
    const { clock, hooks } = this.world;
    const began = clock.now();
    context.signal?.addEventListener('abort', () => this.warm.delete(version.version), { once: true });
    const rest = () => ({ logs: this.written.splice(0), durationMs: clock.now() - began });
    try {
      const payload = await clock.scopes.run(
        this.handler,
        async () => {
          await hooks.invoking({ logicalId: version.logicalId, handler: this.handler, event, at: began });
          return this.handle(version)(event as never, this.contextOf(version, context, requestId) as never);
        },
        context.signal,
      );
      return { ok: true, payload, json: JSON.stringify(payload) ?? 'null', ...rest() };
    } catch (error) {
      const thrown = error instanceof Error ? error : new Error(String(error));
      const trace = (thrown.stack ?? '').split('\n').map((line) => line.trim());
      return { ok: false, errorType: thrown.name, errorMessage: thrown.message, trace, ...rest() };
    }
  }

  private handle(version: RuntimeVersion): ReturnType<EngineHandler> {
    const key = JSON.stringify(version.environment);
    const kept = this.warm.get(version.version);
    if (kept?.key === key) return kept.handle;
    const { clock, clientsOf, fetch } = this.world;
    const write = (line: string) => void this.written.push(line);
    const attempts = Number(version.environment['AWS_MAX_ATTEMPTS']) || undefined;
    const handle = this.create(
      clientsOf(version.logicalId, attempts),
      { ...version.environment },
      { fetch, clock, write },
    );
    this.warm.set(version.version, { key, handle });
    return handle;
  }

  private contextOf(version: RuntimeVersion, context: RuntimeContext, awsRequestId: string) {
    const { clock } = this.world;
    const deadline = clock.now() + version.timeoutSeconds * 1000;
    return {
      functionName: version.functionName,
      functionVersion: context.functionVersion,
      invokedFunctionArn: context.invokedFunctionArn,
      memoryLimitInMB: String(version.memoryMB),
      awsRequestId,
      logGroupName: `/aws/lambda/${version.functionName}`,
      logStreamName: `[${context.functionVersion}]`,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
    };
  }
}
