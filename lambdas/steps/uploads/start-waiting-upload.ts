import { isoTime } from '../../domain/minutes';
import type { Ports } from '../../ports/ports';
import { START_LEASE_MS, startOwned } from './start-owned';

/** Starts the upload that waits for this endpoint, if there is one and no other rollout runs. */
export async function startWaitingUpload(
  { clock, executions, locks, uploads }: Pick<Ports, 'clock' | 'executions' | 'locks' | 'uploads'>,
  endpoint: string,
): Promise<boolean> {
  const upload = await uploads.waiting(endpoint);
  if (upload === undefined) return false;
  const now = isoTime(clock.now());
  const owner = executions.arnOf(upload.executionName);
  const leaseUntil = isoTime(clock.now() + START_LEASE_MS);
  const taken = await locks.acquire({ endpoint, owner, rolloutId: upload.executionName, leaseUntil }, now);
  if (taken !== 'acquired') return false;
  await startOwned({ clock, executions, locks, uploads }, upload);
  await uploads.stopWaiting(upload);
  return true;
}
