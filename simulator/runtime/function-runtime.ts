/** A version of a function as its runtime needs to know it. */
export interface RuntimeVersion {
  readonly functionName: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** The version's own environment variables, and no others. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMB: number;
  readonly timeoutSeconds: number;
  /** The function's id in the template: who calls, when its code uses AWS. */
  readonly logicalId: string;
}

/** What is the same for every event of one call. */
export interface RuntimeContext {
  readonly invokedFunctionArn: string;
  readonly functionVersion: string;
  /** One id per event, in order. */
  readonly requestIds: readonly string[];
  /**
   * Aborted when the world's clock passed the function's timeout: Lambda then kills the environment, so code that
   * still runs inside the engine must reach no service any more. Only with `inWorldTime`.
   */
  readonly signal?: AbortSignal;
  /** Asked for the time alone that it takes: computed, though the answer is known. Only where answers are kept. */
  readonly isTimed?: boolean;
}

/** How one invocation ended. `durationMs` is the handler's time alone, as Lambda bills it. */
export type InvocationResult =
  | {
      readonly ok: true;
      readonly payload: unknown;
      /** The payload as JSON, where the runtime has it. */
      readonly json?: string;
      readonly logs: readonly string[];
      readonly durationMs: number;
    }
  | {
      readonly ok: false;
      readonly errorType: string;
      readonly errorMessage: string;
      readonly trace?: readonly string[];
      readonly logs: readonly string[];
      readonly durationMs: number;
    };

/** What runs a function's code. One runtime may serve many functions and versions. */
export interface FunctionRuntime {
  /**
   * True when the code's waiting passes world time (a handler inside the engine): its invocations are then cut off by
   * the world's clock at the function's timeout. Others report how long they took.
   */
  readonly inWorldTime?: boolean;
  /** Makes a version ready ahead of its first invocation. */
  start?(version: RuntimeVersion): Promise<void>;
  /** One result per event, in order. Never rejects for what the function's code does. */
  invoke(
    version: RuntimeVersion,
    events: readonly unknown[],
    context: RuntimeContext,
  ): Promise<readonly InvocationResult[]>;
  /** Lets go of a version that was deleted. */
  retire?(functionName: string, version: string): void;
  stop(): Promise<void>;
}
