import { s3CaptureSink } from '../lambdas/adapters/s3/captured-requests';
import { parseModelServerEnv } from '../lambdas/contract/model-server-env';
import { type Capture, requestCapture } from '../lambdas/model-server/capture';
import { seededRandom } from './random';
import type { RuntimeVersion } from './runtime/function-runtime';
import type { TrafficModel } from './services/lambda/traffic';
import type { World } from './world';

/** All requests of a batch come at one moment, of which one is kept at most. */
const TRIED_OF_A_BATCH = 3;

/**
 * Made-up traffic of which the model server keeps some: its own code decides, and writes with the function's rights.
 * One environment serves a version.
 */
export function fakeCapture(world: World, traffic: TrafficModel): TrafficModel {
  // Of its own, so that what is kept moves no draw of the users.
  const random = seededRandom('captured requests');
  const captures = new Map<string, Capture>();
  const captureOf = (version: RuntimeVersion): Capture =>
    requestCapture({
      env: parseModelServerEnv(version.environment),
      sink: s3CaptureSink(world.clientsOf(version.logicalId).s3),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      now: () => world.clock.now(),
      random,
      abortAfter: () => new AbortController().signal,
    });
  const keepSome = (version: RuntimeVersion, requests: number): void => {
    if (version.environment['GREENLIGHT_CAPTURE_RATE'] === undefined) return;
    const name = `${version.functionName}:${version.version}`;
    const capture = captures.get(name) ?? captureOf(version);
    captures.set(name, capture);
    for (let nth = 0; nth < Math.min(requests, TRIED_OF_A_BATCH); nth += 1) {
      const data = [Math.floor(random() * 3), random()];
      const keep = capture({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data }] }, `r-${random()}`);
      void keep?.();
    }
  };
  return (version, requests, draw) => {
    keepSome(version, requests);
    return traffic(version, requests, draw);
  };
}
