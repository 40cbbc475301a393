import { lambdaEndpointCalls } from '../../lambdas/adapters/lambda/endpoint-calls';
import { lambdaLiveAlias } from '../../lambdas/adapters/lambda/aliases';
import { lambdaVersions } from '../../lambdas/adapters/lambda/versions';
import type { FunctionRuntime } from '../../simulator/runtime/function-runtime';
import { CloudWatchService } from '../../simulator/services/cloudwatch-service';
import { LambdaService } from '../../simulator/services/lambda-service';
import { testWorld } from '../simulator/services/test-world';
import { contextWith, type Intercept, standIn } from './stand-ins';

type Ending = { readonly payload: unknown } | { readonly errorType: string; readonly errorMessage: string };

/** The function `fn` in the engine's Lambda. Its code answers what the test says. */
export function lambdaWorld(intercept?: Intercept) {
  const world = testWorld();
  const seen: unknown[] = [];
  let ending: Ending = { payload: { statusCode: 200, body: '{}' } };
  const runtime: FunctionRuntime = {
    invoke: async (_, events) => {
      seen.push(...events);
      return events.map(() =>
        'payload' in ending
          ? { ok: true, payload: ending.payload, logs: [], durationMs: 5 }
          : { ok: false, ...ending, logs: [], durationMs: 5 },
      );
    },
    stop: async () => undefined,
  };
  const service = new LambdaService(world, new CloudWatchService(world));
  service.createFunction({ functionName: 'fn', logicalId: 'Fn', runtime, environment: { AA: '1' } });
  const { client, sent } = standIn(service, intercept);
  const context = contextWith({ lambda: client });
  const call = (command: string, input: object) =>
    service.call(command, { FunctionName: 'fn', ...input }, { kind: 'user' });
  const versions = lambdaVersions(context);
  return {
    seen,
    sent,
    call,
    versions,
    clock: world.clock,
    liveAlias: lambdaLiveAlias(context),
    calls: lambdaEndpointCalls(context),
    ends: (next: Ending) => void (ending = next),
    /** Configures and publishes, as a deploy does; waits until the version is active. */
    async release(environment: Record<string, string>): Promise<string> {
      const before = await versions.describeVersion('fn', '$LATEST');
      await versions.configureLatest('fn', environment, before!.revisionId);
      await world.clock.advance(10);
      const { codeSha256, revisionId } = (await versions.describeVersion('fn', '$LATEST'))!;
      const published = await versions.publishVersion('fn', { codeSha256, revisionId, description: 'a model' });
      if (published === 'changed') throw new Error('changed');
      await world.clock.advance(10);
      return published.version;
    },
  };
}
