import {
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import type { Probe } from './probe';
import { SECOND } from './probe-function';

export const unchangedPublish: Probe = {
  behaviour: 'unchanged-publish',
  aws: 'PublishVersion answers the last version when configuration and code are the same as then, also after an update that changed nothing.',
  source: 'https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html',
  has: async ({ lambda: client, functionName: FunctionName }) => {
    const first = await client.send(new PublishVersionCommand({ FunctionName }));
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: SECOND }));
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { FunctionName });
    const second = await client.send(new PublishVersionCommand({ FunctionName }));
    return first.Version === '2' && second.Version === '2';
  },
};
