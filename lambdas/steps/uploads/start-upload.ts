import type { EndpointConfig } from '../../contract/endpoint-settings';
import { RolloutBusy } from '../../contract/errors';
import { isoTime } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import type { Upload, WaitingUpload } from '../../adapters/dynamodb/uploads';
import { uploadWaiting, uploadSuperseded } from '../announcements/transitions';
import { uploadOrder } from '../../domain/rollout';
import { onOneLine } from '../../contract/problems';

/** Those of them that are not answered yet. */
async function unanswered(
  { uploads }: Pick<Adapters, 'uploads'>,
  displaced: readonly Upload[],
): Promise<readonly Upload[]> {
  const found: Upload[] = [];
  for (const one of displaced) if (!(await uploads.isAnswered(one.endpoint, one.executionName))) found.push(one);
  return found;
}

/**
 * Says of uploads that they will never be rolled out. Announced before the answer is stored: when a try breaks off in
 * between, the next one announces again, which changes nothing.
 */
export async function answerDisplaced(
  { announcements, clock, uploads }: Pick<Adapters, 'announcements' | 'clock' | 'uploads'>,
  displaced: readonly Upload[],
  why: string,
): Promise<void> {
  for (const one of displaced) {
    await announcements.announceOnce(uploadSuperseded(clock, one, why));
    await uploads.noteUploadAnswer(one.endpoint, one.executionName, 'superseded', isoTime(clock.now()));
  }
}

/** An upload for people. Uploaders choose the keys: one line, whatever they contain. */
export const named = ({ key, versionId }: Pick<Upload, 'key' | 'versionId'>): string =>
  onOneLine(`${key} (version id ${versionId})`);

/**
 * Why an upload is not rolled out any more: events come in any order and up to hours late, and an older model must not
 * take the place of a newer one. A dry run takes no other's place.
 */
async function outdated({ uploads }: Pick<Adapters, 'uploads'>, upload: Upload): Promise<string | undefined> {
  if (upload.dryRun) return undefined;
  const started = await uploads.newestStartedUpload(upload.endpoint);
  if (started === undefined || uploadOrder(started, upload) <= 0) return undefined;
  return `it is older than ${named(started)}, whose rollout was started before`;
}

/** Before the execution is started: where only the note succeeds, the same upload finds its own name in it. */
const noteStarted = async ({ uploads }: Pick<Adapters, 'uploads'>, upload: Upload): Promise<void> =>
  upload.dryRun ? undefined : uploads.noteStartedUpload(upload);

/** From taking the lock until the execution's first step renews it. */
export const START_LEASE_MS = 10 * 60_000;

/** Starts the execution of an upload whose lock is held in its name. Done twice it starts one. */
export async function startOwned(
  { clock, executions, locks, uploads }: Pick<Adapters, 'clock' | 'executions' | 'locks' | 'uploads'>,
  upload: Upload,
): Promise<void> {
  await noteStarted({ uploads }, upload);
  await startExecutionOnce({ executions, locks }, upload);
  await uploads.noteUploadAnswer(upload.endpoint, upload.executionName, 'started', isoTime(clock.now()));
}

/** Of the execution that holds the lock. */
export async function startExecutionOnce(
  { executions, locks }: Pick<Adapters, 'executions' | 'locks'>,
  { endpoint, executionName, input }: Pick<Upload, 'endpoint' | 'executionName' | 'input'>,
): Promise<void> {
  const owner = executions.arnOfExecution(executionName);
  const started = await executions.startExecution(executionName, input);
  // It ran and ended before: this event came late, and the lock must not be kept for a rollout that does not run.
  if (started === 'exists' && (await executions.executionStatus(owner)) !== 'RUNNING')
    await locks.releaseLock(endpoint, owner);
}

export type UploadNeeds = Pick<Adapters, 'announcements' | 'clock' | 'executions' | 'locks' | 'uploads'>;
export type UploadAnswer = 'started' | 'waits' | 'superseded' | 'refused' | 'answered before' | 'ignored';

/**
 * Takes the endpoint's lock in the name of the execution to be, then starts it: so two uploads at once cannot both
 * start, and the one that finds the lock taken waits or is refused, as the endpoint says.
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
      `${upload.key}: rollout ${taken.rolloutId} of ${endpoint} is running, and the endpoint's whileBusy is ` +
        '"reject"; upload again when it has ended',
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

/** Starts the upload that waits for this endpoint, if there is one and no other rollout runs. */
export async function startWaitingUpload(ports: UploadNeeds, endpoint: string): Promise<boolean> {
  const { clock, executions, locks, uploads } = ports;
  const waiting = await uploads.readWaitingUpload(endpoint);
  if (waiting === undefined) return false;
  const why = await outdated(ports, waiting);
  if (why !== undefined) {
    await leaveLine(ports, waiting, why);
    return false;
  }
  const owner = executions.arnOfExecution(waiting.executionName);
  const leaseUntil = isoTime(clock.now() + START_LEASE_MS);
  const lock = { endpoint, owner, rolloutId: waiting.executionName, leaseUntil };
  if ((await locks.acquireLock(lock, isoTime(clock.now()))) !== 'acquired') return false;
  await startOwned(ports, waiting);
  await leaveLine(ports, waiting);
  return true;
}

/**
 * It waits no longer, and those that lost their place to it are told of. What fails here must not keep a rollout from
 * ending: it then stays noted as waiting, and the next function that looks finds it started, and does the rest.
 */
async function leaveLine(ports: UploadNeeds, upload: WaitingUpload, why?: string): Promise<void> {
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
