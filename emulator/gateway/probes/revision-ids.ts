import { GetAliasCommand, UpdateAliasCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Probe } from './probe';
import { ALIAS } from './probe-function';
import { nameOfRefusal } from './refusal-name';

const STALE = 'PreconditionFailedException';

export const revisionIds: Probe = {
  behaviour: 'revision-ids',
  aws:
    'UpdateAlias and UpdateFunctionConfiguration with a RevisionId that is not the current one are refused; each ' +
    'update changes it.',
  source: 'https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html',
  has: async ({ lambda, functionName: FunctionName }) => {
    const alias = { FunctionName, Name: ALIAS };
    const { RevisionId } = await lambda.send(new GetAliasCommand(alias));
    const after = await lambda.send(new UpdateAliasCommand({ ...alias, RevisionId }));
    const again = await nameOfRefusal(lambda.send(new UpdateAliasCommand({ ...alias, RevisionId })));
    // An alias' revision is never the function's.
    const other = await nameOfRefusal(
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'stale', RevisionId })),
    );
    return after.RevisionId !== RevisionId && again === STALE && other === STALE;
  },
};
