import { GetAliasCommand, PublishVersionCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import type { Probe } from './probe';
import { ALIAS } from './probe-function';

export const revisionIds: Probe = {
  behaviour: 'revision-ids',
  aws: 'UpdateAlias and PublishVersion with a RevisionId that is not the current one are refused, and each update changes it.',
  source: 'https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html',
  has: async ({ lambda, functionName: FunctionName }) => {
    const alias = { FunctionName, Name: ALIAS };
    const before = await lambda.send(new GetAliasCommand(alias));
    const after = await lambda.send(new UpdateAliasCommand({ ...alias, RevisionId: before.RevisionId }));
    const stale = before.RevisionId;
    const refused = await Promise.allSettled([
      lambda.send(new UpdateAliasCommand({ ...alias, RevisionId: stale })),
      lambda.send(new PublishVersionCommand({ FunctionName, RevisionId: stale })),
    ]);
    const isStale = (result: PromiseSettledResult<unknown>): boolean =>
      result.status === 'rejected' && (result.reason as Error).name === 'PreconditionFailedException';
    return after.RevisionId !== stale && refused.every(isStale);
  },
};
