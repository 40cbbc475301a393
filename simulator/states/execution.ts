export type EngineStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One entry of an execution's history, in the engine's own words; `GetExecutionHistory` translates it. */
export interface HistoryEvent {
  readonly type: string;
  /** Milliseconds since 1970, of the world. */
  readonly at: number;
  readonly state?: string;
  readonly stateType?: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** One execution of a state machine. Times are milliseconds since 1970, of the world. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  /** The input's JSON text, as it was given. */
  readonly input: string;
  readonly startedAt: number;
  /** What each past status was, for lists that lag behind. */
  readonly statuses: { readonly at: number; readonly status: EngineStatus }[];
  readonly history: HistoryEvent[];
  status: EngineStatus;
  stoppedAt?: number;
  output?: string;
  error?: string;
  cause?: string;
  redrives: number;
  redrivenAt?: number;
  /** States entered and retries made, which is what Step Functions bills. */
  transitions: number;
  /** The top-level state to restart at when redriven, with its input. */
  restart?: { readonly state: string; readonly input: unknown };
  /** Ends the present run from outside. */
  end?: (status: 'ABORTED' | 'FAILED' | 'TIMED_OUT', error?: string, cause?: string) => void;
}

/** A state that an execution entered. */
export interface TimelineEntry {
  readonly state: string;
  readonly at: number;
}

/** The states that the execution entered, in order, with the world's time. */
export function timelineOf(execution: Execution): readonly TimelineEntry[] {
  return execution.history.flatMap(({ type, state, at }) => (type === 'StateEntered' && state ? [{ state, at }] : []));
}

/** Sets the status, with the moment, for `DescribeExecution` now and `ListExecutions` a little later. */
export function setStatus(execution: Execution, status: EngineStatus, at: number): void {
  execution.status = status;
  execution.statuses.push({ at, status });
  if (status === 'RUNNING') delete execution.stoppedAt;
  else execution.stoppedAt = at;
}
