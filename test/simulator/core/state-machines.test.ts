import { GetExecutionHistoryCommand, RedriveExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describeOf, finish, start, statusEvents, waiting } from './executions';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { EngineHandler } from '../../../simulator/handler-runtime';
import { allow, deployed, functionResources, MACHINE_ARN, machineResources, machineWorld, task } from './small-world';

const MINUTE = 60_000;
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
    expect(performance.now() - begin).toBeLessThan(60 * MINUTE);
  });

  it('ends at its 25,000th event as States.Runtime, which nothing catches and no redrive continues', async () => {
    const world = await machineWorld(
      {
        Bake: { Type: 'Wait', Seconds: 60, Next: 'Judge' },
        Judge: task('judge', {
          End: undefined,
          Next: 'Done?',
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        }),
        'Done?': { Type: 'Choice', Choices: [{ Variable: '$.x', IsPresent: true, Next: 'Caught' }], Default: 'Bake' },
        Caught: { Type: 'Succeed' },
      },
      { judge: () => ({}) },
    );
    const arn = await start(world);
    const { status, error, cause, startDate, stopDate } = await finish(world, arn, 60 * 60 * MINUTE);
    expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
    expect(cause).toContain('maximum number of history events (25000)');
    // A look of Wait, task and Choice is 9 events: 46 hours of looks a minute.
    expect((stopDate!.getTime() - startDate!.getTime()) / MINUTE / 60).toBeCloseTo(46.3, 0);
    const events = await world.user.sfn.send(
      new GetExecutionHistoryCommand({ executionArn: arn, reverseOrder: true, maxResults: 1 }),
    );
    expect(events.events?.[0]).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
    await expect(world.user.sfn.send(new RedriveExecutionCommand({ executionArn: arn }))).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
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
    expect((JSON.parse(cause!) as { trace: string[] }).trace[0]).toContain('not now');
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
    const resources = {
      ...functionResources('Work', [allow('dynamodb:PutItem', '*')]),
      ...machineResources({ StartAt: 'Work', States: { Work: task('work') } }, ['Work']),
    };
    let wokeUp = false;
    const work: EngineHandler =
      ({ dynamodb }, _env, extras) =>
      async () => {
        await extras!.clock.sleep(31_000);
        wokeUp = true;
        await dynamodb.send(new PutCommand({ TableName: 'table', Item: { pk: 'late' } }));
      };
    const world = await deployed(resources, { handlers: { work } });
    const { error, cause } = await finish(world, await start(world));
    expect(error).toBe('Sandbox.Timedout');
    expect(cause).toContain('Task timed out after 30.00 seconds');
    await world.runFor(MINUTE);
    expect(wokeUp).toBe(true);
    expect(world.hooks.count('dynamodb', 'Put')).toBe(0);
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
