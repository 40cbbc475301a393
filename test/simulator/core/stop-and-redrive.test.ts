import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describeOf, finish, start, statusEvents, waiting } from './executions';
import { MACHINE_ARN, machineWorld, task } from './small-world';

const MINUTE = 60_000;
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
