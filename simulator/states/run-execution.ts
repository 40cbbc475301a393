import type { VirtualClock } from '../virtual-clock';
import { allStates, forInterpreter, type Definition } from './definition';
import { TaskFailure } from './errors';
import { setStatus, type Execution, type EngineStatus } from './execution';
import { eventWeight, fromInterpreter } from './history';
import type { InterpreterModule, InterpreterOptions } from './interpreter';
import { HISTORY_LIMIT, isWithinDataLimit } from './limits';
import { runTask, type InvokeAs } from './run-task';
import type { TaskTokens } from './task-tokens';

export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: Definition;
  readonly definitionText: string;
  readonly createdAt: number;
}

export interface RunDependencies {
  readonly clock: VirtualClock;
  readonly interpreter: InterpreterModule;
  readonly tokens: TaskTokens;
  readonly invokeAs: InvokeAs;
  /** Whether its state machine was deleted: then the execution ends with its next state. */
  readonly isDeleted: () => boolean;
  /** Called once, after the status was set. */
  readonly ended: (execution: Execution) => void;
}

/** Starts one run of an execution: from the beginning, or at `execution.restart` when it is redriven. */
export function runExecution(machine: Machine, execution: Execution, world: RunDependencies): void {
  const restart = execution.redrives > 0 ? execution.restart : undefined;
  let alive = true;
  let abort = () => {};

  const finish = (status: EngineStatus, details: Pick<Execution, 'output' | 'error' | 'cause'>) => {
    if (!alive) return;
    alive = false;
    Object.assign(execution, details);
    const { output, ...failure } = details;
    execution.history.push({ type: END_EVENTS[status], at: world.clock.now(), ...failure, ...(output && { output }) });
    setStatus(execution, status, world.clock.now());
    delete execution.end;
    abort();
    world.ended(execution);
  };
  execution.end = (status, error, cause) => finish(status, { error, cause });

  const context = contextOf(machine, execution, world);
  const watched = forInterpreter(machine.definition, (state) => context.enter(state));
  const definition = { ...watched, StartAt: restart?.state ?? watched.StartAt };
  const environment = { ...world, stateMachineArn: machine.arn, roleArn: machine.roleArn, isAlive: () => alive };
  const attempt = (name: string, state: Definition['States'][string]) => async (input: unknown) => {
    try {
      return (await runTask(name, state, input, context.takeToken(), environment)) as never;
    } catch (error) {
      context.countRetry(name);
      throw error;
    }
  };
  const tasks = allStates(machine.definition).filter(([, state]) => state.Type === 'Task');
  const options: InterpreterOptions = {
    context: context.object,
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(tasks.map(([name, state]) => [name, attempt(name, state)])),
    },
  };
  const interpreter = new world.interpreter.StateMachine(definition, { validationOptions: { noValidate: true } });
  const input = (restart ? restart.input : JSON.parse(execution.input)) as never;
  const run = interpreter.run(input, options);
  abort = run.abort;
  const recorded = record(run.eventLogs, machine, execution, world.isDeleted);

  run.result.then(
    async (output) => {
      await recorded;
      finish('SUCCEEDED', { output: JSON.stringify(output) });
    },
    async (error: unknown) => {
      await recorded;
      finish(...failureOf(error));
    },
  );
}

const END_EVENTS: Readonly<Record<EngineStatus, string>> = {
  RUNNING: 'ExecutionStarted',
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
};

/** Writes the interpreter's events to the history, counts transitions and keeps the limits. */
async function record(
  events: ReturnType<InstanceType<InterpreterModule['StateMachine']>['run']>['eventLogs'],
  machine: Machine,
  execution: Execution,
  isDeleted: () => boolean,
): Promise<void> {
  // A redrive goes on with the same history: what earlier runs wrote counts too.
  let written = execution.history.reduce((sum, event) => sum + eventWeight(event), 0);
  for await (const raw of events) {
    const event = fromInterpreter(raw);
    if (!event || !execution.end) continue;
    if (event.type === 'StateEntered' && isDeleted()) {
      execution.end('ABORTED');
      continue;
    }
    execution.history.push(event);
    written += eventWeight(event);
    if (event.type === 'StateEntered' || event.type === 'StateRetried') execution.transitions += 1;
    if (event.type === 'StateEntered' && event.state && event.state in machine.definition.States) {
      execution.restart = { state: event.state, input: event.input };
    }
    if (event.type === 'StateExited' && !isWithinDataLimit(event.output)) {
      execution.end(
        'FAILED',
        'States.DataLimitExceeded',
        `The state '${event.state}' returned more than 262144 bytes.`,
      );
    } else if (written >= HISTORY_LIMIT - 1) {
      // The last of them says that it failed.
      execution.end('FAILED', 'States.Runtime', 'The execution reached the maximum number of history events (25000).');
    }
  }
}

function failureOf(error: unknown): [EngineStatus, Pick<Execution, 'error' | 'cause'>] {
  if (!(error instanceof Error)) return ['FAILED', { error: 'States.Runtime', cause: String(error) }];
  if (error.name === 'ExecutionTimeoutError') return ['TIMED_OUT', { error: 'States.Timeout' }];
  const inner = error.name === 'ExecutionError' && error.cause instanceof Error ? error.cause : error;
  // A Fail state without Error gets this name from the interpreter; AWS leaves both fields out.
  if (inner.name === 'FailStateError') return ['FAILED', {}];
  // A bug of JavaScript inside the interpreter (a path into undefined) is what AWS calls States.Runtime.
  const isBug = !(inner instanceof TaskFailure) && ['TypeError', 'SyntaxError', 'ReferenceError'].includes(inner.name);
  return ['FAILED', { error: isBug ? 'States.Runtime' : inner.name, cause: inner.message }];
}

/** The context object (`$$`) of one run. */
function contextOf(machine: Machine, execution: Execution, world: RunDependencies) {
  const iso = (at: number) => new Date(at).toISOString();
  const state = { Name: '', EnteredTime: '', RetryCount: 0 };
  let token: string | undefined;
  const takeToken = () => {
    const taken = token ?? world.tokens.create();
    token = undefined;
    return taken;
  };
  return {
    object: {
      RootExecution: {
        Id: execution.arn,
        Input: JSON.parse(execution.input) as unknown,
        Name: execution.name,
        RoleArn: machine.roleArn,
        StartTime: iso(execution.startedAt),
        RedriveCount: execution.redrives,
        ...(execution.redrivenAt !== undefined && { RedriveTime: iso(execution.redrivenAt) }),
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
      State: state,
      // A token is made when the task's input asks for it, and belongs to the attempt that starts at once.
      Task: {
        get Token() {
          return (token ??= world.tokens.create());
        },
      },
    },
    takeToken,
    enter: (name: string) => Object.assign(state, { Name: name, EnteredTime: iso(world.clock.now()), RetryCount: 0 }),
    countRetry: (name: string) => Object.assign(state, { Name: name, RetryCount: state.RetryCount + 1 }),
  };
}
