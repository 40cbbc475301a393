import {
  type EndpointAnswer,
  type EndpointRequest,
  lambdaEndpointCalls,
} from '../../lambdas/adapters/lambda/endpoint-calls';
import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { type DataSet, inferRequest } from '../../lambdas/contract/golden-set';
import { LIVE_ALIAS } from '../../lambdas/contract/names';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import type { EmbeddedApp } from '../../simulator/app/embedded-app';

const REQUESTS = 2_000;
/** Real time; a slow model is warm sooner. */
const PATIENCE_MS = 5_000;
/** Real time that one version computes its answers, once each. */
const COMPUTING_MS = 30_000;
const FEWEST = 10;
const LARGEST_BATCH = 128;
const QUICK_BATCH_MS = 50;

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

/** Requests of users as function URLs get them: so many, from the given one on and round again. */
const asUsersSend = (traffic: DataSet, modelName: string, from: number, count: number, atMs: number) =>
  Array.from({ length: count }, (_, at) => ({
    method: 'POST',
    path: `/v2/models/${modelName}/infer`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(inferRequest(traffic, (from + at) % traffic.requests.length)),
    // One after the other: at one moment they would be more than a function with a limit of its own takes.
    atMs: atMs + at,
  }));

/**
 * Calls blue directly until its process has compiled what it runs often. A model that is in service has done so long
 * ago; without this blue's own quantiles would be those of its first seconds. Answers the requests that users send:
 * fewer of them where the model is so slow that both versions would compute them all for minutes.
 */
export async function warm({ world }: EmbeddedApp, blue: CalledVersion, traffic: DataSet): Promise<DataSet> {
  const began = performance.now();
  const until = began + PATIENCE_MS;
  const { requests } = traffic;
  let asked = 0;
  for (let batch = 1; asked < REQUESTS && performance.now() < until;) {
    const count = Math.min(batch, REQUESTS - asked);
    const sent = performance.now();
    // Not through a driver of the clock: world time stands still meanwhile.
    await world.services.lambda.invokeUrlBatch(
      blue.functionName,
      blue.version,
      asUsersSend(traffic, blue.endpoint, asked, count, world.clock.now()),
    );
    asked += count;
    // A slow model is asked one by one, so that it keeps to the time that it has.
    if (performance.now() - sent < QUICK_BATCH_MS) batch = Math.min(2 * batch, LARGEST_BATCH);
  }
  // Each is computed once by either version.
  const most = Math.max(FEWEST, Math.floor((COMPUTING_MS * asked) / (performance.now() - began)));
  const few = asked < Math.min(REQUESTS, requests.length) && most < requests.length;
  return few ? { ...traffic, requests: spread(requests, most) } : traffic;
}

const PROBES = 40;
/** A rollout of 15 minutes with its baseline and waits is about 27 minutes of traffic. */
const TRAFFIC_MINUTES = 27;
const ALL_OF_IT_MS = 60_000;

/**
 * Requests per minute of world time that this machine answers within about a minute of real time, 600 to 3,000: below
 * that range few canaries can prove anything, above it nothing is gained.
 */
export async function affordableRate(
  { world }: EmbeddedApp,
  { functionName, endpoint }: CalledVersion,
  traffic: DataSet,
): Promise<number> {
  const send = () =>
    world.services.lambda.invokeUrlBatch(
      functionName,
      LIVE_ALIAS,
      asUsersSend(traffic, endpoint, 0, PROBES, world.clock.now()),
    );
  await send();
  const began = performance.now();
  await send();
  const msPerRequest = (performance.now() - began) / PROBES;
  const rate = ALL_OF_IT_MS / msPerRequest / TRAFFIC_MINUTES;
  return Math.round(Math.min(3000, Math.max(600, rate)) / 100) * 100;
}
