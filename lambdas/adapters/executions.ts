import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ENV } from '../contract/names';
import type { PersonsAnswer } from '../contract/decisions';
import { isAwsError, present } from './sdk/answers';
import { type AdapterContext, clientConfig, requiredVariable } from './sdk/context';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

export interface EndedExecution {
  readonly arn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Executions of the rollout state machine. */
export interface Executions {
  arnOfExecution(name: string): string;
  /** `exists`: an execution of that name was started before. */
  startExecution(name: string, input: string): Promise<'started' | 'exists'>;
  executionStatus(arn: string): Promise<ExecutionStatus | undefined>;
  /**
   * The error and cause that an execution ended with, and when, in milliseconds since 1970; a person who stops one may
   * say why in both.
   */
  whyExecutionEnded(
    arn: string,
  ): Promise<{ readonly error?: string; readonly cause?: string; readonly endedAt?: number }>;
  /** Stops an execution that runs, for this reason; one that does not run, or not yet, is left as it is. */
  stopExecution(arn: string, reason: { readonly error: string; readonly cause: string }): Promise<void>;
  /**
   * Executions that failed, timed out or were stopped, newest start first, at most so many of each kind. A list may lag
   * behind.
   */
  executionsEndedBadly(most: number): Promise<readonly EndedExecution[]>;
}

/** Gives a waiting rollout its answer. */
export interface Answers {
  /** `too late`: no execution waits for this token any more. The first of two answers counts. */
  giveAnswer(taskToken: string, answer: PersonsAnswer): Promise<'given' | 'too late'>;
}

const ENDED_BADLY = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html */
const MAX_ERROR = 256;
const MAX_CAUSE = 32_768;

/**
 * Executions of the rollout state machine. An execution that runs under the same name and input counts as `started`.
 */
export const sfnExecutions = (context: AdapterContext): Executions => {
  const client = context.client('sfn', () => new SFNClient(clientConfig));
  const stateMachineArn = requiredVariable(context, ENV.stateMachine);
  return {
    arnOfExecution: (name) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
    startExecution: async (name, input) => {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
        return 'started';
      } catch (error) {
        if (isAwsError(error, 'ExecutionAlreadyExists')) return 'exists';
        throw error;
      }
    },
    executionStatus: async (arn) => {
      try {
        const execution = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
        return present(execution.status, 'status in DescribeExecution');
      } catch (error) {
        if (isAwsError(error, 'ExecutionDoesNotExist')) return undefined;
        throw error;
      }
    },
    whyExecutionEnded: async (executionArn) => {
      const { error, cause, stopDate } = await client.send(new DescribeExecutionCommand({ executionArn }));
      return {
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
        ...(stopDate !== undefined && { endedAt: stopDate.getTime() }),
      };
    },
    stopExecution: async (executionArn, { error, cause }) => {
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
    executionsEndedBadly: async (most) => {
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

/** Answers by task token: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
export const sfnAnswers = (context: AdapterContext): Answers => {
  const client = context.client('sfn', () => new SFNClient(clientConfig));
  return {
    giveAnswer: async (taskToken, { approved, by, reason }) => {
      try {
        await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ approved, by, reason }) }));
        return 'given';
      } catch (error) {
        if (isAwsError(error, 'TaskTimedOut', 'TaskDoesNotExist')) return 'too late';
        throw error;
      }
    },
  };
};
