import { type FunctionConfiguration, GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { VersionFacts, Versions } from '../../ports/versions';
import { isAwsError } from '../aws-error';
import { present } from '../incomplete-answer';

/** Lambda could not read a version's environment variables, so that they cannot be carried over. */
export class EnvironmentUnreadable extends Error {
  override readonly name = 'EnvironmentUnreadable';
}

/**
 * GetFunction, because it may be called 100 times a second; all other reads of the account together 15 times:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const findVersion =
  (client: LambdaClient): Versions['find'] =>
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
