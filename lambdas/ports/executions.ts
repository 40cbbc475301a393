export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

export interface EndedExecution {
  readonly arn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Executions of the rollout state machine. */
export interface Executions {
  arnOf(name: string): string;
  /** `exists`: an execution of that name was started before. */
  start(name: string, input: string): Promise<'started' | 'exists'>;
  status(arn: string): Promise<ExecutionStatus | undefined>;
  /** The error and cause that an execution ended with; a person who stops one may say why in both. */
  whyEnded(arn: string): Promise<{ readonly error?: string; readonly cause?: string }>;
  /** Stops an execution that runs, for this reason; one that does not run, or not yet, is left as it is. */
  stop(arn: string, reason: { readonly error: string; readonly cause: string }): Promise<void>;
  /** Executions that failed, timed out or were stopped, newest start first, at most so many of each kind. A list may lag behind. */
  endedBadly(most: number): Promise<readonly EndedExecution[]>;
}
