import type { EndpointConfig } from '../../contract/endpoint-settings';
import { RolloutBusy } from '../../contract/errors';
import { onOneLine } from '../../contract/on-one-line';
import { isoTime } from '../../domain/minutes';
import type { Ports } from '../../ports/ports';
import type { Upload } from '../../ports/uploads';
import { START_LEASE_MS, startOwned } from './start-owned';

export type UploadPorts = Pick<Ports, 'clock' | 'executions' | 'locks' | 'notices' | 'uploads'>;
export type UploadAnswer = 'started' | 'waits' | 'superseded' | 'refused' | 'answered before';

/**
 * Takes the endpoint's lock in the name of the execution to be, then starts it: so two uploads at once cannot both start,
 * and the one that finds the lock taken waits or is refused, as the endpoint says.
 */
export async function startUpload(
  ports: UploadPorts,
  config: EndpointConfig,
  upload: Upload,
  now: string,
): Promise<UploadAnswer> {
  const { endpoint } = upload;
  const owner = ports.executions.arnOf(upload.executionName);
  const leaseUntil = isoTime(Date.parse(now) + START_LEASE_MS);
  const taken = await ports.locks.acquire({ endpoint, owner, rolloutId: upload.executionName, leaseUntil }, now);
  if (taken === 'acquired') {
    await startOwned(ports, upload);
    return 'started';
  }
  if (config.settings.whileBusy === 'reject') {
    throw new RolloutBusy(
      `${upload.key}: rollout ${taken.rolloutId} of ${endpoint} is running, and the endpoint's whileBusy is "reject"; upload again when it has ended`,
    );
  }
  const { waits, superseded } = await ports.uploads.wait(upload);
  const untold: Upload[] = [];
  for (const one of superseded) if (!(await ports.uploads.isAnswered(endpoint, one.executionName))) untold.push(one);
  await ports.notices.send({
    severity: 'info',
    subject: `${endpoint}: ${waits ? 'an upload waits' : 'an older upload is not rolled out'}`,
    body: waits
      ? [`${named(upload)} starts when rollout ${taken.rolloutId} has ended, unless a newer upload comes.`, ...untold.map((one) => `${named(one)} no longer waits.`)].join(' ') // prettier-ignore
      : `${named(upload)} is older than the upload that waits already.`,
  });
  // Told first: when this breaks off in between, the next try tells twice, which is better than never.
  for (const one of untold) await ports.uploads.answer(endpoint, one.executionName, 'superseded', now);
  return waits ? 'waits' : 'superseded';
}

/** Keys come from whoever uploads: one line, whatever they contain. */
const named = ({ key, versionId }: Upload): string => onOneLine(`${key} (version id ${versionId})`);
