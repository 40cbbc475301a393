import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { World } from '../../../simulator/world';
import { MACHINE_ARN, task } from './small-world';

const MINUTE = 60_000;

/** Starts an execution of the machine and returns its ARN. */
export const start = async (world: World, name = 'one', input: unknown = {}) => {
  const command = new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, name, input: JSON.stringify(input) });
  return (await world.user.sfn.send(command)).executionArn!;
};
export const describeOf = (world: World, executionArn: string) =>
  world.user.sfn.send(new DescribeExecutionCommand({ executionArn }));
/** Lets time pass until the execution ends, and describes it. */
export const finish = async (world: World, arn: string, limitMs = 60 * MINUTE) => {
  await world.runUntil(() => world.services.sfn.find({ executionArn: arn }).status !== 'RUNNING', { limitMs });
  return describeOf(world, arn);
};
/** The statuses that executions announced, in order. */
export const statusEvents = (world: World) =>
  world.events.history.map(({ detail }) => (detail as { status: string }).status);

/** A task that waits until its token is sent back. */
export const waiting = (more: object = {}) =>
  task('tell', {
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: 'tell', Payload: { 'token.$': '$$.Task.Token' } },
    ResultSelector: undefined,
    ...more,
  });
