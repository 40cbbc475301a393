import {
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';
import { CALLED, handedOut, invoke, KEEPS_EVENTS } from '../functions';
import { describeExecution, ended, ENDS, invokes, run, start } from '../machines';
import { until } from '../until';

const TASK = { covers: ['StartExecution', 'DescribeExecution'], fact: 'F8' } as const;
const TOKEN = { covers: ['SendTaskSuccess', 'SendTaskFailure'], fact: 'F19' } as const;
const REDRIVE = { covers: ['RedriveExecution'], fact: 'F13' } as const;

const ECHO = `exports.handler = async (event) => event;`;
const THROWS = `exports.handler = async () => {
  throw Object.assign(new Error('2.1 % errors'), { name: 'CanaryRegressed' });
};`;
const FAILS_ONCE = `${CALLED}
exports.handler = async (event, context) => {
  const calls = called(context);
  if (calls === 1) throw Object.assign(new Error('not yet'), { name: 'NotReady' });
  return { calls };
};`;
const one = (task: object) => ({ StartAt: 'Task', States: { Task: task } });

/** A machine whose task waits for its token, which a function keeps. Answers the token once it is there. */
async function waiting(aws: Aws, more: object = {}) {
  const keeper = await aws.createFunction(KEEPS_EVENTS);
  const parameters = { FunctionName: keeper, Payload: { 'taskToken.$': '$$.Task.Token' } };
  const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
  const machine = await aws.createStateMachine(one(invokes(keeper, { Resource, Parameters: parameters, ...more })));
  const { executionArn } = await start(aws, machine);
  const ask = async () => (await handedOut(aws, keeper))[0]?.taskToken as string | undefined;
  const taskToken = await until(aws, 'the token is there', ask, 15);
  return { executionArn, taskToken };
}

export const tasks: Topic = {
  title: 'Tasks',
  expectations: [
    expectation('a task gives what the function answered, with the version and status', TASK, async (aws) => {
      const echo = await aws.createFunction(ECHO);
      const execution = await run(aws, one(invokes(echo)), { model: 'v2' });
      expect(execution.status).toBe('SUCCEEDED');
      expect(JSON.parse(execution.output!)).toMatchObject({
        ...{ ExecutedVersion: '$LATEST', StatusCode: 200, Payload: { model: 'v2' } },
      });
    }),
    expectation("a thrown error ends the execution under the error's own name", TASK, async (aws) => {
      const thrower = await aws.createFunction(THROWS);
      const execution = await run(aws, one(invokes(thrower)));
      expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
      expect(JSON.parse(execution.cause!)).toMatchObject({
        ...{ errorType: 'CanaryRegressed', errorMessage: '2.1 % errors' },
      });
    }),
    expectation('a Catch by name takes the error, with its cause as text', TASK, async (aws) => {
      const thrower = await aws.createFunction(THROWS);
      const Catch = [
        { ErrorEquals: ['SomethingElse'], Next: 'Wrong' },
        { ErrorEquals: ['CanaryRegressed'], ResultPath: '$.failure', Next: 'Restored' },
      ];
      const execution = await run(
        aws,
        {
          StartAt: 'Judge',
          States: {
            Judge: invokes(thrower, { Catch }),
            Wrong: { Type: 'Fail' },
            Restored: { Type: 'Succeed' },
          },
        },
        { endpoint: 'digits' },
      );
      const { endpoint, failure } = JSON.parse(execution.output!) as Record<string, { Error: string; Cause: string }>;
      expect(endpoint).toBe('digits');
      expect(failure!.Error).toBe('CanaryRegressed');
      expect(JSON.parse(failure!.Cause)).toMatchObject({ errorMessage: '2.1 % errors' });
    }),
    expectation('a Retry by name tries again', TASK, async (aws) => {
      const flaky = await aws.createFunction(FAILS_ONCE);
      const Retry = [{ ErrorEquals: ['NotReady'], IntervalSeconds: 1, MaxAttempts: 2 }];
      const execution = await run(aws, one(invokes(flaky, { Retry, OutputPath: '$.Payload' })));
      expect([execution.status, JSON.parse(execution.output!)]).toEqual(['SUCCEEDED', { calls: 2 }]);
    }),
    expectation('a function that is not there is an error of Lambda', TASK, async (aws) => {
      const execution = await run(aws, one(invokes('none-of-that-name')));
      expect(execution).toMatchObject({ status: 'FAILED', error: 'Lambda.ResourceNotFoundException' });
    }),
    expectation('a task beyond its time is States.Timeout', TASK, async (aws) => {
      const slow = await aws.createFunction(`exports.handler = () => new Promise((done) => setTimeout(done, 8_000));`);
      const execution = await run(aws, one(invokes(slow, { TimeoutSeconds: 1 })));
      expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    }),
    expectation("a task sees the execution's ARN, name and start", TASK, async (aws) => {
      const echo = await aws.createFunction(ECHO);
      const Parameters = {
        FunctionName: echo,
        Payload: { 'id.$': '$$.Execution.Id', 'name.$': '$$.Execution.Name', 'at.$': '$$.Execution.StartTime' },
      };
      const execution = await run(aws, one(invokes(echo, { Parameters, OutputPath: '$.Payload' })));
      const { id, name, at } = JSON.parse(execution.output!) as { id: string; name: string; at: string };
      expect([id, name]).toEqual([execution.executionArn, 'digits-1']);
      expect(Math.abs(Date.parse(at) - execution.startDate!.getTime())).toBeLessThan(1_000);
    }),
    expectation(
      'no Catch runs when an execution is stopped',
      { covers: ['StopExecution'], fact: 'F11' },
      async (aws) => {
        const keeper = await aws.createFunction(KEEPS_EVENTS);
        const slow = await aws.createFunction(
          `exports.handler = () => new Promise((done) => setTimeout(done, 3_000));`,
        );
        const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Restore' }];
        const States = { Task: invokes(slow, { Catch }), Restore: invokes(keeper) };
        const machine = await aws.createStateMachine({ StartAt: 'Task', States });
        const { executionArn } = await start(aws, machine);
        await aws.sleep(1_000);
        await aws.sfn.send(new StopExecutionCommand({ executionArn }));
        expect((await ended(aws, executionArn)).status).toBe('ABORTED');
        await aws.sleep(4_000);
        expect(await handedOut(aws, keeper)).toEqual([]);
      },
    ),
    expectation('a token that is answered with success gives the output', TOKEN, async (aws) => {
      const { executionArn, taskToken } = await waiting(aws);
      await aws.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"answer":"promote"}' }));
      const { status, output } = await ended(aws, executionArn);
      expect([status, JSON.parse(output!)]).toEqual(['SUCCEEDED', { answer: 'promote' }]);
    }),
    expectation('a token that is answered with failure gives error and cause', TOKEN, async (aws) => {
      const { executionArn, taskToken } = await waiting(aws);
      const [error, cause] = ['ApprovalRejected', 'ann said no'];
      await aws.sfn.send(new SendTaskFailureCommand({ taskToken, error, cause }));
      expect(await ended(aws, executionArn)).toMatchObject({ status: 'FAILED', error, cause });
    }),
    expectation('a token is answered once', TOKEN, async (aws) => {
      const { executionArn, taskToken } = await waiting(aws);
      await aws.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
      await ended(aws, executionArn);
      const again = new SendTaskSuccessCommand({ taskToken, output: '{}' });
      await expect(aws.sfn.send(again)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    }),
    expectation('a text that is no token is refused', TOKEN, async (aws) => {
      const answer = new SendTaskSuccessCommand({ taskToken: 'no token at all', output: '{}' });
      await expect(aws.sfn.send(answer)).rejects.toMatchObject({
        name: expect.stringMatching(/^(InvalidToken|TaskDoesNotExist)$/) as string,
      });
    }),
    expectation('a token without an answer times out', TOKEN, async (aws) => {
      const { executionArn } = await waiting(aws, { TimeoutSeconds: 2 });
      expect(await ended(aws, executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    }),
    expectation('a redrive goes on at the state that failed, under the same ARN', REDRIVE, async (aws) => {
      const first = await aws.createFunction(`${CALLED} exports.handler = async (event, context) => called(context);`);
      const flaky = await aws.createFunction(FAILS_ONCE);
      const States = {
        First: invokes(first, { End: undefined, ResultPath: null, Next: 'Second' }),
        Second: invokes(flaky, { OutputPath: '$.Payload' }),
      };
      const { executionArn, status } = await run(aws, { StartAt: 'First', States });
      expect(status).toBe('FAILED');
      await aws.sfn.send(new RedriveExecutionCommand({ executionArn }));
      const again = await ended(aws, executionArn);
      expect(again).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
      expect(JSON.parse(again.output!)).toEqual({ calls: 2 });
      // This is its second call: the redrive did not call it.
      expect((await invoke(aws, { FunctionName: first })).result).toBe(2);
    }),
    expectation('an execution that was stopped can be redriven', REDRIVE, async (aws) => {
      const States = { Wait: { Type: 'Wait', Seconds: 3, End: true } };
      const machine = await aws.createStateMachine({ StartAt: 'Wait', States });
      const { executionArn } = await start(aws, machine);
      await aws.sfn.send(new StopExecutionCommand({ executionArn }));
      await ended(aws, executionArn);
      await aws.sfn.send(new RedriveExecutionCommand({ executionArn }));
      expect((await ended(aws, executionArn)).status).toBe('SUCCEEDED');
    }),
    expectation('an execution that succeeded is not redriven', REDRIVE, async (aws) => {
      const { executionArn } = await run(aws, ENDS);
      await expect(aws.sfn.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
        name: 'ExecutionNotRedrivable',
      });
      expect((await describeExecution(aws, executionArn)).status).toBe('SUCCEEDED');
    }),
  ],
};
