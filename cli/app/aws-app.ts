import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfig, lambdaContext, make } from '../../lambdas/adapters/sdk/context';
import { ENV, TEARDOWN_FUNCTION } from '../../lambdas/contract/names';
import { operationNeeds } from '../../lambdas/operations/needs';
import type { Where } from '../surroundings';
import type { CliApp } from './cli-app';
import { namesInStack } from './names-in-stack';

/** What the environment must name for the stack not to be asked. */
const NEEDED = [ENV.table, ENV.bucket, ENV.stateMachine, TEARDOWN_FUNCTION];

/**
 * The app in AWS, or in an emulator that AWS_ENDPOINT_URL names, with the credentials of the environment.
 * @throws AppUnknown, and what the SDK throws
 */
export async function awsApp({ stack, region }: Where, env: NodeJS.ProcessEnv): Promise<CliApp> {
  // Every client of this process reads it from here; so does a client that an adapter makes.
  if (region !== undefined) env['AWS_REGION'] = region;
  const named = NEEDED.every((name) => env[name]);
  const found = named
    ? {}
    : await namesInStack(stack, new CloudFormationClient(clientConfig), new LambdaClient(clientConfig));
  const context = lambdaContext({}, { ...env, ...found });
  return { ports: make(operationNeeds, context), context, recording: undefined };
}
