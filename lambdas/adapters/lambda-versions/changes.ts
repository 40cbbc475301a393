import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  type LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { PROTECTING_ALIAS } from '../../contract/names';
import type { Versions } from '../../ports/versions';
import { isAwsError } from '../aws-error';
import { present } from '../incomplete-answer';
import { versionNumber } from '../version-number';

/** Lambda's limit for a description. */
const MAX_DESCRIPTION = 256;

export const versionChanges = (
  client: LambdaClient,
): Pick<Versions, 'configure' | 'protect' | 'publish' | 'remove'> => ({
  configure: async (functionName, environment, revisionId) => {
    const command = new UpdateFunctionConfigurationCommand({
      FunctionName: functionName,
      Environment: { Variables: { ...environment } },
      RevisionId: revisionId,
    });
    try {
      await client.send(command);
      return 'done';
    } catch (error) {
      if (isChanged(error)) return 'changed';
      throw error;
    }
  },
  publish: async (functionName, { codeSha256, revisionId, description }) => {
    const command = new PublishVersionCommand({
      FunctionName: functionName,
      CodeSha256: codeSha256,
      RevisionId: revisionId,
      Description: description.slice(0, MAX_DESCRIPTION),
    });
    try {
      return { version: present((await client.send(command)).Version, 'Version in PublishVersion') };
    } catch (error) {
      if (isChanged(error) || isOtherCode(error)) return 'changed';
      throw error;
    }
  },
  protect: async (functionName, version, why) => {
    const alias = {
      FunctionName: functionName,
      Name: PROTECTING_ALIAS,
      FunctionVersion: versionNumber(version),
      Description: why.slice(0, MAX_DESCRIPTION),
    };
    try {
      await client.send(new UpdateAliasCommand(alias));
    } catch (error) {
      if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
      await client.send(new CreateAliasCommand(alias));
    }
  },
  remove: async (functionName, version) => {
    const command = new DeleteFunctionCommand({ FunctionName: functionName, Qualifier: versionNumber(version) });
    try {
      await client.send(command);
      return 'removed';
    } catch (error) {
      if (isAwsError(error, 'ResourceConflictException')) return 'in-use';
      if (isAwsError(error, 'ResourceNotFoundException')) return 'gone';
      throw error;
    }
  },
});

/** Another revision than ours, or an update of somebody else's that is under way. */
const isChanged = (error: unknown): boolean =>
  isAwsError(error, 'PreconditionFailedException', 'ResourceConflictException');

/** Lambda has no code of its own for a CodeSha256 that does not match; the message names the parameter. */
const isOtherCode = (error: unknown): boolean =>
  isAwsError(error, 'InvalidParameterValueException') && /CodeSHA-?256/i.test((error as Error).message);
