import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ENV } from '../contract/names';
import type { Executions } from '../ports/executions';
import { isAwsError } from './aws-error';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';
import { present } from './incomplete-answer';
import { requiredVariable } from './required-variable';

/** Executions of the rollout state machine. An execution that runs under the same name and input counts as `started`. */
export const sfnExecutions = (context: AdapterContext): Executions => {
  const client = context.client('sfn', () => new SFNClient(clientConfig));
  const stateMachineArn = requiredVariable(context, ENV.stateMachine);
  return {
    arnOf: (name) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
    start: async (name, input) => {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
        return 'started';
      } catch (error) {
        if (isAwsError(error, 'ExecutionAlreadyExists')) return 'exists';
        throw error;
      }
    },
    status: async (arn) => {
      try {
        const execution = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
        return present(execution.status, 'status in DescribeExecution');
      } catch (error) {
        if (isAwsError(error, 'ExecutionDoesNotExist')) return undefined;
        throw error;
      }
    },
  };
};
