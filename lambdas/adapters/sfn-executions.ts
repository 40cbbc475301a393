import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ENV } from '../contract/names';
import type { EndedExecution, Executions } from '../ports/executions';
import { isAwsError } from './aws-error';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';
import { present } from './incomplete-answer';
import { requiredVariable } from './required-variable';

const ENDED_BADLY = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html */
const MAX_ERROR = 256;
const MAX_CAUSE = 32_768;

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
    whyEnded: async (executionArn) => {
      const { error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
      return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    },
    stop: async (executionArn, { error, cause }) => {
      try {
        await client.send(
          new StopExecutionCommand({
            executionArn,
            error: error.slice(0, MAX_ERROR),
            cause: cause.slice(0, MAX_CAUSE),
          }),
        );
      } catch (failure) {
        if (!isAwsError(failure, 'ExecutionDoesNotExist')) throw failure;
      }
    },
    endedBadly: async (most) => {
      const ended: EndedExecution[] = [];
      for (const statusFilter of ENDED_BADLY) {
        const command = new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: most });
        const { executions = [] } = await client.send(command);
        for (const { executionArn, name, status, startDate, stopDate } of executions)
          ended.push({
            arn: present(executionArn, 'executionArn in ListExecutions'),
            name: present(name, 'name in ListExecutions'),
            status: present(status, 'status in ListExecutions'),
            startedAt: present(startDate, 'startDate in ListExecutions').getTime(),
            endedAt: present(stopDate, 'stopDate in ListExecutions').getTime(),
          });
      }
      return ended;
    },
  };
};
