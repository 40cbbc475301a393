import type { EndpointConfig } from '../../contract/endpoint-settings';
import { RolloutBusy } from '../../contract/errors';
import type { ExecutionInput } from '../../contract/execution-input';
import { isoTime } from '../../domain/minutes';
import type { Successor } from '../../ports/locks';
import type { Ports } from '../../ports/ports';
import { stopForRollback } from './stop-for-rollback';

/** Validation takes minutes at most; every later step renews the lease. */
const FIRST_LEASE_MS = 30 * 60_000;

type Needs = Pick<Ports, 'clock' | 'executions' | 'locks' | 'models' | 'versions'>;

/**
 * Takes the endpoint's lock for this execution. A rollout that finds it taken is refused; a rollback stops the rollout
 * that runs, and answers which one had to give way to it.
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
    return (await locks.read(endpoint))?.after;
  }
  const taken = await locks.acquire({ endpoint, ...own }, isoTime(now));
  if (taken === 'acquired') return undefined;
  const left = taken.traffic !== undefined && (await ports.executions.status(taken.owner)) !== 'RUNNING';
  throw new RolloutBusy(
    left
      ? `endpoint ${endpoint}: rollout ${taken.rolloutId} has ended, and what it did to the traffic is not undone yet; the reconciler tries every few minutes, then start again`
      : `endpoint ${endpoint}: rollout ${taken.rolloutId} is running; wait for it or stop it first`,
  );
}
