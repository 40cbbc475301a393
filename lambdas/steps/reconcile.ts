import type { Made } from '../adapters/sdk/context';
import { lambdaVersions } from '../adapters/lambda/versions';
import { s3Models } from '../adapters/s3/models';
import { sha256Hex } from '../adapters/crypto';
import { cloudwatchAlarms } from '../adapters/cloudwatch/alarms';
import { cloudwatchEvidence } from '../adapters/cloudwatch/evidence';
import { tableAvailability } from '../adapters/dynamodb/availability';
import type { EndpointConfig } from '../contract/endpoint-settings';
import { STOPPED_BY_ROLLBACK, NO_ENDPOINT } from '../contract/names';
import { lookSecond } from '../domain/looks';
import { HOUR_MS, isoTime, MINUTE_MS } from '../domain/minutes';
import { endWithoutPromotion } from './endings/end-without-promotion';
import { eachInTurn, type Work, workEventSchema } from '../contract/work';
import { findOwnRollout, findRecord } from './endings/find-own-rollout';
import { leftoverWeightsFound } from './announcements/transitions';
import { finishRollout } from './finish-rollout';
import { LATEST } from '../domain/rollback';
import type { Failure } from '../domain/rollout';
import type { Lock } from '../adapters/dynamodb/locks';
import { type ExecutionStatus, sfnAnswers } from '../adapters/executions';
import { type RestoreNeeds, restoreNeeds } from './restore-blue';
import { aliasInWords } from './rollout/write-alias';
import { recoverHistory } from './rollout/recover-history';
import { NEVER_STARTED } from '../contract/errors';
import { failureOfExecution } from './safety-net';
import {
  NEWEST_ROLLOUTS,
  readOnce,
  type ReadOnce,
  checkAvailability,
  startMissedUpload,
} from './reconciliation/checks';
import { endLostInWaves, endLostTurns, watchWaiting } from './reconciliation/running';
import { FUNCTION_CHANGED, startWaitingDeploy } from './uploads/start-deploy';
import { startWaitingUpload } from './uploads/start-upload';

/** A lock is taken a moment before its execution is started; younger ones than this may not have one yet. */
const START_GRACE_MS = 2 * MINUTE_MS;

/** How many executions of each bad end are looked at, and for how long after their end. */
const NEWEST_EXECUTIONS = 20;
const DAY_MS = 24 * 60 * MINUTE_MS;

export const reconcileNeeds = {
  ...restoreNeeds,
  alarms: cloudwatchAlarms,
  answers: sfnAnswers,
  availability: tableAvailability,
  evidence: cloudwatchEvidence,
  hash: () => sha256Hex,
  models: s3Models,
  versions: lambdaVersions,
};
type ReconcileNeeds = Made<typeof reconcileNeeds>;

export interface Reconciled {
  readonly endpoint: string;
  readonly did: string;
}

/**
 * The third line of defence, on a schedule: of an endpoint, a lock or weights without a running owner are put right, an
 * upload whose event got lost is started, and versions that cannot be used any more are told of. Says what it did.
 * Called with a message, of one endpoint; with any other event it is done of all of them, as a person may ask.
 */
export async function reconcile(ports: ReconcileNeeds, event: unknown): Promise<readonly Reconciled[]> {
  const message = workEventSchema.safeParse(event);
  const one = ({ endpoint }: Work) => (endpoint === undefined ? reconcileNone(ports) : reconcileNamed(ports, endpoint));
  if (message.success) return one(message.data.work);
  const work: readonly Work[] = [...(await ports.settings.listNames()).map((endpoint) => ({ endpoint })), {}];
  return (await eachInTurn(work, one)).flat();
}

async function reconcileNone(ports: ReconcileNeeds): Promise<readonly Reconciled[]> {
  const did = await eachInTurn([recordForgotten, endLostTurns, endLostInWaves], (part) => part(ports));
  return did.flatMap((one) => (one === undefined ? [] : [{ endpoint: NO_ENDPOINT, did: one }]));
}

/** All three parts have their turn, whichever fails. */
async function reconcileNamed(ports: ReconcileNeeds, endpoint: string): Promise<readonly Reconciled[]> {
  const config = await ports.settings.findSettings(endpoint);
  if (config === undefined) return [];
  const own = readOnce(ports);
  const did = await eachInTurn([reconcileEndpoint, checkAvailability, countNotRestored], (part) =>
    part(own, config, ports),
  );
  return did.flatMap((one) => (one === undefined ? [] : [{ endpoint, did: one }]));
}

/** All that is to be done in one pass: what waits for the next one keeps users where they are for a period more. */
async function reconcileEndpoint(
  ports: ReadOnce<ReconcileNeeds>,
  config: EndpointConfig,
  fresh: ReconcileNeeds,
): Promise<string> {
  const endpoint = config.settings.name;
  const did: string[] = [];
  const lock = await ports.locks.readLock(endpoint);
  if (lock !== undefined) {
    const status = await ports.executions.executionStatus(lock.owner);
    if (status === 'RUNNING')
      return (await clearLeftovers(ports, config)) ?? (await watchWaiting(fresh, lock)) ?? 'a rollout runs';
    const isFresh =
      status === undefined && Date.parse(lock.leaseUntil) - ports.clock.now() > 10 * MINUTE_MS - START_GRACE_MS;
    if (isFresh) return 'a rollout is about to start';
    // What never began and is still in line begins below, under the same name: a record that is closed would refuse it.
    if (status === undefined && (await isInLine(fresh, lock))) await fresh.locks.releaseLock(endpoint, lock.owner);
    else did.push(await closeEnded(fresh, lock.owner, lock.rolloutId, status, lock.next?.rolloutId));
    ports.forget();
  }
  for (const putRight of [
    recoverHistory,
    clearLeftovers,
    previewLeft,
    closeForgotten,
    startWaiting,
    startMissedUpload,
  ]) {
    const done = await putRight(ports, config, fresh);
    if (done === undefined) continue;
    did.push(done);
    ports.forget();
  }
  return did.length === 0 ? 'at rest' : did.join('; ');
}

async function isInLine({ uploads }: RestoreNeeds, { endpoint, rolloutId }: Lock): Promise<boolean> {
  const waiting = [await uploads.readWaitingUpload(endpoint), await uploads.readWaitingDeploy(endpoint)];
  return waiting.some((one) => one?.executionName === rolloutId);
}

/** Weights that no running rollout owns: none runs, or it has not written the alias yet, and waits for this. */
async function clearLeftovers(ports: RestoreNeeds, config: EndpointConfig): Promise<string | undefined> {
  const endpoint = config.settings.name;
  const alias = await ports.liveAlias.readLiveAlias(config.functionName);
  if (alias.canary === undefined) return undefined;
  // Asked after the alias was read: a rollout notes in its lock that it moves traffic before it does, so that these are
  // not its weights; what it writes later than this changes the revision, and our write fails.
  const lock = await ports.locks.readLock(endpoint);
  if (lock?.traffic !== undefined) return undefined;
  // Before the write, which leaves nothing to see: found again in the next pass, it is announced no second time.
  await ports.announcements.announceOnce(leftoverWeightsFound(ports.clock, endpoint, alias, alias.canary));
  const why = 'no rollout runs: leftover weights were removed';
  const cleared = await ports.liveAlias.writeLiveAlias(
    config.functionName,
    { version: alias.version },
    alias.revisionId,
    why,
  );
  const said = `the live alias said ${aliasInWords(alias)} and no rollout runs`;
  if (cleared === 'changed') return `${said}; it changed again in between`;
  return `${said}: version ${alias.version} is alone in service now`;
}

/** A preview that shows something else than what is live, while no rollout runs. */
async function previewLeft(ports: RestoreNeeds, config: EndpointConfig): Promise<string | undefined> {
  const { functionName, settings } = config;
  if (!isItsTurn(settings.name, ports.clock.now())) {
    const [newest] = await ports.records.listRollouts(settings.name, 1);
    if (!(Date.parse(newest?.endedAt ?? newest?.startedAt ?? '') > ports.clock.now() - HOUR_MS)) return undefined;
  }
  const preview = await ports.previewAlias.readPreview(functionName);
  if (preview === undefined) return undefined;
  const { version } = await ports.liveAlias.readLiveAlias(functionName);
  if (version === LATEST) return undefined; // Told as what it is; a preview names a published version.
  // Asked after the preview was read: a rollout that began meanwhile changes its revision, and our write fails.
  if (preview.version === version || (await ports.locks.readLock(settings.name)) !== undefined) return undefined;
  const why = 'no rollout runs: what is live';
  const written = await ports.previewAlias.writePreview(functionName, version, preview.revisionId, why);
  return (
    `the preview named version ${preview.version}` +
    (written === 'changed' ? '; it changed again in between' : `: it names version ${version} now, which is live`)
  );
}

/**
 * What no user meets is looked at in one pass of thirteen where no rollout ended lately: about once an hour, or twice a
 * day where passes are an hour apart, whose number of five minutes, 12, has no divisor with 13.
 */
const SLOTS = 13;
const isItsTurn = (endpoint: string, now: number): boolean =>
  (Math.floor(now / (5 * MINUTE_MS)) + lookSecond(endpoint)) % SLOTS === 0;

async function startWaiting(_: unknown, config: EndpointConfig, ports: ReconcileNeeds): Promise<string | undefined> {
  const endpoint = config.settings.name;
  if (await startWaitingUpload(ports, endpoint)) return 'the waiting upload was started';
  switch (await startWaitingDeploy(ports, endpoint, config)) {
    case 'started':
      return 'the waiting deploy was started';
    case 'brought':
      return 'what the waiting deploy brings was live already: it waits no longer';
    case 'changed':
      return `the waiting deploy cannot begin: ${FUNCTION_CHANGED}`;
    default:
      return undefined;
  }
}

/** Counts as long as a green that was condemned has traffic; where another version serves, for an hour. */
async function countNotRestored(
  ports: ReconcileNeeds,
  { settings, functionName }: EndpointConfig,
): Promise<string | undefined> {
  const endpoint = settings.name;
  const { version, canary } = await ports.liveAlias.readLiveAlias(functionName);
  const served = [version, canary?.version];
  const condemned = (await ports.liveModels.listTakenBack(endpoint)).find((one) => served.includes(one.version));
  const [newest] = await ports.records.listRollouts(endpoint, 1);
  const record = condemned === undefined ? newest : await ports.records.readRecord(endpoint, condemned.rolloutId);
  if (record?.outcome !== 'not-restored') return undefined;
  const isNew = Date.parse(record.endedAt ?? record.startedAt) > ports.clock.now() - HOUR_MS;
  if (condemned === undefined && !(isNew && version === record.liveVersionAfter)) return undefined;
  await ports.availability.countNotRestored();
  return `rollout ${record.id} did not put blue back: version ${version} is live`;
}

/**
 * An execution that ended before it could take a lock or write a record, and of which no event told: nothing but Step
 * Functions' own list knows of it. Nor does anything else of one that lost its lock to others, when so many began since
 * that its record is no longer among the newest.
 */
async function recordForgotten(ports: RestoreNeeds): Promise<string | undefined> {
  const now = ports.clock.now();
  const ended = await ports.executions.executionsEndedBadly(NEWEST_EXECUTIONS);
  const did = await eachInTurn(ended, async ({ arn, name, status, startedAt, endedAt }) => {
    if (endedAt > now - MINUTE_MS || endedAt < now - DAY_MS) return [];
    const record = await findRecord(ports, name);
    if (record?.status === 'ended') return [];
    const execution = { id: arn, name, startTime: isoTime(startedAt) };
    const own = await findOwnRollout(ports, execution, undefined);
    const failure = await whyItEnded(ports, arn, status, undefined);
    await endWithoutPromotion(ports, own, failure, 'Reconciler', execution);
    return [
      `execution ${name} (${status}) had left ` +
        `${record === undefined ? 'no record: recorded' : 'its record open: closed'}`,
    ];
  });
  return did.flat().join('; ') || undefined;
}

/** Closes a rollout whose execution has ended without doing so. */
async function closeEnded(
  ports: RestoreNeeds,
  executionArn: string,
  rolloutId: string,
  status: ExecutionStatus | undefined,
  stoppedBy?: string,
): Promise<string> {
  const execution = { id: executionArn, name: rolloutId, startTime: isoTime(ports.clock.now()) };
  const own = await findOwnRollout(ports, execution, undefined);
  if (status === 'SUCCEEDED' && own !== undefined) {
    // Only its bookkeeping was left: green was promoted (or nothing was to be done), and stays.
    await finishRollout(ports, own.state);
    return `rollout ${rolloutId} had succeeded without being closed: closed`;
  }
  const failure = await whyItEnded(ports, executionArn, status, stoppedBy);
  await endWithoutPromotion(ports, own, failure, 'Reconciler', execution);
  const why = `rollout ${rolloutId} had no running execution (${status ?? 'none'})`;
  return `${why}: blue was put back and the rollout closed`;
}

/** The lost event would have said it; a rollback that waits in line knows better why it stopped the execution. */
async function whyItEnded(
  { executions }: RestoreNeeds,
  executionArn: string,
  status: ExecutionStatus | undefined,
  stoppedBy: string | undefined,
): Promise<Failure> {
  if (stoppedBy !== undefined)
    return failureOfExecution(status ?? 'never started', STOPPED_BY_ROLLBACK, `rollback ${stoppedBy}`);
  if (status === undefined) {
    const why = 'the call (states:StartExecution) was refused, or not made';
    return failureOfExecution('never started', undefined, `${NEVER_STARTED}: ${why}`);
  }
  const { error, cause } = await executions.whyExecutionEnded(executionArn);
  return failureOfExecution(status, error, cause);
}

/** A rollout that was not closed while its lease lasted loses its lock to the next; its record stays in the list. */
async function closeForgotten(
  { records }: RestoreNeeds,
  { settings }: EndpointConfig,
  ports: RestoreNeeds,
): Promise<string | undefined> {
  const endpoint = settings.name;
  const newest = await records.listRollouts(endpoint, NEWEST_ROLLOUTS);
  const did = await eachInTurn(newest, async ({ id, status, executionArn }) => {
    if (status === 'ended' || executionArn === undefined) return [];
    const statusNow = await ports.executions.executionStatus(executionArn);
    return statusNow === 'RUNNING' ? [] : [await closeEnded(ports, executionArn, id, statusNow)];
  });
  return did.flat().join('; ') || undefined;
}
