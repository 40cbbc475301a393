import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inferRequest, parseDataSet } from '../../lambdas/contract/golden-set';
import { LIVE_ALIAS } from '../../lambdas/contract/names';
import { MINUTE_MS } from '../../lambdas/domain/minutes';
import { seededRandom } from '../../simulator/random';
import type { World } from '../../simulator/world';
import * as demo from './demo-endpoint';
import { type DemoRollout, KINDS } from './plan';
import type { DemoTraffic } from './traffic';

export const EXAMPLES = join(__dirname, '../../examples/digits');
/** Where an endpoint's models lie. */
export const folderOf = (endpoint: DemoRollout['endpoint']): string =>
  KINDS.some((kind) => kind === endpoint) ? join(EXAMPLES, '../kinds', endpoint) : EXAMPLES;

const liveTraffic = () => parseDataSet(readFileSync(join(EXAMPLES, 'live-traffic.json')));

/** What users of both endpoints send. */
export function requestBodies(): readonly string[] {
  const traffic = liveTraffic();
  return traffic.requests.map((_, index) => JSON.stringify(inferRequest(traffic, index)));
}

/** A day's requests with their labels: images of the live traffic, each pixel a little lighter or darker. */
export function samplesFile(seed: number): string {
  const { requests } = liveTraffic();
  const random = seededRandom(`samples ${seed}`);
  return Array.from({ length: demo.SAMPLES }, (_, index) => {
    const { inputs, labels } = requests[index % requests.length]!;
    const shaded = inputs.map((input) => ({
      ...input,
      data: (input.data as readonly number[]).map(
        (pixel) => Math.round(1000 * pixel * (0.97 + 0.06 * random())) / 1000,
      ),
    }));
    return JSON.stringify({ inputs: shaded, label: labels?.[0] });
  }).join('\n');
}

/** One request every three seconds of the world's clock, through the live alias. */
export function quietUsers(world: World, functionName: string, traffic: DemoTraffic) {
  const bodies = requestBodies();
  const everyMs = MINUTE_MS / demo.QUIET_REQUESTS_PER_MINUTE;
  const path = `/v2/models/${demo.quietEndpoint.name}/infer`;
  const state = { here: false, sent: 0 };
  const ask = async (): Promise<void> => {
    const body = bodies[state.sent++ % bodies.length] ?? '{}';
    const sentMs = Date.now();
    const headers = { 'content-type': 'application/json' };
    const answer = await world.services.lambda.invokeUrl(functionName, LIVE_ALIAS, {
      ...{ method: 'POST', path, headers, body },
    });
    const { statusCode: status, executedVersion: version } = answer;
    traffic.add({ sent: 1, notSent: 0, answers: [{ status, version, sentMs, answeredMs: Date.now(), count: 1 }] });
  };
  const loop = (): void => {
    if (!state.here) return;
    world.clock.setTimeout(loop, everyMs);
    void ask().catch(() =>
      traffic.add({
        ...{ sent: 1, notSent: 0 },
        answers: [{ status: 'none', version: undefined, sentMs: Date.now(), answeredMs: Date.now(), count: 1 }],
      }),
    );
  };
  return {
    traffic,
    comeUsers: () => {
      state.here = true;
      world.clock.scopes.detached(() => world.clock.setTimeout(loop, 0));
    },
    stop: () => void (state.here = false),
  };
}
