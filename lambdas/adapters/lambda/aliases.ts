import {
  type AliasConfiguration,
  CreateAliasCommand,
  GetAliasCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  GetFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { LiveAliasMoved } from '../../contract/errors';
import { LIVE_ALIAS, PREVIEW_ALIAS } from '../../contract/names';
import { httpStatusOf, isAwsError, present } from '../sdk/answers';
import type { AdapterContext } from '../sdk/context';
import { lambdaClient, versionNumber } from './client';

/** What the live alias says: one version, or a version and a canary with a weight. */
export interface AliasState {
  readonly version: string;
  readonly canary?: { readonly version: string; /** Percent; whole in what we write. */ readonly weight: number };
  /** Changes with every write, also by others. */
  readonly revisionId: string;
  /** What the last write of ours did, for people, and for steps that have to find out later. */
  readonly description?: string;
}

export type AliasTarget = Omit<AliasState, 'revisionId' | 'description'>;

/** The live alias of an endpoint's function: traffic's only truth. */
export interface LiveAlias {
  /** Throws LiveAliasMoved when there is none, because it was deleted; so does `writeLiveAlias`. */
  readLiveAlias(functionName: string): Promise<AliasState>;
  /**
   * One write of version and weights together, on condition that there was no other since `revisionId`.
   * `why` becomes the alias' description in the same write, cut to Lambda's 256 characters.
   * Answers `changed` when there was; the alias is then as the other writer left it.
   */
  writeLiveAlias(
    functionName: string,
    target: AliasTarget,
    revisionId: string,
    why: string,
  ): Promise<AliasState | 'changed'>;
}

const MAX_DESCRIPTION = 256;

/**
 * The live alias in Lambda. A write is one UpdateAlias with version, weights and RevisionId together; an empty map
 * clears the weights, where leaving the map out would keep them.
 * When an answer got lost and the SDK tried again, our own first attempt looks like another writer's: a caller that
 * gets `changed` reads the alias before concluding anything.
 */
export const lambdaLiveAlias = (context: AdapterContext): LiveAlias => {
  const client = lambdaClient(context);
  return {
    readLiveAlias: async (functionName) => {
      try {
        return stateOf(await client.send(new GetAliasCommand({ FunctionName: functionName, Name: LIVE_ALIAS })));
      } catch (error) {
        throw isAwsError(error, 'ResourceNotFoundException') ? gone(functionName) : error;
      }
    },
    writeLiveAlias: async (functionName, target, revisionId, why) => {
      const command = new UpdateAliasCommand({
        FunctionName: functionName,
        Name: LIVE_ALIAS,
        FunctionVersion: target.version,
        RoutingConfig: { AdditionalVersionWeights: weightsOf(target) },
        Description: why.slice(0, MAX_DESCRIPTION),
        RevisionId: revisionId,
      });
      try {
        return stateOf(await client.send(command));
      } catch (error) {
        if (isAwsError(error, 'PreconditionFailedException') || httpStatusOf(error) === 412) return 'changed';
        throw isAwsError(error, 'ResourceNotFoundException') ? gone(functionName) : error;
      }
    },
  };
};

const gone = (functionName: string): LiveAliasMoved =>
  new LiveAliasMoved(
    `alias ${LIVE_ALIAS} of ${functionName} does not exist: it, the function, or the version that a write names ` +
      'was deleted',
  );

const weightsOf = ({ canary }: AliasTarget): Record<string, number> =>
  canary === undefined ? {} : { [canary.version]: canary.weight / 100 };

function stateOf(alias: AliasConfiguration): AliasState {
  const [canary] = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
  return {
    version: present(alias.FunctionVersion, "the alias' FunctionVersion"),
    // Ours is whole, but 0.29 * 100 is 28.999…; a person may have set 10.4.
    ...(canary && { canary: { version: canary[0], weight: Number((canary[1] * 100).toFixed(4)) } }),
    revisionId: present(alias.RevisionId, "the alias' RevisionId"),
    ...(alias.Description && { description: alias.Description }),
  };
}

/** The one time that CloudFormation, not a rollout, writes the alias. */
export interface LiveAliasCreation {
  /**
   * Points the live alias at a version, unless it exists: at the one that was live when the alias was deleted, else at
   * the function's first, which is published. True when it was created.
   */
  createIfAbsent(functionName: string, wasLive?: string): Promise<boolean>;
}

export const lambdaLiveAliasCreation = (context: AdapterContext): LiveAliasCreation => {
  const client = lambdaClient(context);
  const create = async (FunctionName: string, FunctionVersion: string): Promise<boolean | 'no such version'> => {
    try {
      await client.send(new CreateAliasCommand({ FunctionName, Name: LIVE_ALIAS, FunctionVersion }));
      return true;
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException')) return 'no such version';
      // Another writer was quicker: its alias stays.
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

/**
 * The alias that testers call. No user's request comes through it and the judge reads nothing of it, so that what goes
 * wrong with it is never a reason to end a rollout which needs no testers.
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
