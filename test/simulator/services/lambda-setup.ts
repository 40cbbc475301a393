import type { InvocationResponse } from '@aws-sdk/client-lambda';
import type { RuntimeVersion } from '../../../simulator/runtime/function-runtime';
import { scriptedRuntime, type ScriptedAnswer } from '../../../simulator/runtime/scripted-runtime';
import { CloudWatchService } from '../../../simulator/services/cloudwatch-service';
import { type FunctionSpec, LambdaService } from '../../../simulator/services/lambda-service';
import type { InvokerOptions } from '../../../simulator/services/lambda/invoker';
import { client, testWorld, type TestWorld } from './test-world';

export interface LambdaSetup {
  readonly world: TestWorld;
  readonly cloudwatch: CloudWatchService;
  readonly lambda: LambdaService;
  readonly call: ReturnType<typeof client>;
  /** Publishes what `$LATEST` is with this variable, waits until it is Active, returns the version. */
  readonly publish: (model: string) => Promise<string>;
}

/** A world with the function `digits`, run by a script that answers with the version unless told otherwise. */
export function lambdaSetup(
  script: (event: unknown, version: RuntimeVersion, random: () => number) => ScriptedAnswer = (_, version) => ({
    payload: { version: version.version },
  }),
  options: { readonly seed?: number; readonly spec?: Partial<FunctionSpec>; readonly invoker?: InvokerOptions } = {},
): LambdaSetup {
  const world = testWorld(options.seed);
  const cloudwatch = new CloudWatchService(world);
  const lambda = new LambdaService(world, cloudwatch, options.invoker);
  const call = client(lambda);
  const runtime = scriptedRuntime(world.random, script);
  lambda.createFunction({ functionName: 'digits', logicalId: 'Digits', runtime, role: 'arn:role/a', ...options.spec });
  const publish = async (model: string): Promise<string> => {
    await call('UpdateFunctionConfiguration', { FunctionName: 'digits', Environment: { Variables: { MODEL: model } } });
    await world.clock.advance(4);
    const { Version } = await call<{ Version: string }>('PublishVersion', { FunctionName: 'digits' });
    await world.clock.advance(6);
    return Version;
  };
  return { world, cloudwatch, lambda, call, publish };
}

/** Versions 1 (blue) and 2 (green), and `live` on blue. */
export async function blueAndGreen(
  ...parameters: Parameters<typeof lambdaSetup>
): Promise<LambdaSetup & { readonly revisionId: string }> {
  const setup = lambdaSetup(...parameters);
  await setup.publish('blue');
  await setup.publish('green');
  const live = { FunctionName: 'digits', Name: 'live', FunctionVersion: '1' };
  const { RevisionId } = await setup.call<{ RevisionId: string }>('CreateAlias', live);
  return { ...setup, revisionId: RevisionId };
}

export const payloadOf = (response: InvocationResponse): unknown =>
  JSON.parse(Buffer.from(response.Payload ?? []).toString() || 'null');
