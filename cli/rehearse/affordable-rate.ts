import { performance } from 'node:perf_hooks';
import { type DataSet, inferRequest } from '../../lambdas/contract/golden-set';
import { LIVE_ALIAS } from '../../lambdas/contract/names';
import type { EmbeddedApp } from '../../simulator/app/embedded-app';

const PROBES = 40;
/** A rollout of 15 minutes with its baseline and waits is about 27 minutes of traffic. */
const TRAFFIC_MINUTES = 27;
const PATIENCE_MS = 60_000;

/**
 * Requests per minute of world time that this machine answers within about a minute of real time, 600 to 3,000: below
 * that range few canaries can prove anything, above it nothing is gained.
 */
export async function affordableRate(
  app: EmbeddedApp,
  functionName: string,
  traffic: DataSet,
  modelName: string,
): Promise<number> {
  const requests = Array.from({ length: PROBES }, (_, index) => ({
    method: 'POST',
    path: `/v2/models/${modelName}/infer`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(inferRequest(traffic, index % traffic.requests.length)),
  }));
  // Not through a driver of the clock: world time stands still meanwhile.
  const send = () => app.world.services.lambda.invokeUrlBatch(functionName, LIVE_ALIAS, requests);
  await send();
  const began = performance.now();
  await send();
  const msPerRequest = (performance.now() - began) / PROBES;
  const rate = PATIENCE_MS / msPerRequest / TRAFFIC_MINUTES;
  return Math.round(Math.min(3000, Math.max(600, rate)) / 100) * 100;
}
