import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { World } from '../../../local/engine/world';
import { MACHINE_ARN, machineWorld, task } from './small-world';

const MINUTE = 60_000;
const start = async (world: World, name = 'one', input: unknown = {}) => {
  const command = new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, name, input: JSON.stringify(input) });
  return (await world.user.sfn.send(command)).executionArn!;
};
const describeOf = (world: World, executionArn: string) =>
  world.user.sfn.send(new DescribeExecutionCommand({ executionArn }));
const finish = async (world: World, arn: string, limitMs = 60 * MINUTE) => {
  await world.runUntil(() => world.services.sfn.find({ executionArn: arn }).status !== 'RUNNING', { limitMs });
  return describeOf(world, arn);
};
const statusEvents = (world: World) => world.events.history.map(({ detail }) => (detail as { status: string }).status);

describe('an execution', () => {
  it('runs an hour of waiting and polling in virtual time, quickly', async () => {
    const world = await machineWorld(
      {
        Bake: { Type: 'Wait', Seconds: 60, Next: 'Judge' },
        Judge: task('judge', { End: undefined, ResultSelector: undefined, ResultPath: '$.judged', Next: 'Done?' }),
        'Done?': {
          Type: 'Choice',
          Choices: [{ Variable: '$.judged.Payload', BooleanEquals: true, Next: 'Yes' }],
          Default: 'Bake',
        },
        Yes: { Type: 'Succeed' },
      },
      { judge: () => looks++ === 59 },
    );
    let looks = 0;
    const begin = performance.now();
    const arn = await start(world);
    const { status, startDate, stopDate } = await finish(world, arn, 90 * MINUTE);
    expect(status).toBe('SUCCEEDED');
    expect(stopDate!.getTime() - startDate!.getTime()).toBe(60 * MINUTE);
    expect(world.executions[0]!.transitions).toBe(60 * 3 + 1);
    expect(
      world
        .timeline(arn)
        .slice(0, 3)
        .map(({ state }) => state),
    ).toEqual(['Bake', 'Judge', 'Done?']);
    expect(performance.now() - begin).toBeLessThan(1_500);
  });

  it('gives a task the whole result of lambda:invoke', async () => {
    const world = await machineWorld(
      { Work: task('work', { ResultSelector: undefined }) },
      { work: (event) => ({ got: event }) },
    );
    const { output } = await finish(world, await start(world, 'one', { a: 1 }));
    expect(JSON.parse(output!)).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      Payload: { got: { a: 1 } },
    });
  });

  it('is one execution when it is started twice with the same name and input while it runs', async () => {
    const world = await machineWorld({ Wait: { Type: 'Wait', Seconds: 5, End: true } }, {});
    const arn = await start(world);
    expect(await start(world)).toBe(arn);
    expect(world.executions).toHaveLength(1);
    await expect(start(world, 'one', { other: true })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await finish(world, arn);
    await expect(start(world)).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it.each(['with space', 'a/b', 'a:b', 'x'.repeat(81), 'q?', 'a#b'])('refuses the name %j', async (name) => {
    const world = await machineWorld({ Done: { Type: 'Succeed' } }, {});
    await expect(start(world, name)).rejects.toMatchObject({ name: 'InvalidName' });
  });

  it('refuses an input that is not JSON', async () => {
    const world = await machineWorld({ Done: { Type: 'Succeed' } }, {});
    const command = new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, input: '{' });
    await expect(world.user.sfn.send(command)).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  });

  it('retries with back-off in virtual time and then fails with the error that the handler threw', async () => {
    const times: number[] = [];
    const world = await machineWorld(
      {
        Work: task('work', { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 2 }] }),
      },
      {
        work: (_, { clock }) => {
          times.push(clock.now());
          throw Object.assign(new Error('not now'), { name: 'Busy' });
        },
      },
    );
    const { status, error, cause } = await finish(world, await start(world));
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'Busy' });
    expect(JSON.parse(cause!)).toMatchObject({ errorType: 'Busy', errorMessage: 'not now' });
    expect((JSON.parse(cause!) as { trace: string[] }).trace[0]).toBe('Error: not now');
    expect(times.map((time) => time - times[0]!)).toEqual([0, 10_000, 40_000]);
    expect(world.executions[0]!.transitions).toBe(3);
  });

  it('gives a catcher the error and its cause', async () => {
    const world = await machineWorld(
      {
        Work: task('work', { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Caught' }] }),
        Caught: { Type: 'Pass', End: true },
      },
      {
        work: () => {
          throw new RangeError('too far');
        },
      },
    );
    const { output } = await finish(world, await start(world, 'one', { kept: 1 }));
    const { kept, failure } = JSON.parse(output!) as { kept: number; failure: { Error: string; Cause: string } };
    expect(kept).toBe(1);
    expect(failure.Error).toBe('RangeError');
    expect(JSON.parse(failure.Cause)).toMatchObject({ errorMessage: 'too far' });
  });

  it('lets no catcher see a payload beyond 256 KiB', async () => {
    const world = await machineWorld(
      {
        Work: task('work', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
        Caught: { Type: 'Pass', End: true },
      },
      { work: () => 'x'.repeat(262_145) },
    );
    expect(await finish(world, await start(world))).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
  });

  it('times a task out after its TimeoutSeconds, and has no timeout of its own', async () => {
    const slow = {
      slow: (_: never, { clock }: { clock: { sleep(ms: number): Promise<void> } }) => clock.sleep(20_000),
    };
    const timed = await machineWorld({ Work: task('slow', { TimeoutSeconds: 5 }) }, slow);
    expect(await finish(timed, await start(timed))).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    const patient = await machineWorld({ Work: waiting() }, { tell: () => null });
    const arn = await start(patient);
    await patient.runFor(24 * 60 * MINUTE);
    expect(await describeOf(patient, arn)).toMatchObject({ status: 'RUNNING' });
  });

  it('ends a handler at the function timeout, after which it reaches no service', async () => {
    let went = false;
    const world = await machineWorld(
      { Work: task('slow') },
      {
        slow: async (_, { clock }) => {
          await clock.sleep(31_000);
          went = true;
        },
      },
    );
    const { error, cause } = await finish(world, await start(world));
    expect(error).toBe('Sandbox.Timedout');
    expect(cause).toContain('Task timed out after 30.00 seconds');
    await world.runFor(MINUTE);
    expect(went).toBe(true);
  });

  it('times out as a whole by the machine TimeoutSeconds', async () => {
    const world = await machineWorld(
      { Wait: { Type: 'Wait', Seconds: 600, End: true } },
      {},
      { machine: { TimeoutSeconds: 60 } },
    );
    const answer = await finish(world, await start(world));
    expect(answer).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(answer.stopDate!.getTime() - answer.startDate!.getTime()).toBe(MINUTE);
    expect(statusEvents(world)).toEqual(['RUNNING', 'TIMED_OUT']);
  });

  it('shows its context object to the states', async () => {
    const Parameters = {
      'id.$': '$$.Execution.Id',
      'name.$': '$$.Execution.Name',
      'input.$': '$$.Execution.Input',
      'started.$': '$$.Execution.StartTime',
      'machine.$': '$$.StateMachine.Name',
      'state.$': '$$.State.Name',
      'entered.$': '$$.State.EnteredTime',
    };
    const world = await machineWorld(
      { Wait: { Type: 'Wait', Seconds: 5, Next: 'Show' }, Show: { Type: 'Pass', Parameters, End: true } },
      {},
    );
    const arn = await start(world, 'mine', { a: 1 });
    expect(JSON.parse((await finish(world, arn)).output!)).toEqual({
      id: arn,
      name: 'mine',
      input: { a: 1 },
      started: '2026-11-23T09:00:00.000Z',
      machine: 'machine',
      state: 'Show',
      entered: '2026-11-23T09:00:05.000Z',
    });
  });

  it('fails with what its Fail state says', async () => {
    const world = await machineWorld({ No: { Type: 'Fail', Error: 'CanaryRegressed', Cause: 'errors 5 % > 1 %' } }, {});
    const answer = await finish(world, await start(world));
    expect(answer).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed', cause: 'errors 5 % > 1 %' });
  });

  it('runs the branches of Parallel and the items of Map', async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task('work') } });
    const world = await machineWorld(
      {
        Both: { Type: 'Parallel', Branches: [branch('Left'), branch('Right')], ResultPath: '$.both', Next: 'Each' },
        Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: branch('Item'), End: true },
      },
      { work: (event) => (typeof event === 'number' ? event * 2 : 'branch') },
    );
    const { status, output } = await finish(world, await start(world, 'one', { items: [1, 2] }));
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output!)).toEqual([{ value: 2 }, { value: 4 }]);
  });
});

describe('stopping and redriving', () => {
  it('aborts at once, announces it, and lets the running handler go on', async () => {
    const seen: string[] = [];
    const world = await machineWorld(
      {
        Work: task('work', { End: undefined, Next: 'After', Retry: [{ ErrorEquals: ['States.ALL'] }] }),
        After: task('after'),
      },
      {
        work: async (_, { clock }) => {
          await clock.sleep(10_000);
          seen.push('work ended');
          throw new Error('late');
        },
        after: () => seen.push('after'),
      },
    );
    const executionArn = await start(world);
    await world.runFor(5_000);
    await world.user.sfn.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause: 'by hand' }));
    expect(await describeOf(world, executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Stopped',
      cause: 'by hand',
    });
    await world.runFor(MINUTE);
    expect(seen).toEqual(['work ended']);
    expect(world.events.history.at(-1)).toMatchObject({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      resources: [executionArn],
      detail: {
        executionArn,
        stateMachineArn: MACHINE_ARN,
        name: 'one',
        status: 'ABORTED',
        startDate: Date.parse('2026-11-23T09:00:00Z'),
        stopDate: Date.parse('2026-11-23T09:00:05Z'),
        input: '{}',
        inputDetails: { included: true },
        output: null,
        error: 'Stopped',
        cause: 'by hand',
      },
    });
  });

  it('does not try again after an abort during a wait for the next attempt', async () => {
    let attempts = 0;
    const world = await machineWorld(
      { Work: task('work', { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 30 }] }) },
      {
        work: () => {
          attempts += 1;
          throw new Error('no');
        },
      },
    );
    const executionArn = await start(world);
    await world.runFor(5_000);
    await world.user.sfn.send(new StopExecutionCommand({ executionArn }));
    await world.runFor(10 * MINUTE);
    expect(attempts).toBe(1);
  });

  it('redrives from the failed state with its input, under the same ARN', async () => {
    const counts = { first: 0, second: 0 };
    const world = await machineWorld(
      {
        First: task('first', { End: undefined, Next: 'Second' }),
        Second: task('second'),
      },
      {
        first: () => ({ n: ++counts.first }),
        second: (event) => {
          if (++counts.second === 1) throw new Error('once');
          return event;
        },
      },
    );
    const executionArn = await start(world, 'one', { original: true });
    expect(await finish(world, executionArn)).toMatchObject({ status: 'FAILED' });
    await world.user.sfn.send(new RedriveExecutionCommand({ executionArn }));
    expect(await describeOf(world, executionArn)).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
    const { status, output } = await finish(world, executionArn);
    expect({ status, counts }).toEqual({ status: 'SUCCEEDED', counts: { first: 1, second: 2 } });
    expect(JSON.parse(output!)).toEqual({ value: { value: { n: 1 } } });
    expect(statusEvents(world)).toEqual(['RUNNING', 'FAILED', 'RUNNING', 'SUCCEEDED']);
    await expect(world.user.sfn.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
  });
});

describe('reading executions', () => {
  it('lists a new execution only some seconds later', async () => {
    const world = await machineWorld({ Done: { Type: 'Succeed' } }, {});
    await start(world);
    const list = () => world.user.sfn.send(new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN }));
    await world.runFor(2_000);
    expect((await list()).executions).toEqual([]);
    await world.runFor(2_000);
    expect((await list()).executions).toMatchObject([{ name: 'one', status: 'SUCCEEDED' }]);
  });

  it('gives the history with names, inputs, outputs and failures', async () => {
    const world = await machineWorld({ Work: task('work') }, { work: () => 'done' });
    const executionArn = await start(world, 'one', { a: 1 });
    await finish(world, executionArn);
    const { events = [] } = await world.user.sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events[1]!.stateEnteredEventDetails).toEqual({ name: 'Work', input: '{"a":1}' });
    expect(events[5]!.stateExitedEventDetails).toEqual({ name: 'Work', output: '{"value":"done"}' });
  });
});

const waiting = (more: object = {}) =>
  task('tell', {
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: 'tell', Payload: { 'token.$': '$$.Task.Token' } },
    ResultSelector: undefined,
    ...more,
  });

describe('a task that waits for its token', () => {
  const world = (more: object, tokens: string[]) =>
    machineWorld({ Ask: waiting(more) }, { tell: (event) => void tokens.push((event as { token: string }).token) });

  it('goes on with the output that is sent', async () => {
    const tokens: string[] = [];
    const it = await world({}, tokens);
    const arn = await start(it);
    await it.runFor(30 * MINUTE);
    await it.user.sfn.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{"approved":true}' }));
    expect(await finish(it, arn)).toMatchObject({ status: 'SUCCEEDED', output: '{"approved":true}' });
    const again = new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{}' });
    await expect(it.user.sfn.send(again)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('fails with the error that is sent', async () => {
    const tokens: string[] = [];
    const it = await world({}, tokens);
    const arn = await start(it);
    await it.runFor(1_000);
    await it.user.sfn.send(new SendTaskFailureCommand({ taskToken: tokens[0], error: 'Rejected', cause: 'no' }));
    expect(await finish(it, arn)).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'no' });
  });

  it('refuses a token after its time, and one that was never given', async () => {
    const tokens: string[] = [];
    const it = await world({ TimeoutSeconds: 60 }, tokens);
    expect(await finish(it, await start(it))).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    const send = (taskToken: string) => it.user.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await expect(send(tokens[0]!)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await expect(send('made up')).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('fails when no heartbeat comes', async () => {
    const it = await world({ HeartbeatSeconds: 20 }, []);
    const answer = await finish(it, await start(it));
    expect(answer).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
    expect(answer.stopDate!.getTime() - answer.startDate!.getTime()).toBe(20_000);
  });
});
