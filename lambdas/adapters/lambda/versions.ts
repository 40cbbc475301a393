import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  type LambdaClient,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { PROTECTING_ALIAS } from '../../contract/names';
import { isAwsError, pagesOf, present } from '../sdk/answers';
import type { AdapterContext } from '../sdk/context';
import { isVersionNumber, lambdaClient, versionNumber } from './client';
import { provisionedVersions, type ProvisionedVersions } from './provisioned-concurrency';

/** What Lambda says of one version of a function, or of `$LATEST`. */
export interface VersionFacts {
  readonly version: string;
  /** Lambda's State: Active, Pending, Inactive, Failed … */
  readonly state: string;
  readonly stateReason?: string;
  /** Lambda's LastUpdateStatus: Successful, InProgress, Failed. */
  readonly lastUpdate: string;
  readonly lastUpdateReason?: string;
  readonly role: string;
  readonly deadLetterArn?: string;
  readonly codeSha256: string;
  /** Equal for two versions that differ at most in their environment. */
  readonly codeFingerprint: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly revisionId: string;
}

/** Published versions of an endpoint's function. */
export interface Versions extends ProvisionedVersions {
  /** `version` is a number or `$LATEST`; undefined when there is no such version. */
  describeVersion(functionName: string, version: string): Promise<VersionFacts | undefined>;
  /**
   * Replaces the whole environment of `$LATEST`. `changed`: another writer has changed the function since `revisionId`,
   * or is doing so.
   */
  configureLatest(
    functionName: string,
    environment: Readonly<Record<string, string>>,
    revisionId: string,
  ): Promise<'done' | 'changed'>;
  /**
   * Publishes `$LATEST`; answers the version, which is an earlier one when nothing has changed since it was published.
   */
  publishVersion(
    functionName: string,
    expected: { readonly codeSha256: string; readonly revisionId: string; readonly description: string },
  ): Promise<{ readonly version: string } | 'changed'>;
  /** Version numbers, without `$LATEST`. */
  listVersions(functionName: string): Promise<readonly string[]>;
  /** Versions that any alias of the function names. */
  usedByAliases(functionName: string): Promise<readonly string[]>;
  /** Points the protecting alias at a version: Lambda then refuses to delete it, whatever the caller's rights. */
  protectVersion(functionName: string, version: string, why: string): Promise<void>;
  /** `in-use`: an alias names it, Lambda refused. */
  deleteVersion(functionName: string, version: string): Promise<'removed' | 'in-use' | 'gone'>;
}

/** Published versions in Lambda. */
export const lambdaVersions = (context: AdapterContext): Versions => {
  const client = lambdaClient(context);
  return {
    describeVersion: describeVersion(client),
    ...versionLists(client),
    ...versionChanges(client),
    ...provisionedVersions(client),
  };
};

/** Lambda's limit for a description. */
const MAX_DESCRIPTION = 256;

const versionChanges = (
  client: LambdaClient,
): Pick<Versions, 'configureLatest' | 'protectVersion' | 'publishVersion' | 'deleteVersion'> => ({
  configureLatest: async (functionName, environment, revisionId) => {
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
  publishVersion: async (functionName, { codeSha256, revisionId, description }) => {
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
  protectVersion: async (functionName, version, why) => {
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
  deleteVersion: async (functionName, version) => {
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

/** Another revision than ours, or another writer's update that is under way. */
const isChanged = (error: unknown): boolean =>
  isAwsError(error, 'PreconditionFailedException', 'ResourceConflictException');

/** Lambda has no code of its own for a CodeSha256 that does not match; the message names the parameter. */
const isOtherCode = (error: unknown): boolean =>
  isAwsError(error, 'InvalidParameterValueException') && /CodeSHA-?256/i.test((error as Error).message);

/** Lambda could not read a version's environment variables, so that they cannot be carried over. */
export class EnvironmentUnreadable extends Error {
  override readonly name = 'EnvironmentUnreadable';
}

/**
 * GetFunction, because it may be called 100 times a second; all other reads of the account together 15 times:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const describeVersion =
  (client: LambdaClient): Versions['describeVersion'] =>
  async (functionName, version) => {
    const command = new GetFunctionCommand({ FunctionName: functionName, Qualifier: version });
    try {
      const { Configuration: configuration } = await client.send(command);
      return factsOf(present(configuration, 'Configuration in GetFunction'));
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  };

function factsOf(configuration: FunctionConfiguration): VersionFacts {
  const { Environment: environment, DeadLetterConfig: deadLetter } = configuration;
  if (environment?.Error) {
    const { ErrorCode: code, Message: message } = environment.Error;
    throw new EnvironmentUnreadable(
      `The environment of ${configuration.FunctionName}:${configuration.Version}: ${code}: ${message}`,
    );
  }
  const of = (member: keyof FunctionConfiguration) => `${member} in GetFunction`;
  return {
    version: present(configuration.Version, of('Version')),
    state: present(configuration.State, of('State')),
    ...(configuration.StateReason && { stateReason: configuration.StateReason }),
    lastUpdate: present(configuration.LastUpdateStatus, of('LastUpdateStatus')),
    ...(configuration.LastUpdateStatusReason && { lastUpdateReason: configuration.LastUpdateStatusReason }),
    role: present(configuration.Role, of('Role')),
    ...(deadLetter?.TargetArn && { deadLetterArn: deadLetter.TargetArn }),
    codeSha256: present(configuration.CodeSha256, of('CodeSha256')),
    codeFingerprint: fingerprintOf(configuration),
    environment: environment?.Variables ?? {},
    revisionId: present(configuration.RevisionId, of('RevisionId')),
  };
}

/** The role is left out because it is compared on its own, the environment because a new model changes it. */
const fingerprintOf = (configuration: FunctionConfiguration): string =>
  JSON.stringify([
    configuration.CodeSha256,
    configuration.Runtime,
    configuration.Handler,
    configuration.MemorySize,
    configuration.Timeout,
    configuration.EphemeralStorage?.Size,
    configuration.Architectures,
    configuration.Layers?.map((layer) => layer.Arn) ?? [],
  ]);

const versionLists = (client: LambdaClient): Pick<Versions, 'listVersions' | 'usedByAliases'> => ({
  listVersions: async (functionName) => {
    const versions: string[] = [];
    const pages = pagesOf('ListVersionsByFunction', async (marker?: string) => {
      const command = new ListVersionsByFunctionCommand({
        FunctionName: functionName,
        ...(marker && { Marker: marker }),
      });
      const { Versions: items = [], NextMarker: next } = await client.send(command);
      return { items, next: next || undefined };
    });
    for await (const page of pages) versions.push(...page.map((one) => one.Version ?? '').filter(isVersionNumber));
    return versions;
  },
  usedByAliases: async (functionName) => {
    const used = new Set<string>();
    const pages = pagesOf('ListAliases', async (marker?: string) => {
      const command = new ListAliasesCommand({ FunctionName: functionName, ...(marker && { Marker: marker }) });
      const { Aliases: items = [], NextMarker: next } = await client.send(command);
      return { items, next: next || undefined };
    });
    for await (const page of pages)
      for (const alias of page) {
        // Ours keeps others from deleting what we may need; what it is on is judged by whether we still do.
        if (alias.Name === PROTECTING_ALIAS) continue;
        if (alias.FunctionVersion) used.add(alias.FunctionVersion);
        for (const version of Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {})) used.add(version);
      }
    return [...used];
  },
});
