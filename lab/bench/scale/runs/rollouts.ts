import { MINUTE_MS } from '../../../../lambdas/domain/minutes';
import { AwsError } from '../../../../simulator/service';
import { ScaleWorld } from '../world/scale-world';
import { brokenPromises, largest, quantile, type Shared } from './outcome';

export interface Rollouts extends Shared {
  /** How they end: all good, and promoted; or all turn bad in one minute of their canaries. */
  readonly kind: 'good' | 'bad' | 'outage';
  readonly atOnce: number;
  /** Minutes from the uploads to the end of the middle and of the last one. */
  readonly medianMinutes: number;
  readonly lastMinutes: number;
  /** Seconds from when the first bad minute has settled until blue is alone, where they turn bad. */
  readonly restored?: BlueBack;
}

export interface BlueBack {
  readonly median: number;
  readonly last: number;
}

export interface RolloutsOptions {
  readonly kind: Rollouts['kind'];
  readonly atOnce: number;
  readonly seed: number;
}

const BEFORE_MINUTES = 15;
/** The minute of the canary at whose begin green turns bad, counted from when the last endpoint is in its canary. */
const TURNS_AFTER_MINUTES = 2;
/** What CloudWatch tells of a minute is whole two minutes after its end. */
export const SETTLED_AFTER_MS = 3 * MINUTE_MS;
export const OUTAGE_MINUTES = 20;
/** One weight for as long as it takes, so that all are in it when green turns bad. */
const STRATEGY = 'Canary10Percent15Minutes';
const MOST_HOURS = 6;

/** So many rollouts that are started within a second, each of an endpoint with users. */
export async function runRollouts({ kind, atOnce, seed }: RolloutsOptions): Promise<Rollouts> {
  const scale = await ScaleWorld.open({ endpoints: atOnce, atOnce, seed });
  const { world } = scale;
  scale.comeUsers();
  await world.runFor(BEFORE_MINUTES * MINUTE_MS);
  world.quotas.takeUses();
  const from = scale.now;
  await scale.upload('v2', kind === 'good' ? {} : { strategy: STRATEGY });
  const settled = kind === 'good' ? undefined : await turnBad(scale, kind === 'outage');
  const rollouts = () => scale.rolloutsOf('v2');
  const areOver = () => rollouts().length === atOnce && rollouts().every(({ status }) => status !== 'RUNNING');
  await world.runUntil(areOver, { limitMs: MOST_HOURS * 60 * MINUTE_MS });
  // A period of the reconciler, for what the workflow itself could not do.
  await world.runFor(6 * MINUTE_MS);
  const ended = rollouts().map(({ stoppedAt = scale.now }) => (stoppedAt - from) / MINUTE_MS);
  return {
    ...{ kind, atOnce, uses: world.quotas.takeUses() },
    broken: brokenPromises(scale, 'v2', kind === 'good' ? 'promoted' : 'blue', kind === 'outage'),
    failedRequests: scale.failedRequests,
    medianMinutes: quantile(ended, 0.5),
    lastMinutes: largest(ended),
    ...(settled !== undefined && { restored: restoredSince(scale, settled) }),
  };
}

/**
 * Every green turns bad at one moment. Answers when it could be put right: as soon as the first bad minute is settled,
 * or, with an outage that began with it, as soon as that is over.
 */
async function turnBad(scale: ScaleWorld, withOutage: boolean): Promise<number> {
  const { world } = scale;
  const isInCanary = (_: string, index: number) => Object.keys(scale.aliasOf(index)?.weights ?? {}).length > 0;
  await world.runUntil(() => scale.names.every(isInCanary));
  const bad = (Math.floor(scale.now / MINUTE_MS) + TURNS_AFTER_MINUTES) * MINUTE_MS;
  await world.runFor(bad - scale.now);
  scale.turn('v2', { errorRate: 0.5 });
  if (!withOutage) return bad + SETTLED_AFTER_MS;
  const recover = world.hooks.onBefore(({ command }) => {
    if (command === 'UpdateAlias') throw new AwsError('ServiceException', 'An error occurred', 500);
  });
  await world.runFor(OUTAGE_MINUTES * MINUTE_MS);
  recover();
  return scale.now;
}

function restoredSince(scale: ScaleWorld, since: number): BlueBack {
  const seconds = scale.names.map((_, index) => ((scale.aliasOf(index)?.at ?? Infinity) - since) / 1000);
  return { median: quantile(seconds, 0.5), last: largest(seconds) };
}
