import { PublishVersionCommand } from '@aws-sdk/client-lambda';
import type { Probe } from './probe';

export const unchangedPublish: Probe = {
  behaviour: 'unchanged-publish',
  aws: 'PublishVersion of a function that has not changed since the last one answers that version.',
  source: 'https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html',
  has: async ({ lambda, functionName: FunctionName }) => {
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
    return Version === '2';
  },
};
