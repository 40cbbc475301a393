import { randomUuid } from './random';
import { AwsError, type AwsService, type WorldContext } from './service';
import { parseDefinition } from './states/definition';
import { asListed, checkInput, checkName, describeExecution, page, redriveStatus } from './states/describe';
import { TaskFailure } from './states/errors';
import { setStatus, timelineOf, type Execution, type TimelineEntry } from './states/execution';
import { toAwsHistory } from './states/history';
import { loadInterpreter, type InterpreterModule } from './states/interpreter';
import { runExecution, type Machine } from './states/run-execution';
import type { InvokeAs } from './states/run-task';
import { statusChangeDetail } from './states/status-event';
import { TaskTokens } from './states/task-tokens';
import type { VirtualClock } from './virtual-clock';

type StateMachineInput = Readonly<Record<string, unknown>>;

/** The largest history that can be redriven, in events. */
const REDRIVABLE_EVENTS = 24_999;

/** Definitions that were valid, of all worlds of this process. */
const foundValid = new Set<string>();

/** Step Functions: standard state machines and their executions. */
export class StateMachineService implements AwsService {
  /** How old the answers of ListExecutions are, in milliseconds. */
  listLagMs = 3_000;
  /** Every execution in order of start. */
  readonly executions: Execution[] = [];
  readonly tokens: TaskTokens;

  /** How long a deleted machine is DELETING after its last execution ended: its name is taken meanwhile. */
  deletesInMs = 60_000;
  private readonly machines = new Map<string, Machine>();
  /** When each machine that is DELETING was deleted. */
  private readonly deleting = new Map<string, number>();
  /** The definition each execution started with, which a redrive uses again. */
  private readonly ranWith = new Map<string, Machine>();
  private readonly interpreter: InterpreterModule;
  private readonly commands: Readonly<Record<string, (input: StateMachineInput) => unknown>> = {
    StartExecution: (input) => this.start(input),
    DescribeExecution: (input) => describeExecution(this.find(input), this.now()),
    ListExecutions: (input) => this.list(input),
    StopExecution: (input) => this.stop(input),
    RedriveExecution: (input) => this.redrive(input),
    GetExecutionHistory: (input) => this.history(input),
    DescribeStateMachine: (input) => this.describeMachine(input),
    SendTaskSuccess: (input) => this.sendSuccess(input),
    SendTaskFailure: (input) => this.sendFailure(input),
    SendTaskHeartbeat: (input) => this.tokens.find(input.taskToken).heartbeat(),
  };

  constructor(
    private readonly world: WorldContext & { readonly clock: VirtualClock },
    private readonly invokeAs: InvokeAs,
  ) {
    this.tokens = new TaskTokens(world.clock, world.random);
    this.interpreter = loadInterpreter(world.clock, world.random);
  }

  async call(command: string, input: StateMachineInput): Promise<unknown> {
    const run = Object.hasOwn(this.commands, command) ? this.commands[command] : undefined;
    if (!run) throw new AwsError('NotImplemented', `The embedded Step Functions has no command ${command}`, 501);
    return (await run(input)) ?? {};
  }

  /**
   * Creates a state machine or replaces its definition; running executions keep the one they started with.
   * @throws AwsError StateMachineDeleting
   */
  put(machine: {
    readonly arn: string;
    readonly name: string;
    readonly roleArn: string;
    readonly definition: string;
  }): void {
    this.requireKept(machine.arn);
    const definition = parseDefinition(machine.definition);
    // The interpreter's own validation says what is wrong with the definition, once, at deployment. It compiles a
    // schema each time, which takes longer than all else in a world's creation; what was found valid before stays so.
    if (!foundValid.has(machine.definition)) {
      new this.interpreter.StateMachine(definition, { validationOptions: { noValidate: false, checkArn: false } });
      foundValid.add(machine.definition);
    }
    const createdAt = this.machines.get(machine.arn)?.createdAt ?? this.now();
    this.machines.set(machine.arn, { ...machine, definition, definitionText: machine.definition, createdAt });
  }

  /**
   * Deletes a machine, as the API does: at once it starts nothing, and it is gone when its last execution has ended.
   */
  remove(arn: string): void {
    if (this.machines.has(arn)) this.deleting.set(arn, this.now());
  }

  /** The states an execution entered, with times. */
  timeline(executionArn: string): readonly TimelineEntry[] {
    return timelineOf(this.find({ executionArn }));
  }

  /** An execution by its ARN. @throws AwsError ExecutionDoesNotExist */
  find(input: StateMachineInput): Execution {
    const found = this.executions.find(({ arn }) => arn === input.executionArn);
    if (found) return found;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${String(input.executionArn)}'`);
  }

  private start(input: StateMachineInput): unknown {
    const machine = this.machine(input);
    this.requireKept(machine.arn);
    const name = input.name === undefined ? randomUuid(this.world.random) : checkName(input.name);
    const text = checkInput(input.input);
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const same = this.executions.find((execution) => execution.arn === arn);
    if (same) {
      // The same start twice is one start, while it runs.
      if (same.status !== 'RUNNING' || same.input !== text) {
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      return { executionArn: arn, startDate: new Date(same.startedAt) };
    }
    const execution: Execution = {
      arn,
      name,
      stateMachineArn: machine.arn,
      input: text,
      startedAt: this.now(),
      statuses: [],
      history: [{ type: 'ExecutionStarted', at: this.now(), input: text }],
      status: 'RUNNING',
      redrives: 0,
      transitions: 0,
    };
    this.executions.push(execution);
    this.run(machine, execution);
    return { executionArn: arn, startDate: new Date(execution.startedAt) };
  }

  private run(machine: Machine, execution: Execution): void {
    this.ranWith.set(execution.arn, machine);
    setStatus(execution, 'RUNNING', this.now());
    this.announce(execution);
    const { clock } = this.world;
    clock.scopes.detached(() =>
      runExecution(machine, execution, {
        clock,
        interpreter: this.interpreter,
        tokens: this.tokens,
        invokeAs: this.invokeAs,
        isDeleted: () => this.deleting.has(machine.arn),
        ended: () => this.announce(execution),
      }),
    );
  }

  private announce(execution: Execution): void {
    const detail = statusChangeDetail(execution, redriveStatus(execution, this.now()));
    this.world.emit({ source: 'aws.states', detailType: 'Step Functions Execution Status Change', detail });
  }

  private stop(input: StateMachineInput): unknown {
    const execution = this.find(input);
    const text = (key: string, most: number) => {
      const value = input[key];
      if (value === undefined || (typeof value === 'string' && value.length <= most)) return value;
      throw new AwsError(
        'ValidationException',
        `Value at '${key}' failed to satisfy constraint: length at most ${most}`,
      );
    };
    execution.end?.('ABORTED', text('error', 256), text('cause', 32_768));
    return { stopDate: new Date(execution.stoppedAt ?? this.now()) };
  }

  private redrive(input: StateMachineInput): unknown {
    const execution = this.find(input);
    const machine = this.ranWith.get(execution.arn) ?? this.machine(execution);
    if (
      redriveStatus(execution, this.now()) !== 'REDRIVABLE' ||
      toAwsHistory(execution.history, false).length >= REDRIVABLE_EVENTS
    ) {
      throw new AwsError('ExecutionNotRedrivable', `Execution Not Redrivable: '${execution.arn}'`);
    }
    delete execution.error;
    delete execution.cause;
    execution.redrives += 1;
    execution.redrivenAt = this.now();
    execution.history.push({ type: 'ExecutionRedriven', at: this.now() });
    this.run(machine, execution);
    return { redriveDate: new Date(execution.redrivenAt) };
  }

  private list(input: StateMachineInput): unknown {
    const machine = this.machine(input);
    const listedAt = this.now() - this.listLagMs;
    const found = this.executions
      .filter((execution) => execution.stateMachineArn === machine.arn)
      .map((execution) => asListed(execution, listedAt))
      .filter((listed) => listed !== undefined)
      .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
      .reverse();
    const { items, next } = page(found, input);
    return { executions: items, ...next };
  }

  private history(input: StateMachineInput): unknown {
    const events = toAwsHistory(this.find(input).history, input.includeExecutionData !== false);
    const { items, next } = page(input.reverseOrder ? [...events].reverse() : events, input);
    return { events: items, ...next };
  }

  private describeMachine(input: StateMachineInput): unknown {
    const { arn, name, roleArn, definitionText, createdAt } = this.machine(input);
    const fixed = {
      status: this.deleting.has(arn) ? 'DELETING' : 'ACTIVE',
      type: 'STANDARD',
      creationDate: new Date(createdAt),
    };
    return { stateMachineArn: arn, name, roleArn, definition: definitionText, ...fixed };
  }

  private sendSuccess(input: StateMachineInput): void {
    const waiting = this.tokens.find(input.taskToken);
    let output: unknown;
    try {
      output = JSON.parse(String(input.output));
    } catch {
      throw new AwsError('InvalidOutput', "Invalid Output: 'the output is not JSON'");
    }
    waiting.succeed(output);
  }

  private sendFailure(input: StateMachineInput): void {
    const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);
    this.tokens
      .find(input.taskToken)
      .fail(new TaskFailure(text(input.error, 'States.TaskFailed'), text(input.cause, '')));
  }

  private machine(input: { readonly stateMachineArn?: unknown }): Machine {
    const arn = typeof input.stateMachineArn === 'string' ? input.stateMachineArn : '';
    this.forgetDeleted(arn);
    const machine = this.machines.get(arn);
    if (machine) return machine;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${String(input.stateMachineArn)}'`);
  }

  private requireKept(arn: string): void {
    this.forgetDeleted(arn);
    if (this.deleting.has(arn)) throw new AwsError('StateMachineDeleting', `State Machine is being deleted: '${arn}'`);
  }

  private forgetDeleted(arn: string): void {
    const deletedAt = this.deleting.get(arn);
    if (deletedAt === undefined) return;
    const own = this.executions.filter(({ stateMachineArn }) => stateMachineArn === arn);
    const endedAt = Math.max(
      deletedAt,
      ...own.map(({ status, stoppedAt = 0 }) => (status === 'RUNNING' ? Infinity : stoppedAt)),
    );
    if (this.now() < endedAt + this.deletesInMs) return;
    this.deleting.delete(arn);
    this.machines.delete(arn);
  }

  private now(): number {
    return this.world.clock.now();
  }
}
