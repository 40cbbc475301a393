import { LIVE_ALIAS } from '../../../lambdas/contract/names';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import { fakeTraffic } from '../../../simulator/fake-server';
import type { TrafficModel } from '../../../simulator/services/lambda/traffic';
import type { EndpointPlan, TrafficPlan } from '../plan/plan';
import type { ChaosStage } from './stage';

const BATCH_MS = 10_000;

/** Users of an endpoint, who send requests through its live alias until the answer is called. */
export function comeUsers(stage: ChaosStage, { name, traffic }: EndpointPlan): () => void {
  const { world, story } = stage;
  const { clock, services } = world;
  const functionName = stage.functionOf(name);
  const model = trafficOf(stage, name);
  let here = traffic.requestsPerMinute > 0;
  const unserved = (requests: number, why: string) =>
    story.unserved.push({ at: stage.now, functionName, requests, why });
  const loop = (): void => {
    if (!here) return;
    clock.setTimeout(loop, BATCH_MS);
    const requests = Math.round((traffic.requestsPerMinute * level(traffic, stage.now) * BATCH_MS) / MINUTE_MS);
    if (requests === 0) return;
    try {
      const { refused, byVersion } = services.lambda.simulateTraffic(
        { functionName, qualifier: LIVE_ALIAS, requests },
        model,
      );
      for (const [version, { requests: given }] of byVersion)
        story.served.push({ at: stage.now, endpoint: name, version, requests: given });
      if (refused > 0 && !throttled(stage, name)) unserved(refused, 'a version of the alias is not active');
    } catch (error) {
      unserved(requests, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  };
  clock.scopes.detached(() => clock.setTimeout(loop, 0));
  return () => void (here = false);
}

/** What requests of an endpoint's users do to its versions. */
export const trafficOf = (stage: ChaosStage, endpoint: string): TrafficModel =>
  fakeTraffic((version) => stage.modelInTraffic(version), endpoint);

/** Of the mean: users come and go every five minutes, or five times as many come in one minute of five. */
function level({ shape }: TrafficPlan, now: number): number {
  const minute = Math.floor(now / MINUTE_MS);
  if (shape === 'steady') return 1;
  if (shape === 'comes and goes') return Math.floor(minute / 5) % 2 === 0 ? 1 : 0;
  return minute % 5 === 0 ? 3 : 0.5;
}

const throttled = ({ story }: ChaosStage, endpoint: string): boolean =>
  story.injected.some(({ kind, where }) => kind === 'users throttled' && where === endpoint);
