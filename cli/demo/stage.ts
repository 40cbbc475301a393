import { Duration } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HANDLER_METADATA, MODEL_SERVER } from '../../lambdas/contract/names';
import { MINUTE_MS } from '../../lambdas/domain/minutes';
import type { TeardownReport } from '../../lambdas/steps/teardown-idle';
import { synthTemplate } from '../../lib/synthesise';
import { EmbeddedApp } from '../../simulator/app/embedded-app';
import { appHandlers } from '../../simulator/app/handlers';
import type { Template } from '../../simulator/template';
import * as demo from './demo-endpoint';
import { serveFunctionUrl } from './function-url-server';
import { InService } from './in-service';
import { DemoTraffic } from './traffic';
import { startUsers } from './users/start-users';
import { KINDS } from './plan';
import { EXAMPLES, folderOf, quietUsers, requestBodies, samplesFile } from './quiet';

/** Requests on a slow model wait for each other; this is longer than 64 of them take on a loaded machine. */
const USERS_PATIENCE_MS = 20_000;
/** Users that the demo could not stop end by themselves; on a machine with other work a demo takes some minutes. */
const USERS_LIFETIME_MS = 30 * 60_000;

/** The deployed app, the endpoint's HTTP server, its users, and the clock that drives them. */
export interface DemoStage {
  readonly app: EmbeddedApp;
  readonly template: Template;
  readonly url: string;
  readonly traffic: DemoTraffic;
  /** The users of the quiet endpoint, who come with its first model. */
  readonly quiet: { readonly traffic: DemoTraffic; comeUsers(): void };
  /** What every run of the teardown reported, in order. */
  readonly teardown: readonly TeardownReport[];
  /** How fast the world's clock goes. */
  readonly pace: (minuteTakesMs: number) => void;
  /** Ends the users alone; their last report is in. */
  stopUsers(): Promise<void>;
  /** Ends everything that was started, however far that had come. */
  stop(): Promise<void>;
}

/** Deploys the app and lets users call it. Whatever fails half-way is stopped again. */
export async function setStage(seed: number): Promise<DemoStage> {
  const teardown: TeardownReport[] = [];
  const props = { teardownEvery: Duration.minutes(demo.TEARDOWN_EVERY_MINUTES) };
  const endpoints = [demo.demoEndpoint, demo.quietEndpoint, ...KINDS.map(demo.endpointOfKind)];
  const template = synthTemplate(endpoints, props) as unknown as Template;
  const app = new EmbeddedApp({
    ...{ endpoints, seed, template },
    handlers: { 'teardown-idle': reportingTeardown(teardown) },
  });
  const { world } = app;
  const cleanups: (() => Promise<unknown>)[] = [() => world.stop()];
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const inService = InService.watching(world);
    await app.deploy();
    await world.run(app.put(demo.GOLDEN_KEY, readFileSync(join(EXAMPLES, 'golden.json'))));
    for (const kind of KINDS)
      await world.run(app.put(demo.goldenKeyOf(kind), readFileSync(join(folderOf(kind), 'golden.json'))));
    await world.run(app.put(demo.SAMPLES_KEY, samplesFile(seed)));
    const functionName = endpointFunction(template, app, demo.demoEndpoint.name);
    const quietFunction = endpointFunction(template, app, demo.quietEndpoint.name);
    const server = await serveFunctionUrl(world, functionName);
    cleanups.push(() => server.stop());
    const clock = world.scaled(MINUTE_MS / demo.MINUTE_TAKES_MS);
    cleanups.push(() => clock.stop());
    const traffic = new DemoTraffic(inService(functionName));
    const quiet = quietUsers(world, quietFunction, new DemoTraffic(inService(quietFunction)));
    cleanups.push(async () => quiet.stop());
    const users = await startUsers(
      {
        url: `${server.url}/v2/models/${demo.demoEndpoint.name}/infer`,
        bodies: requestBodies(),
        requestsPerSecond: demo.REQUESTS_PER_SECOND,
        mostOutstanding: demo.MOST_OUTSTANDING,
        seed,
        timeoutMs: USERS_PATIENCE_MS,
        lifetimeMs: USERS_LIFETIME_MS,
      },
      traffic.add,
    );
    cleanups.push(() => users.stop());
    const pace = (minuteTakesMs: number) => clock.pace(MINUTE_MS / minuteTakesMs);
    const stopUsers = async () => {
      quiet.stop();
      await users.stop();
    };
    return { app, template, url: server.url, traffic, quiet, teardown, pace, stopUsers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The app's own teardown, with what it returns kept for the summary. */
function reportingTeardown(reports: TeardownReport[]): (typeof appHandlers)['teardown-idle'] {
  return (...given) => {
    const handle = appHandlers['teardown-idle'](...given);
    return async (event) => {
      const result = await handle(event);
      reports.push(...(result as readonly TeardownReport[]));
      return result;
    };
  };
}

function endpointFunction({ Resources }: Template, { world }: EmbeddedApp, endpoint: string): string {
  const id = Object.keys(Resources).find(
    (each) =>
      Resources[each]?.Metadata?.[HANDLER_METADATA] === MODEL_SERVER && each.includes(`${ENDPOINT_ID}${endpoint}`),
  );
  if (id === undefined) throw new Error(`the template has no endpoint ${endpoint}`);
  return world.stack.ref(id);
}
/** How the construct of an endpoint begins its logical ids. */
const ENDPOINT_ID = 'Endpoint';
