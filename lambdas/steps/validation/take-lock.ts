import type { EndpointConfig } from '../../contract/endpoint-settings';
import { LiveAliasMoved, RolloutBusy, RolloutStale } from '../../contract/errors';
import type { ExecutionInput } from '../../contract/execution-input';
import { isoTime } from '../../domain/minutes';
import { LATEST } from '../../domain/rollback';
import type { AliasState } from '../../adapters/lambda/aliases';
import type { Lock, Successor } from '../../adapters/dynamodb/locks';
import type { Adapters } from '../../adapters/adapters';
import { aliasInWords } from '../rollout/write-alias';
import { acquireLock, LockNotReleased, PATIENCE_MS, POLL_MS, stopForRollback } from './stop-for-rollback';

/** Validation takes minutes at most; every later step renews the lease. */
const FIRST_LEASE_MS = 30 * 60_000;

type Needs = Pick<Adapters, 'clock' | 'executions' | 'liveAlias' | 'locks' | 'models' | 'records' | 'versions'>;

/**
 * Takes the endpoint's lock for this execution. A rollout beside one that runs is refused; after one that has ended and
 * whose traffic is not put back yet it waits for that, so that no green that was condemned becomes its blue. A rollback
 * stops the rollout that runs, and answers which one had to give way to it.
 */
export async function takeLock(
  ports: Needs,
  config: EndpointConfig,
  execution: { readonly id: string; readonly name: string },
  input: ExecutionInput,
): Promise<string | undefined> {
  const { clock, locks } = ports;
  const endpoint = config.settings.name;
  const now = clock.now();
  const own: Successor = {
    owner: execution.id,
    rolloutId: execution.name,
    leaseUntil: isoTime(now + FIRST_LEASE_MS),
  };
  if (input.action === 'rollback') {
    await stopForRollback(ports, config, own, input);
    return (await locks.readLock(endpoint))?.after;
  }
  for (;;) {
    const held = await acquireLock(ports, config, own);
    if (held === 'acquired') {
      // Asked again, as while it waits for its turn: a rollback that may stop no execution waits for its end.
      const next = (await locks.readLock(endpoint))?.next;
      if (next === undefined) return undefined;
      throw new RolloutStale(`endpoint ${endpoint}: rollback ${next.rolloutId} waits for the end of this rollout`);
    }
    const running = await runningBeside(ports, held);
    if (running !== undefined)
      throw new RolloutBusy(`endpoint ${endpoint}: ${running} is running; wait for it or stop it first`);
    if (clock.now() > now + PATIENCE_MS)
      throw new LockNotReleased(
        `endpoint ${endpoint}: rollout ${held.rolloutId} has ended, and what it did to the traffic was not put ` +
          `back within ${PATIENCE_MS / 1000} s; see the alarms RestoreBlueFails and ReconcileFails, then start ` +
          'again',
      );
    await clock.sleep(POLL_MS);
  }
}

/**
 * What runs and holds the lock, or stands in line for it. An execution that there is not yet is about to be started, as
 * long as the lease lasts.
 */
export async function runningBeside(
  { clock, executions }: Pick<Adapters, 'clock' | 'executions'>,
  { owner, rolloutId, leaseUntil, action, next }: Lock,
): Promise<string | undefined> {
  if (next !== undefined && (await executions.executionStatus(next.owner)) === 'RUNNING')
    return `rollback ${next.rolloutId}`;
  const status = await executions.executionStatus(owner);
  const aboutToStart = status === undefined && leaseUntil > isoTime(clock.now());
  return status === 'RUNNING' || aboutToStart ? `${action ?? 'rollout'} ${rolloutId}` : undefined;
}

/**
 * The live alias with one version alone. Weights that no rollout owns are waited for until the reconciler has removed
 * them: the alias has no room for green beside them, and what is judged would not be blue's. An alias of `$LATEST`
 * serves whatever is written there next, which is green: nothing but a rollback, which writes nothing there, may begin.
 */
export async function aliasAtRest(
  { clock, liveAlias }: Pick<Adapters, 'clock' | 'liveAlias'>,
  { functionName, settings }: EndpointConfig,
  action: ExecutionInput['action'],
): Promise<AliasState> {
  const until = clock.now() + PATIENCE_MS;
  for (;;) {
    const alias = await liveAlias.readLiveAlias(functionName);
    if (alias.version === LATEST && action !== 'rollback')
      throw new LiveAliasMoved(
        `endpoint ${settings.name}: the live alias says ${LATEST}, which is no published version: green would reach ` +
          'all users in the moment in which it is made, unjudged. Go back to a version first (npx greenlight rollback ' +
          `${settings.name}), or point the alias at one`,
      );
    if (alias.canary === undefined) return alias;
    if (clock.now() > until)
      throw new LockNotReleased(
        `endpoint ${settings.name}: the live alias says ${aliasInWords(alias)} although no rollout runs, and ` +
          `that was not put right within ${PATIENCE_MS / 1000} s; see the alarm ReconcileFails, then start again`,
      );
    await clock.sleep(POLL_MS);
  }
}
