import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Answers } from '../ports/answers';
import { isAwsError } from './aws-error';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';

/** Answers by task token: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
export const sfnAnswers = (context: AdapterContext): Answers => {
  const client = context.client('sfn', () => new SFNClient(clientConfig));
  return {
    give: async (taskToken, { approved, by, reason }) => {
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
