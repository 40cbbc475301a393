import { RolloutStale } from '../../contract/errors';
import type { Adapters } from '../../adapters/adapters';

/**
 * The first step takes the lock anew, so that the lock cannot tell a redrive of an execution that has ended; its record
 * can. Later steps find that they no longer own the lock.
 */
export async function refuseRedrive(
  { records }: Pick<Adapters, 'records'>,
  endpoint: string,
  rolloutId: string,
): Promise<void> {
  if ((await records.readRecord(endpoint, rolloutId))?.status !== 'ended') return;
  throw new RolloutStale(
    `endpoint ${endpoint}: rollout ${rolloutId} has ended before; start a new one instead of a redrive`,
  );
}
