import { InvokeCommand } from '@aws-sdk/client-lambda';
import { type DataSet, inferRequest } from '../../lambdas/contract/golden-set';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import type { EmbeddedApp } from '../../simulator/app/embedded-app';

const REQUESTS = 2_000;
/** Real time; a slow model is warm sooner. */
const PATIENCE_MS = 5_000;

/**
 * Calls blue directly, past the live alias, until its process has compiled what it runs often. A model that is in service
 * has done so long ago; without this blue's own quantiles would be those of its first seconds.
 */
export async function warm(app: EmbeddedApp, first: RolloutRecord, traffic: DataSet): Promise<void> {
  const { state } = first;
  if (state?.green.version === undefined) return;
  const until = performance.now() + PATIENCE_MS;
  for (let request = 0; request < REQUESTS && performance.now() < until; request += 1) {
    const event = {
      version: '2.0',
      rawPath: `/v2/models/${state.endpoint}/infer`,
      requestContext: { http: { method: 'POST' } },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(inferRequest(traffic, request % traffic.requests.length)),
      isBase64Encoded: false,
    };
    await app.world.run(
      app.world.user.lambda.send(
        new InvokeCommand({
          FunctionName: state.config.functionName,
          Qualifier: state.green.version,
          Payload: JSON.stringify(event),
        }),
      ),
    );
  }
}
