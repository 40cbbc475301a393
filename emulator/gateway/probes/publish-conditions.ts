import { PublishVersionCommand } from '@aws-sdk/client-lambda';
import type { Probe } from './probe';
import { nameOfRefusal } from './refusal-name';

const STALE = '00000000-0000-4000-a000-000000000000';

export const publishConditions: Probe = {
  behaviour: 'publish-conditions',
  aws: 'PublishVersion with a RevisionId or a CodeSha256 that is not that of `$LATEST` is refused.',
  source: 'https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html',
  has: async ({ lambda, functionName: FunctionName }) => {
    const byRevision = lambda.send(new PublishVersionCommand({ FunctionName, RevisionId: STALE }));
    const byCode = lambda.send(new PublishVersionCommand({ FunctionName, CodeSha256: STALE }));
    const refused = [await nameOfRefusal(byRevision), await nameOfRefusal(byCode)];
    return String(refused) === 'PreconditionFailedException,InvalidParameterValueException';
  },
};
