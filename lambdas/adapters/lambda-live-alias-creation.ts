import { CreateAliasCommand, GetAliasCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { LIVE_ALIAS } from '../contract/names';
import type { LiveAliasCreation } from '../ports/live-alias-creation';
import { isAwsError } from './aws-error';
import type { AdapterContext } from './context';
import { present } from './incomplete-answer';
import { lambdaClient } from './lambda-client';

export const lambdaLiveAliasCreation = (context: AdapterContext): LiveAliasCreation => {
  const client = lambdaClient(context);
  const create = async (FunctionName: string, FunctionVersion: string): Promise<boolean | 'no such version'> => {
    try {
      await client.send(new CreateAliasCommand({ FunctionName, Name: LIVE_ALIAS, FunctionVersion }));
      return true;
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException')) return 'no such version';
      // Somebody else was quicker: theirs stays.
      if (isAwsError(error, 'ResourceConflictException')) return false;
      throw error;
    }
  };
  return {
    createIfAbsent: async (functionName, wasLive) => {
      try {
        await client.send(new GetAliasCommand({ FunctionName: functionName, Name: LIVE_ALIAS }));
        return false;
      } catch (error) {
        if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
      }
      if (wasLive !== undefined) {
        const created = await create(functionName, wasLive);
        if (created !== 'no such version') return created;
      }
      const published = await client.send(
        new PublishVersionCommand({ FunctionName: functionName, Description: 'the first version, without a model' }),
      );
      const version = present(published.Version, "the published version's number");
      return (await create(functionName, version)) === true;
    },
  };
};
