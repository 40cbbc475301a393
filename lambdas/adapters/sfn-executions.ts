import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ENV } from '../contract/names';
import type { EndedExecution, Executions } from '../ports/executions';
import { isAwsError } from './aws-error';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';
import { present } from './incomplete-answer';
import { requiredVariable } from './required-variable';

const ENDED_BADLY = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

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
