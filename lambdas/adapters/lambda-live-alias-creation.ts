import { CreateAliasCommand, GetAliasCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { LIVE_ALIAS } from '../contract/names';
import type { LiveAliasCreation } from '../ports/live-alias-creation';
import { isAwsError } from './aws-error';
import type { AdapterContext } from './context';
import { present } from './incomplete-answer';
import { lambdaClient } from './lambda-client';

/** Publishes the first version and creates the alias on it; does nothing when there is one. */
export const lambdaLiveAliasCreation = (context: AdapterContext): LiveAliasCreation => {
  const client = lambdaClient(context);
  return {
    createIfAbsent: async (functionName) => {
      try {
        await client.send(new GetAliasCommand({ FunctionName: functionName, Name: LIVE_ALIAS }));
        return false;
      } catch (error) {
        if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
      }
      const published = await client.send(
        new PublishVersionCommand({ FunctionName: functionName, Description: 'the first version, without a model' }),
      );
      const version = present(published.Version, "the published version's number");
      try {
        await client.send(
          new CreateAliasCommand({ FunctionName: functionName, Name: LIVE_ALIAS, FunctionVersion: version }),
        );
        return true;
      } catch (error) {
        // Somebody else was quicker: theirs stays.
        if (isAwsError(error, 'ResourceConflictException')) return false;
        throw error;
      }
    },
  };
};
