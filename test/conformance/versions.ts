import {
  CreateAliasCommand,
  GetAliasCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from './aws';
import { settled } from './functions';

/** Writes `MODEL` into the function's environment and waits until that is done. */
export async function configure(aws: Aws, FunctionName: string, model: string) {
  const Environment = { Variables: { MODEL: model } };
  await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment }));
  return settled(aws, FunctionName);
}

/** Publishes the function with this MODEL and waits until the version is Active. Answers the version. */
export async function publish(aws: Aws, FunctionName: string, model: string): Promise<string> {
  await configure(aws, FunctionName, model);
  const { Version } = await aws.lambda.send(new PublishVersionCommand({ FunctionName }));
  await settled(aws, FunctionName, Version);
  return Version!;
}

/** A function with version 1 (MODEL is blue) and version 2 (green), and the alias `live` on version 1. */
export async function blueAndGreen(aws: Aws, source?: string) {
  const FunctionName = await aws.createFunction(source);
  await publish(aws, FunctionName, 'blue');
  await publish(aws, FunctionName, 'green');
  const alias = await aws.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  return { FunctionName, RevisionId: alias.RevisionId! };
}

/** Gives version 2 a share of what goes through `live`. */
export const giveGreen = (aws: Aws, FunctionName: string, weight: number) =>
  aws.lambda.send(
    new UpdateAliasCommand({
      FunctionName,
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { '2': weight } },
    }),
  );

export const readLive = (aws: Aws, FunctionName: string) =>
  aws.lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }));

/** An alias' weights; none is an empty map, whether the answer has one or leaves it out. */
export const weightsOf = (alias: {
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
}) => alias.RoutingConfig?.AdditionalVersionWeights ?? {};
