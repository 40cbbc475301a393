import type { HistoryEvent as AwsHistoryEvent } from '@aws-sdk/client-sfn';
import type { HistoryEvent } from './execution';

interface InterpreterEvent {
  readonly type: string;
  readonly timestamp: number;
  readonly state?: {
    readonly name: string;
    readonly type: string;
    readonly input?: unknown;
    readonly output?: unknown;
  };
  readonly Error?: string;
  readonly Cause?: unknown;
}

/** The interpreter's event in the engine's words; nothing for what the engine itself records (start and end). */
export function fromInterpreter(event: InterpreterEvent): HistoryEvent | undefined {
  if (event.type.startsWith('Execution')) return undefined;
  return {
    type: event.type,
    at: event.timestamp,
    ...(event.state && { state: event.state.name, stateType: event.state.type, input: event.state.input }),
    ...(event.state && 'output' in event.state && { output: event.state.output }),
    ...(event.Error !== undefined && { error: event.Error }),
    ...(event.Cause !== undefined && { cause: text(event.Cause) }),
  };
}

/** How many events AWS writes for one of ours, for the limit of 25,000. */
export function eventWeight(event: HistoryEvent): number {
  return typesOf(event).length;
}

/** The history as `GetExecutionHistory` answers it, oldest first. */
export function toAwsHistory(history: readonly HistoryEvent[], includeData: boolean): readonly AwsHistoryEvent[] {
  const events: AwsHistoryEvent[] = [];
  for (const event of history) {
    for (const type of typesOf(event)) {
      const id = events.length + 1;
      events.push({
        id,
        previousEventId: id - 1,
        timestamp: new Date(event.at),
        type: type as AwsHistoryEvent['type'],
        ...detailsOf(type, event, includeData),
      });
    }
  }
  return events;
}

/** A task writes more than the other states: it is also scheduled and started, and succeeds or fails on its own. */
function typesOf({ type, stateType = '', error }: HistoryEvent): readonly string[] {
  const task = stateType === 'Task';
  switch (type) {
    case 'StateEntered':
      return task ? ['TaskStateEntered', 'TaskScheduled', 'TaskStarted'] : [`${stateType}StateEntered`];
    case 'StateExited':
      return task ? ['TaskSucceeded', 'TaskStateExited'] : [`${stateType}StateExited`];
    case 'StateRetried':
      return task ? ['TaskScheduled', 'TaskStarted'] : [];
    case 'StateFailed':
      return task ? [error === 'States.Timeout' ? 'TaskTimedOut' : 'TaskFailed'] : [];
    case 'StateCaught':
      return [`${stateType}StateExited`];
    default:
      return [type];
  }
}

function detailsOf(type: string, event: HistoryEvent, includeData: boolean): Partial<AwsHistoryEvent> {
  const input = includeData && event.input !== undefined ? { input: text(event.input) } : {};
  const output = includeData && event.output !== undefined ? { output: text(event.output) } : {};
  const failure = { ...(event.error && { error: event.error }), ...(event.cause && { cause: event.cause }) };
  const task = { resourceType: 'lambda', resource: 'invoke' };
  if (type.endsWith('StateEntered')) return { stateEnteredEventDetails: { name: event.state, ...input } };
  if (type.endsWith('StateExited')) return { stateExitedEventDetails: { name: event.state, ...output } };
  switch (type) {
    case 'TaskSucceeded':
      return { taskSucceededEventDetails: { ...task, ...output } };
    case 'TaskFailed':
      return { taskFailedEventDetails: { ...task, ...failure } };
    case 'TaskTimedOut':
      return { taskTimedOutEventDetails: { ...task, ...failure } };
    case 'ExecutionStarted':
      return { executionStartedEventDetails: { ...input } };
    case 'ExecutionSucceeded':
      return { executionSucceededEventDetails: { ...output } };
    case 'ExecutionFailed':
      return { executionFailedEventDetails: failure };
    case 'ExecutionAborted':
      return { executionAbortedEventDetails: failure };
    case 'ExecutionTimedOut':
      return { executionTimedOutEventDetails: failure };
    default:
      return {};
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
