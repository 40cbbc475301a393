import {
  CreateAliasCommand,
  GetAliasCommand,
  GetFunctionUrlConfigCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { PREVIEW_ALIAS } from '../../contract/names';
import { httpStatusOf, isAwsError, present } from '../sdk/answers';
import type { AdapterContext } from '../sdk/context';
import { lambdaClient, versionNumber } from './client';

/**
 * The alias that testers call. No user's request comes through it and the judge reads nothing of it, so that what goes wrong
 * with it is never a reason to end a rollout which needs no testers.
 */
export interface PreviewAlias {
  /** Undefined where there is none: the app was deployed before there were previews, or the alias was deleted. */
  readPreview(functionName: string): Promise<{ readonly version: string; readonly revisionId: string } | undefined>;
  /** One version alone, on condition that there was no other write since `revisionId`. */
  writePreview(functionName: string, version: string, revisionId: string, why: string): Promise<'written' | 'changed'>;
  /** `https://….lambda-url.….on.aws/`; undefined where it has none. */
  readPreviewUrl(functionName: string): Promise<string | undefined>;
  /** Points it at a version, unless it exists. */
  createPreview(functionName: string, version: string): Promise<void>;
}

const MAX_DESCRIPTION = 256;

export const lambdaPreviewAlias = (context: AdapterContext): PreviewAlias => {
  const client = lambdaClient(context);
  return {
    readPreview: async (functionName) => {
      try {
        const alias = await client.send(new GetAliasCommand({ FunctionName: functionName, Name: PREVIEW_ALIAS }));
        return {
          version: present(alias.FunctionVersion, "the preview alias' FunctionVersion"),
          revisionId: present(alias.RevisionId, "the preview alias' RevisionId"),
        };
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
        throw error;
      }
    },
    writePreview: async (functionName, version, revisionId, why) => {
      const command = new UpdateAliasCommand({
        FunctionName: functionName,
        Name: PREVIEW_ALIAS,
        FunctionVersion: versionNumber(version),
        // Testers mean one version: weights that a person gave it go.
        RoutingConfig: { AdditionalVersionWeights: {} },
        Description: why.slice(0, MAX_DESCRIPTION),
        RevisionId: revisionId,
      });
      try {
        await client.send(command);
        return 'written';
      } catch (error) {
        if (isAwsError(error, 'PreconditionFailedException') || httpStatusOf(error) === 412) return 'changed';
        throw error;
      }
    },
    readPreviewUrl: async (functionName) => {
      try {
        const command = new GetFunctionUrlConfigCommand({ FunctionName: functionName, Qualifier: PREVIEW_ALIAS });
        return present((await client.send(command)).FunctionUrl, "the preview URL's FunctionUrl");
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
        throw error;
      }
    },
    createPreview: async (functionName, version) => {
      try {
        await client.send(
          new CreateAliasCommand({ FunctionName: functionName, Name: PREVIEW_ALIAS, FunctionVersion: version }),
        );
      } catch (error) {
        if (!isAwsError(error, 'ResourceConflictException')) throw error;
      }
    },
  };
};
