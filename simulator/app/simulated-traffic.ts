import { type DataSet, inferRequest } from '../../lambdas/contract/golden-set';
import { LIVE_ALIAS } from '../../lambdas/contract/names';
import { MINUTE_MS } from '../../lambdas/domain/minutes';
import type { World } from '../world';
import { simulatedLabels, type SimulatedLabelsOptions } from './simulated-labels';

export interface SimulatedTrafficOptions {
  readonly functionName: string;
  readonly modelName: string;
  /** Its requests are drawn at random. */
  readonly traffic: DataSet;
  /** Mean of the Poisson arrivals, requests per minute of world time. */
  readonly requestsPerMinute: number;
  /** @default users send no labels */
  readonly labels?: Pick<SimulatedLabelsOptions, 'share' | 'afterMinutes'> | undefined;
}

export interface TrafficCounts {
  requests: number;
  /** Answers other than 200. */
  failed: number;
  /** Failed by the alias itself: no such function or version, an answer by a version that is neither blue nor green. */
  failedBecauseOfShift: number;
}

/** Batches per world minute: small enough that a new weight counts at once, large enough to be quick. */
const BATCHES_PER_MINUTE = 12;

/**
 * Users, in world time: requests arrive at random and go through the live alias of the endpoint's URL to real models.
 * While models answer, world time stands still, so a slow machine changes nothing but how long one waits.
 */
export function startSimulatedTraffic(
  world: World,
  options: SimulatedTrafficOptions,
): { readonly counts: TrafficCounts; stop(): void } {
  const counts: TrafficCounts = { requests: 0, failed: 0, failedBecauseOfShift: 0 };
  const bodies = options.traffic.requests.map((_, index) => JSON.stringify(inferRequest(options.traffic, index)));
  const path = `/v2/models/${options.modelName}/infer`;
  const labels = options.labels && simulatedLabels(world, { ...options, ...options.labels });
  const state = { stopped: false };
  const batchMs = MINUTE_MS / BATCHES_PER_MINUTE;

  const batch = async (): Promise<void> => {
    const now = world.clock.now();
    const asked = Array.from({ length: poisson(options.requestsPerMinute / BATCHES_PER_MINUTE, world.random) }, () =>
      Math.floor(world.random() * bodies.length),
    );
    const requests = asked.map((index) => ({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: bodies[index] ?? '{}',
      atMs: now,
    }));
    if (requests.length === 0) return;
    const answers = await world.services.lambda.invokeUrlBatch(options.functionName, LIVE_ALIAS, requests);
    labels?.answered(answers, asked);
    counts.requests += answers.length;
    counts.failed += answers.filter((answer) => answer.statusCode !== 200).length;
    counts.failedBecauseOfShift += answers.filter(
      (answer) => answer.statusCode === 404 || answer.executedVersion === undefined,
    ).length;
  };
  const loop = (): void => {
    if (state.stopped) return;
    world.clock.setTimeout(loop, batchMs);
    void batch();
  };
  world.clock.setTimeout(loop, 0);
  return { counts, stop: () => void (state.stopped = true) };
}

/** Knuth's method below 30; a rounded normal above, where the two can no longer be told apart. */
function poisson(mean: number, random: () => number): number {
  if (mean > 30) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  let count = 0;
  for (let product = random(); product > Math.exp(-mean); product *= random()) count += 1;
  return count;
}
