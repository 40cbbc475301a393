import { isoTime } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import type { Upload, WaitingUpload } from '../../adapters/dynamodb/uploads';
import { answerDisplaced, named, unanswered } from './displaced';
import { BEFORE_ANY_UPLOAD, outdated } from './outdated';
import { START_LEASE_MS, startOwned } from './start-owned';

type Needs = Pick<Adapters, 'announcements' | 'clock' | 'executions' | 'locks' | 'uploads'>;

/** Starts the upload that waits for this endpoint, if there is one and no other rollout runs. */
export async function startWaitingUpload(ports: Needs, endpoint: string): Promise<boolean> {
  const { clock, executions, locks, uploads } = ports;
  const waiting = await uploads.readWaitingUpload(endpoint);
  if (waiting === undefined) return false;
  const why = await outdated(ports, waiting);
  const upload = why === undefined ? waiting : waiting.displaced.find(isDeploy);
  if (upload === undefined) {
    await leaveLine(ports, waiting, why);
    return false;
  }
  const now = isoTime(clock.now());
  const owner = executions.arnOfExecution(upload.executionName);
  const leaseUntil = isoTime(clock.now() + START_LEASE_MS);
  const taken = await locks.acquireLock({ endpoint, owner, rolloutId: upload.executionName, leaseUntil }, now);
  if (taken !== 'acquired') return false;
  await startOwned({ clock, executions, locks, uploads }, upload);
  await leaveLine(ports, waiting, why);
  return true;
}

/** New code lost its place to an upload because that would have brought it; an upload that is outdated does not. */
const isDeploy = ({ uploadedAt }: Upload): boolean => uploadedAt === BEFORE_ANY_UPLOAD;

/**
 * It waits no longer, and those that lost their place to it are told of. What fails here must not keep a rollout from
 * ending: it then stays noted as waiting, and the next function that looks finds it started, and does the rest.
 */
async function leaveLine(ports: Needs, upload: WaitingUpload, why: string | undefined): Promise<void> {
  const { displaced } = upload;
  try {
    const untold = await unanswered(ports, displaced);
    await answerDisplaced(ports, untold, `${named(upload)} took its place`);
    if (why !== undefined) await answerDisplaced(ports, await unanswered(ports, [upload]), why);
    await ports.uploads.stopWaiting(upload);
  } catch {
    return;
  }
}
