import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';
import { describeExecution, ended, ENDS, FAILS, start, waits } from '../machines';
import { until } from '../until';

const START = { covers: ['StartExecution'], fact: 'F2' } as const;
const STOP = { covers: ['StopExecution', 'DescribeExecution'], fact: 'F11' } as const;
const LIST = { covers: ['ListExecutions'], fact: 'F14' } as const;
const TAKEN = { name: 'ExecutionAlreadyExists' };

const stop = (aws: Aws, executionArn?: string) =>
  aws.sfn.send(new StopExecutionCommand({ executionArn, error: 'Superseded', cause: 'a newer model' }));

export const executions: Topic = {
  title: 'Executions',
  expectations: [
    expectation(
      'an execution runs under its name, with its input as it was sent',
      { covers: ['StartExecution', 'DescribeExecution'], fact: 'F2' },
      async (aws) => {
        const machine = await aws.createStateMachine(waits(60));
        const { executionArn, startDate } = await start(aws, machine, 'digits-1', '{ "b": 1, "a": 2 }');
        expect(executionArn).toBe(`${machine.replace(':stateMachine:', ':execution:')}:digits-1`);
        const execution = await describeExecution(aws, executionArn);
        expect(execution).toMatchObject({
          ...{ executionArn, stateMachineArn: machine, name: 'digits-1' },
          ...{ status: 'RUNNING', input: '{ "b": 1, "a": 2 }' },
        });
        expect(execution.startDate?.getTime()).toBe(startDate?.getTime());
        expect(execution.stopDate).toBeUndefined();
      },
    ),
    expectation('the same start again while it runs is the same execution', START, async (aws) => {
      const machine = await aws.createStateMachine(waits(60));
      const first = await start(aws, machine, 'digits-1', '{"model":"a"}');
      const again = await start(aws, machine, 'digits-1', '{"model":"a"}');
      expect(again.executionArn).toBe(first.executionArn);
      expect(again.startDate?.getTime()).toBe(first.startDate?.getTime());
    }),
    expectation('another input under the name of one that runs is refused', START, async (aws) => {
      const machine = await aws.createStateMachine(waits(60));
      await start(aws, machine, 'digits-1', '{"model":"a"}');
      await expect(start(aws, machine, 'digits-1', '{"model":"b"}')).rejects.toMatchObject(TAKEN);
    }),
    expectation('the name of one that ended is taken, for the same input too', START, async (aws) => {
      const machine = await aws.createStateMachine(ENDS);
      await ended(aws, (await start(aws, machine)).executionArn);
      await expect(start(aws, machine)).rejects.toMatchObject(TAKEN);
    }),
    expectation('without a name each start is an execution of its own', START, async (aws) => {
      const stateMachineArn = await aws.createStateMachine(waits(60));
      const [one, two] = [
        await aws.sfn.send(new StartExecutionCommand({ stateMachineArn })),
        await aws.sfn.send(new StartExecutionCommand({ stateMachineArn })),
      ];
      expect(one.executionArn).not.toBe(two.executionArn);
    }),
    expectation('a name beyond 80 characters or with others is refused', { ...START, fact: 'F3' }, async (aws) => {
      const machine = await aws.createStateMachine(ENDS);
      for (const name of ['digits 1', 'digits/1', 'digits:1', 'x'.repeat(81)])
        await expect(start(aws, machine, name)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
      await start(aws, machine, 'x'.repeat(80));
    }),
    expectation('an input that is no JSON is refused', START, async (aws) => {
      const machine = await aws.createStateMachine(ENDS);
      await expect(start(aws, machine, 'digits-1', '{"model":')).rejects.toMatchObject({
        name: 'InvalidExecutionInput',
      });
    }),
    expectation('a machine that is not there starts nothing', START, async (aws) => {
      const machine = await aws.createStateMachine(ENDS);
      await expect(start(aws, `${machine}-not`)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    }),
    expectation(
      'an execution that is not there is not described, nor stopped',
      { covers: ['DescribeExecution', 'StopExecution'], fact: 'F11' },
      async (aws) => {
        const machine = await aws.createStateMachine(ENDS);
        const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:missing`;
        const missing = { name: 'ExecutionDoesNotExist' };
        await expect(aws.sfn.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject(missing);
        await expect(stop(aws, executionArn)).rejects.toMatchObject(missing);
      },
    ),
    expectation('an execution that is stopped is ABORTED, with error and cause', STOP, async (aws) => {
      const machine = await aws.createStateMachine(waits(60));
      const { executionArn } = await start(aws, machine);
      const { stopDate } = await stop(aws, executionArn);
      expect(stopDate).toBeInstanceOf(Date);
      const execution = await ended(aws, executionArn);
      expect(execution).toMatchObject({ status: 'ABORTED', error: 'Superseded', cause: 'a newer model' });
      expect(execution.stopDate).toBeInstanceOf(Date);
      expect(execution.output).toBeUndefined();
    }),
    // Whether the call itself is refused, AWS does not say.
    expectation('stopping what ended leaves it as it ended', STOP, async (aws) => {
      const machine = await aws.createStateMachine(ENDS);
      const { executionArn } = await start(aws, machine);
      await ended(aws, executionArn);
      await stop(aws, executionArn).catch(() => undefined);
      const execution = await describeExecution(aws, executionArn);
      expect(execution.status).toBe('SUCCEEDED');
      expect(execution.error).toBeUndefined();
    }),
    expectation(
      'a machine that fails says its error and cause',
      { covers: ['DescribeExecution'], fact: 'F8' },
      async (aws) => {
        const machine = await aws.createStateMachine(FAILS);
        expect(await ended(aws, (await start(aws, machine)).executionArn)).toMatchObject({
          ...{ status: 'FAILED', error: 'ModelRejected', cause: 'accuracy 0.31 < 0.90' },
        });
      },
    ),
    expectation(
      'a machine beyond its time is TIMED_OUT',
      { covers: ['DescribeExecution'], fact: 'F11' },
      async (aws) => {
        const machine = await aws.createStateMachine({ ...waits(60), TimeoutSeconds: 2 });
        const execution = await ended(aws, (await start(aws, machine)).executionArn);
        expect(execution.status).toBe('TIMED_OUT');
      },
    ),
    expectation('executions are listed, the newest first', LIST, async (aws) => {
      const stateMachineArn = await aws.createStateMachine(waits(60));
      for (const name of ['one', 'two', 'three']) {
        await start(aws, stateMachineArn, name);
        await aws.sleep(1100);
      }
      const found = await until(aws, 'three are listed', async () => {
        const { executions: listed = [] } = await aws.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
        return listed.length === 3 && listed;
      });
      expect(found.map(({ name, status }) => [name, status])).toEqual(
        ['three', 'two', 'one'].map((name) => [name, 'RUNNING']),
      );
      expect(found[0]!.startDate).toBeInstanceOf(Date);
    }),
    expectation('a list can be of one status, with the times', LIST, async (aws) => {
      const stateMachineArn = await aws.createStateMachine(waits(60));
      await start(aws, stateMachineArn, 'running');
      const { executionArn } = await start(aws, stateMachineArn, 'stopped');
      await stop(aws, executionArn);
      const command = new ListExecutionsCommand({ stateMachineArn, statusFilter: 'ABORTED' });
      const [only, ...others] = await until(aws, 'the stopped one is listed', async () => {
        const { executions: listed = [] } = await aws.sfn.send(command);
        return listed.length > 0 && listed;
      });
      expect(others).toEqual([]);
      expect(only).toMatchObject({ executionArn, name: 'stopped', status: 'ABORTED' });
      expect(only!.stopDate!.getTime()).toBeGreaterThanOrEqual(only!.startDate!.getTime());
    }),
    expectation('a list comes in pages that the token continues', LIST, async (aws) => {
      const stateMachineArn = await aws.createStateMachine(ENDS);
      for (const name of ['one', 'two', 'three']) {
        await start(aws, stateMachineArn, name);
        await aws.sleep(1100);
      }
      const page = (nextToken?: string) =>
        aws.sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 2, nextToken }));
      const first = await until(aws, 'more than a page is listed', async () => {
        const listed = await page();
        return listed.nextToken !== undefined && listed;
      });
      expect(first.executions).toHaveLength(2);
      const rest = await page(first.nextToken);
      const names = [...first.executions!, ...rest.executions!].map(({ name }) => name);
      expect(names.sort()).toEqual(['one', 'three', 'two']);
    }),
  ],
};
