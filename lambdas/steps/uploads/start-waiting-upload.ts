import { isoTime } from '../../domain/minutes';
import type { Ports } from '../../ports/ports';
import type { WaitingUpload } from '../../ports/uploads';
import { answerDisplaced, noLongerWait, unanswered } from './displaced';
import { START_LEASE_MS, startOwned } from './start-owned';

type Needs = Pick<Ports, 'clock' | 'executions' | 'locks' | 'notices' | 'uploads'>;

/** Starts the upload that waits for this endpoint, if there is one and no other rollout runs. */
export async function startWaitingUpload(ports: Needs, endpoint: string): Promise<boolean> {
  const { clock, executions, locks, uploads } = ports;
  const upload = await uploads.waiting(endpoint);
  if (upload === undefined) return false;
  const now = isoTime(clock.now());
  const owner = executions.arnOf(upload.executionName);
  const leaseUntil = isoTime(clock.now() + START_LEASE_MS);
  const taken = await locks.acquire({ endpoint, owner, rolloutId: upload.executionName, leaseUntil }, now);
  if (taken !== 'acquired') return false;
  await startOwned({ clock, executions, locks, uploads }, upload);
  await leaveLine(ports, upload);
  return true;
}

/**
 * It waits no longer, and those that lost their place to it are told of. What fails here must keep nobody from ending a
 * rollout: it then stays noted as waiting, and whoever looks next finds it started, and does the rest.
 */
async function leaveLine(ports: Needs, upload: WaitingUpload): Promise<void> {
  const { endpoint, displaced } = upload;
  try {
    const untold = await unanswered(ports, displaced);
    if (untold.length > 0) {
      const subject = `${endpoint}: an older upload is not rolled out`;
      await ports.notices.send({ severity: 'info', subject, body: noLongerWait(untold) });
      await answerDisplaced(ports, untold);
    }
    await ports.uploads.stopWaiting(upload);
  } catch {
    return;
  }
}
