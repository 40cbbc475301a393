import type { EndpointConfig } from '../../contract/endpoint-settings';
import { RolloutBusy } from '../../contract/errors';
import { isoTime } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import type { Upload } from '../../adapters/dynamodb/uploads';
import { uploadWaiting } from '../announcements/other-transitions';
import { answerDisplaced, named, unanswered } from './displaced';
import { outdated } from './outdated';
import { START_LEASE_MS, startOwned } from './start-owned';

export type UploadNeeds = Pick<Adapters, 'announcements' | 'clock' | 'executions' | 'locks' | 'uploads'>;
export type UploadAnswer = 'started' | 'waits' | 'superseded' | 'refused' | 'answered before' | 'ignored';

/**
 * Takes the endpoint's lock in the name of the execution to be, then starts it: so two uploads at once cannot both start,
 * and the one that finds the lock taken waits or is refused, as the endpoint says.
 */
export async function startUpload(
  ports: UploadNeeds,
  config: EndpointConfig,
  upload: Upload,
  now: string,
): Promise<UploadAnswer> {
  const { endpoint } = upload;
  const older = await outdated(ports, upload);
  if (older !== undefined) {
    await answerDisplaced(ports, [upload], older);
    return 'superseded';
  }
  const owner = ports.executions.arnOfExecution(upload.executionName);
  const leaseUntil = isoTime(Date.parse(now) + START_LEASE_MS);
  const taken = await ports.locks.acquireLock({ endpoint, owner, rolloutId: upload.executionName, leaseUntil }, now);
  if (taken === 'acquired') {
    await startOwned(ports, upload);
    return 'started';
  }
  if (config.settings.whileBusy === 'reject') {
    throw new RolloutBusy(
      `${upload.key}: rollout ${taken.rolloutId} of ${endpoint} is running, and the endpoint's whileBusy is "reject"; upload again when it has ended`,
    );
  }
  const { waits, superseded } = await ports.uploads.waitInLine(upload);
  const untold = await unanswered(ports, superseded);
  if (waits) await ports.announcements.announceOnce(uploadWaiting(ports.clock, upload, taken.rolloutId));
  const why = waits ? `${named(upload)} took its place` : whyItCannotWait(upload);
  await answerDisplaced(ports, untold, why);
  return waits ? 'waits' : 'superseded';
}

const whyItCannotWait = ({ dryRun }: Upload): string =>
  dryRun
    ? 'an upload that is to go live waits already, and a dry run does not take its place'
    : 'it is older than the upload that waits already';
