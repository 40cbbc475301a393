import { PublishVersionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Job } from '../../../../lambdas/contract/work';
import { MINUTE_MS } from '../../../../lambdas/domain/minutes';
import { type ClockRun, ScaleWorld } from '../world/scale-world';
import { largest, type Shared } from './outcome';

export interface AtRest extends Shared {
  readonly endpoints: number;
  /**
   * Seconds from the clock's signal until the last endpoint was looked at, of the slowest pass; NaN where one was left
   * out.
   */
  readonly reconciledSeconds: number;
  /** The same until the last idle version was deleted. */
  readonly tornDownSeconds: number;
  readonly idleVersions: number;
  /** Calls of the control plane a second, on average. */
  readonly controlPlanePerSecond: number;
  /** Runs of handlers that the clock caused, a day. */
  readonly runsPerDay: number;
}

/** Each has so many that a teardown is to delete. */
const IDLE_VERSIONS = 3;
/** A pass of the teardown, and twelve of the reconciler. */
const MEASURED_MINUTES = 65;

/** Endpoints that serve and roll out nothing: what the clock does to them. */
export async function runAtRest(endpoints: number, seed: number): Promise<AtRest> {
  const scale = await ScaleWorld.open({ endpoints, atOnce: 20, seed });
  const { world } = scale;
  world.quotas.on = false;
  await world.run(publishIdle(scale));
  world.quotas.on = true;
  world.quotas.takeUses();
  const [before, from] = [scale.clockRuns.length, scale.now];
  await world.runFor(MEASURED_MINUTES * MINUTE_MS);
  const runs = scale.clockRuns.slice(before);
  const reconciled = passesOf(runs, 'reconcile', endpoints).slice(0, -1);
  const tornDown = passesOf(runs, 'teardown', endpoints);
  const left = world.hooks.count('lambda', 'DeleteFunction');
  const uses = world.quotas.takeUses();
  const minutes = (scale.now - from) / MINUTE_MS;
  const broken = [
    ...(left < endpoints * IDLE_VERSIONS ? [`${endpoints * IDLE_VERSIONS - left} idle versions were not deleted`] : []),
    ...(world.invocations.deadLetters.length > 0 ? [`${world.invocations.deadLetters.length} dead letters`] : []),
  ];
  return {
    ...{ endpoints, uses, broken, failedRequests: scale.failedRequests },
    reconciledSeconds: largest(reconciled),
    tornDownSeconds: largest(tornDown),
    idleVersions: endpoints * IDLE_VERSIONS,
    controlPlanePerSecond: (uses.get('lambda')?.calls ?? 0) / (60 * minutes),
    runsPerDay: (runs.length / minutes) * 60 * 24,
  };
}

/** Seconds that each pass took from the clock's signal to the end of the last endpoint's turn. */
function passesOf(runs: readonly ClockRun[], job: Job, endpoints: number): readonly number[] {
  const handler = job === 'reconcile' ? 'reconcile' : 'teardown-idle';
  const signals = runs.filter(
    (one) => one.handler === 'hand-out-work' && (one.event as { readonly job?: Job }).job === job,
  );
  return signals.map(({ from }, index) => {
    const until = signals[index + 1]?.from ?? Infinity;
    const turns = runs.filter((one) => one.handler === handler && one.from >= from && one.from < until);
    // The reconciler has one turn more, for what no endpoint shows.
    const due = endpoints + (job === 'reconcile' ? 1 : 0);
    return turns.length < due ? NaN : (Math.max(...turns.map((one) => one.until)) - from) / 1000;
  });
}

async function publishIdle(scale: ScaleWorld): Promise<void> {
  const { user, clock } = scale.world;
  for (let at = 1; at <= IDLE_VERSIONS; at += 1) {
    await Promise.all(
      scale.names.map(async (_, index) => {
        const FunctionName = scale.functionOf(index);
        const Description = `idle ${at}`;
        await user.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description }));
        await clock.sleep(10_000);
        await user.lambda.send(new PublishVersionCommand({ FunctionName }));
      }),
    );
  }
}
