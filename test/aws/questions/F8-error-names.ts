import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { until } from '../bench/until';
import { OUTPUTS } from '../stack/names';
import { NotAskable, answered, type Question } from './question';

export const THROWN_NAME = 'CanaryRegressed';

export const errorNames: Question = {
  id: 'F8',
  question: 'Does an error that a step throws reach Step Functions under its own name?',
  assumption: "Yes: Retry and Catch match the thrown error's `name`, and the execution ends with it",
  buildsOn: ['lambdas/contract/errors.ts', 'lib/workflow/task.ts'],
  minutes: 2,
  how: 'one execution of a state machine whose only task throws',
  ask: async (bench) => {
    const stateMachineArn = bench.stack?.outputs[OUTPUTS.throws];
    if (!bench.stack || stateMachineArn === undefined)
      throw new NotAskable('there is no state machine that throws here');
    const { sfn } = bench.stack;
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
    const ended = await until(bench.clock, { withinMs: 60_000, everyMs: 1_000 }, async () => {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return execution.status === 'RUNNING' ? undefined : execution;
    });
    const error = ended?.error ?? 'none';
    return answered(
      error === THROWN_NAME,
      `thrown as ${THROWN_NAME}, the execution is ${ended?.status ?? 'RUNNING'} with error ${error}`,
      {
        error,
      },
    );
  },
};
