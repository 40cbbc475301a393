import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Aws } from './aws';
import { until } from './until';

/** A machine with one state that takes so long. */
export const waits = (Seconds: number) => ({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds, End: true } } });

export const ENDS = { StartAt: 'End', States: { End: { Type: 'Succeed' } } };

export const FAILS = {
  StartAt: 'Rejected',
  States: { Rejected: { Type: 'Fail', Error: 'ModelRejected', Cause: 'accuracy 0.31 < 0.90' } },
};

/** A state that invokes a function with the execution's input. */
export const invokes = (FunctionName: string, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName, 'Payload.$': '$' },
  End: true,
  ...more,
});

/** Starts an execution. The input is the text that is sent. */
export const start = (aws: Aws, stateMachineArn: string, name = 'digits-1', input = '{}') =>
  aws.sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));

export const describeExecution = (aws: Aws, executionArn?: string) =>
  aws.sfn.send(new DescribeExecutionCommand({ executionArn }));

/** Waits until an execution does not run any more, and describes it. */
export const ended = (aws: Aws, executionArn?: string, seconds = 15) =>
  until(
    aws,
    `${executionArn} ends`,
    async () => {
      const now = await describeExecution(aws, executionArn);
      return now.status !== 'RUNNING' && now;
    },
    seconds,
  );

/** Runs a machine from its start to its end. */
export async function run(aws: Aws, definition: object, input: object = {}) {
  const machine = await aws.createStateMachine(definition);
  const { executionArn } = await start(aws, machine, 'digits-1', JSON.stringify(input));
  return ended(aws, executionArn);
}
