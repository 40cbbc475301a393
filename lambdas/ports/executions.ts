export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** Executions of the rollout state machine. */
export interface Executions {
  arnOf(name: string): string;
  /** `exists`: an execution of that name was started before. */
  start(name: string, input: string): Promise<'started' | 'exists'>;
  status(arn: string): Promise<ExecutionStatus | undefined>;
}
