import type { EndpointConfig } from '../../contract/endpoint-settings';
import { RolloutBusy } from '../../contract/errors';
import { isoTime } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import type { Lock } from '../../adapters/dynamodb/locks';
import type { Upload, WaitingUpload } from '../../adapters/dynamodb/uploads';
import { uploadWaiting, uploadSuperseded } from '../announcements/transitions';
import { BEFORE_ANY_UPLOAD, uploadOrder } from '../../domain/rollout';
import { LIVE_MODEL } from '../../contract/names';
import { servedModel } from '../rollout/model-environment';
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
  if (upload.uploadedAt === BEFORE_ANY_UPLOAD || upload.dryRun) return undefined;
  const started = await uploads.newestStartedUpload(upload.endpoint);
  if (started === undefined || uploadOrder(started, upload) <= 0) return undefined;
  return `it is older than ${named(started)}, whose rollout was started before`;
}

/** Before the execution is started: where only the note succeeds, the same upload finds its own name in it. */
const noteStarted = async ({ uploads }: Pick<Adapters, 'uploads'>, upload: Upload): Promise<void> =>
  upload.uploadedAt === BEFORE_ANY_UPLOAD || upload.dryRun ? undefined : uploads.noteStartedUpload(upload);

/** From taking the lock until the execution's first step renews it. */
export const START_LEASE_MS = 10 * 60_000;

/** Starts the execution of an upload whose lock is held in its name. Done twice it starts one. */
export async function startOwned(
  { clock, executions, locks, uploads }: Pick<Adapters, 'clock' | 'executions' | 'locks' | 'uploads'>,
  upload: Upload,
): Promise<void> {
  const owner = executions.arnOfExecution(upload.executionName);
  await noteStarted({ uploads }, upload);
  const started = await executions.startExecution(upload.executionName, upload.input);
  if (started === 'exists' && (await executions.executionStatus(owner)) !== 'RUNNING') {
    // It ran and ended before: this event came late, and the lock must not be kept for a rollout that does not run.
    await locks.releaseLock(upload.endpoint, owner);
  }
  await uploads.noteUploadAnswer(upload.endpoint, upload.executionName, 'started', isoTime(clock.now()));
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

/**
 * The rollout of what is live on what was deployed last, as an upload that any other takes the place of: any brings the
 * new code. Undefined where no model is live.
 *
 * @param once the same text asks for the same rollout, however often
 */
export async function rolloutOfDeploy(
  { hash, liveAlias, versions }: Pick<Adapters, 'hash' | 'liveAlias' | 'versions'>,
  { endpoint, functionName }: { readonly endpoint: string; readonly functionName: string },
  once: string,
): Promise<Upload | undefined> {
  const { version } = await liveAlias.readLiveAlias(functionName);
  const live = await versions.describeVersion(functionName, version);
  const model = live && servedModel(live.environment);
  if (live === undefined || model === undefined) return undefined;
  const code = (await versions.describeVersion(functionName, '$LATEST'))?.codeSha256;
  const reason = "the endpoint's code or settings changed";
  const { bucket, key, versionId } = model;
  return {
    ...{ endpoint, bucket, key, versionId, uploadedAt: BEFORE_ANY_UPLOAD },
    executionName: `${endpoint}-deploy-${hash(once).slice(0, 12)}`,
    input: JSON.stringify({ endpoint, model: LIVE_MODEL, reason, startedBy: 'deploy' }),
    ...(code !== undefined && code !== live.codeSha256 && { code }),
  };
}

type Needs = Pick<Adapters, 'announcements' | 'clock' | 'executions' | 'locks' | 'uploads' | 'waves'>;

/** Starts the upload that waits for this endpoint, if there is one, no other rollout runs, and its wave has begun. */
export async function startWaitingUpload(ports: Needs, endpoint: string): Promise<boolean> {
  const { clock, executions, locks, uploads } = ports;
  const waiting = await uploads.readWaitingUpload(endpoint);
  if (waiting === undefined) return false;
  const why = await outdated(ports, waiting);
  const upload = why === undefined ? waiting : waiting.displaced.findLast(isDeploy);
  if (upload === undefined) {
    await leaveLine(ports, waiting, why);
    return false;
  }
  const now = isoTime(clock.now());
  const owner = executions.arnOfExecution(upload.executionName);
  const leaseUntil = isoTime(clock.now() + START_LEASE_MS);
  const lock = { endpoint, owner, rolloutId: upload.executionName, leaseUntil };
  if (!(await isItsWave(ports, upload, lock, now))) return false;
  const taken = await locks.acquireLock(lock, now);
  // What has joined its wave stays there until the next try, or until the reconciler finds that it never began.
  if (taken !== 'acquired') return false;
  await startOwned({ clock, executions, locks, uploads }, upload);
  await leaveLine(ports, waiting, why);
  return true;
}

/** Whether new code may begin; while another rollout runs it holds neither the endpoint nor a place in its wave. */
async function isItsWave(
  { executions, locks, waves }: Needs,
  { code }: Upload,
  { endpoint, owner, rolloutId }: Lock,
  now: string,
): Promise<boolean> {
  if (code === undefined) return true;
  const held = await locks.readLock(endpoint);
  if (held !== undefined && held.owner !== owner && held.leaseUntil > now) return false;
  // It joined before it was started: here only the note that it waits was left.
  if ((await executions.executionStatus(owner)) !== undefined) return true;
  return (await waves.joinWave(code, { owner, rolloutId, endpoint })) === 'joined';
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
