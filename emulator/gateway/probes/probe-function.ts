import {
  CreateAliasCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { randomBytes } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { EMULATOR_ENV } from '../../credentials';
import type { Upstream } from '../upstream';

/** What the probes' function says about itself, after it did what its event asks. */
const CODE = `
exports.handler = async (event, context) => {
  if (event.log) console.log(event.log);
  if (event['detail-type']) console.log(JSON.stringify(event));
  if (event.fail) throw Object.assign(new Error('asked to fail'), { name: event.fail });
  return { version: context.functionVersion, arn: context.invokedFunctionArn };
};
`;

/** The environment that makes version 2 another one than version 1. */
export const SECOND = { Variables: { PROBE: 'version 2' } };

/** Called by its alias, it must be version 2: all the weight is there. */
export const ALIAS = 'live';

export interface ProbeAnswer {
  readonly version?: string;
  readonly arn?: string;
  readonly errorType?: string;
}

export interface InvokedProbe {
  readonly executedVersion: string | undefined;
  readonly failed: boolean;
  readonly said: ProbeAnswer;
}

interface ProbeConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What a probe may use: a function of versions 1 and 2 with an alias and a URL, on the emulator itself. */
export interface ProbeSetting {
  readonly upstream: Upstream;
  readonly lambda: LambdaClient;
  readonly cloudwatch: CloudWatchClient;
  /** For a client of another service. */
  readonly config: ProbeConfig;
  readonly functionName: string;
  readonly functionArn: string;
  readonly functionUrl: string;
  readonly invoke: (event: object, qualifier: string) => Promise<InvokedProbe>;
  /** Deletes the function. */
  readonly clear: () => Promise<void>;
}

export async function setProbes(upstream: Upstream): Promise<ProbeSetting> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region } = EMULATOR_ENV;
  const config: ProbeConfig = { endpoint: upstream.url, region, credentials: { accessKeyId, secretAccessKey } };
  const lambda = new LambdaClient(config);
  const cloudwatch = new CloudWatchClient(config);
  const functionName = `gateway-probe-${randomBytes(4).toString('hex')}`;
  const { functionArn, functionUrl } = await createFunction(lambda, functionName);
  return {
    upstream,
    lambda,
    cloudwatch,
    config,
    functionName,
    functionArn,
    functionUrl,
    invoke: (event, qualifier) => invoke(lambda, functionName, event, qualifier),
    clear: async () => {
      await lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName: functionName, Qualifier: ALIAS }));
      await lambda.send(new DeleteFunctionCommand({ FunctionName: functionName }));
      lambda.destroy();
      cloudwatch.destroy();
    },
  };
}

async function createFunction(
  client: LambdaClient,
  FunctionName: string,
): Promise<{ readonly functionArn: string; readonly functionUrl: string }> {
  const waiting = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
  const { FunctionArn: functionArn = '' } = await client.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: 'arn:aws:iam::000000000000:role/gateway-probe',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipSync({ 'index.js': strToU8(CODE) }) },
      Publish: true,
    }),
  );
  await waitUntilFunctionActiveV2(waiting, { FunctionName });
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: SECOND }));
  await waitUntilFunctionUpdatedV2(waiting, { FunctionName });
  await client.send(new PublishVersionCommand({ FunctionName }));
  const RoutingConfig = { AdditionalVersionWeights: { 2: 1 } };
  await client.send(new CreateAliasCommand({ FunctionName, Name: ALIAS, FunctionVersion: '1', RoutingConfig }));
  const url = await client.send(
    new CreateFunctionUrlConfigCommand({ FunctionName, Qualifier: ALIAS, AuthType: 'NONE' }),
  );
  return { functionArn, functionUrl: url.FunctionUrl ?? '' };
}

async function invoke(
  lambda: LambdaClient,
  FunctionName: string,
  event: object,
  Qualifier: string,
): Promise<InvokedProbe> {
  const Payload = strToU8(JSON.stringify(event));
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Qualifier, Payload }));
  return {
    executedVersion: answer.ExecutedVersion,
    failed: answer.FunctionError !== undefined,
    said: JSON.parse(Buffer.from(answer.Payload ?? []).toString() || '{}') as ProbeAnswer,
  };
}
