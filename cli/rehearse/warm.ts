import {
  type EndpointAnswer,
  type EndpointRequest,
  lambdaEndpointCalls,
} from '../../lambdas/adapters/lambda/endpoint-calls';
import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { type DataSet, inferRequest } from '../../lambdas/contract/golden-set';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import type { EmbeddedApp } from '../../simulator/app/embedded-app';

const REQUESTS = 2_000;
/** Real time; a slow model is warm sooner. */
const PATIENCE_MS = 5_000;
/** Real time that one version computes its answers, once each. */
const COMPUTING_MS = 30_000;
const FEWEST = 10;

/** A version that is called directly, past the live alias: what it answers counts among no user's numbers. */
export interface CalledVersion {
  readonly endpoint: string;
  readonly functionName: string;
  readonly version: string;
}

/** The version that a first rollout put in service. */
export function inService({ state }: RolloutRecord): CalledVersion {
  if (state?.green.version === undefined) throw new Error('the first rollout ended without a version');
  return { endpoint: state.endpoint, functionName: state.config.functionName, version: state.green.version };
}

/** Calls a version past the live alias, in world time. */
export function askVersion(
  { world }: EmbeddedApp,
  { functionName, version }: CalledVersion,
  request: EndpointRequest,
): Promise<EndpointAnswer> {
  const calls = lambdaEndpointCalls(lambdaContext(world.user, {}, { clock: world.clock }));
  return world.run(calls.callVersion(functionName, version, request));
}

/** So many of a list, from all of it: files are often sorted. */
const spread = <T>(list: readonly T[], most: number): readonly T[] =>
  Array.from({ length: most }, (_, at) => list[Math.floor((at * list.length) / most)]!);

/**
 * Calls blue directly until its process has compiled what it runs often. A model that is in service has done so long ago;
 * without this blue's own quantiles would be those of its first seconds. Answers the requests that users send: fewer of them
 * where the model is so slow that both versions would compute them all for minutes.
 */
export async function warm(app: EmbeddedApp, blue: CalledVersion, traffic: DataSet): Promise<DataSet> {
  const began = performance.now();
  const until = began + PATIENCE_MS;
  const path = `/v2/models/${blue.endpoint}/infer`;
  const { requests } = traffic;
  let asked = 0;
  for (; asked < REQUESTS && performance.now() < until; asked += 1)
    await askVersion(app, blue, { method: 'POST', path, body: inferRequest(traffic, asked % requests.length) });
  // Each is computed once by either version.
  const most = Math.max(FEWEST, Math.floor((COMPUTING_MS * asked) / (performance.now() - began)));
  const few = asked < Math.min(REQUESTS, requests.length) && most < requests.length;
  return few ? { ...traffic, requests: spread(requests, most) } : traffic;
}
