import { type Made, ownClock } from '../adapters/sdk/context';
import { lambdaVersions } from '../adapters/lambda/versions';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { dynamodbAnnouncements } from '../adapters/dynamodb/outbox';
import { dynamodbWaves } from '../adapters/dynamodb/waves';
import { dynamodbSettings, dynamodbSettingsStore, type StoredRequests } from '../adapters/dynamodb/settings';
import { dynamodbLocks, type Lock } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { lambdaPreviewAlias, lambdaLiveAlias, lambdaLiveAliasCreation } from '../adapters/lambda/aliases';
import { sha256Hex } from '../adapters/crypto';
import { sfnExecutions } from '../adapters/executions';
import type { EndpointConfig } from '../contract/endpoint-settings';
import { SettingsInvalid } from '../contract/errors';
import { ENDPOINT_REMOVED } from '../contract/names';
import { readableRecord } from './rollout/record-progress';
import { rolloutOfDeploy, startWaitingDeploy } from './uploads/start-deploy';
import type { Adapters } from '../adapters/adapters';

/**
 * A deploy would take an endpoint, or the function that serves it, away from its users. CloudFormation puts all back.
 */
class EndpointInUse extends Error {
  override readonly name = 'EndpointInUse';
}

/** Two stacks of a control plane want one name: its models, its history and its rollouts would be mixed up. */
class EndpointNameTaken extends Error {
  override readonly name = 'EndpointNameTaken';
}

/** What a deploy of one stack is about to serve: which construct serves which endpoint. */
export type Served = Readonly<Record<string, string>>;

/**
 * Before a deploy changes anything else. Afterwards it is too late: the handlers' rights to a function that goes away
 * are taken first, and then nothing can put its traffic back, nor finish the rollout that moved it.
 */
export async function checkEndpointsInUse(
  { liveModels, locks, settings }: Pick<Adapters, 'liveModels' | 'locks' | 'settings'>,
  served: Served,
  stackId: string,
): Promise<string> {
  const { configs } = await settings.readableSettings();
  const problems: string[] = [];
  for (const { settings: one, servedBy, stackId: registeredBy = stackId } of configs) {
    // Of another stack, which asks for itself.
    if (registeredBy !== stackId) continue;
    const next = served[one.name];
    const goes = next === undefined;
    const moves = !goes && servedBy !== undefined && next !== servedBy;
    if (!goes && !moves) continue;
    const lock = await locks.readLock(one.name);
    const [live] = moves ? await liveModels.livePeriods(one.name) : [];
    if (live?.model !== undefined) problems.push(keepsItsFunction(one.name));
    else if (lock !== undefined) problems.push(busy(one.name, lock));
  }
  if (problems.length > 0) throw new EndpointInUse(problems.join(' '));
  return 'no endpoint that goes is in use';
}

const busy = (endpoint: string, { rolloutId }: Lock): string =>
  `Endpoint "${endpoint}" cannot be taken away while rollout ${rolloutId} runs: its users would be left between ` +
  `two versions. Wait for its end, or abort it (npx greenlight abort ${endpoint}), then deploy again.`;

const keepsItsFunction = (endpoint: string): string =>
  `Endpoint "${endpoint}" serves a model and keeps its function: the URL, the versions and what can be rolled ` +
  "back to are the function's, and callers would lose them at once. Add the new function as an endpoint of " +
  `another name, upload the model there, let callers move, then take "${endpoint}" away ` +
  "(docs/guides/operations.md, 'A deploy is refused').";

/**
 * What CloudFormation asks for: the alias and the settings to be there, later that they are current, at last their end.
 */
export type LiveAliasRequest =
  | {
      readonly requestType: 'Create' | 'Update';
      readonly requestId: string;
      readonly functionName: string;
      readonly endpoint: string;
      readonly config: EndpointConfig;
      readonly fingerprint: string;
    }
  | {
      readonly requestType: 'Delete';
      readonly requestId: string;
      readonly endpoint: string;
      readonly functionName: string;
      readonly stackId: string;
      /** Whether the rollout that runs is stopped, or keeps the endpoint registered. */
      readonly whileBusy: 'stop' | 'refuse';
    };

export const liveAliasNeeds = {
  announcements: dynamodbAnnouncements,
  clock: ownClock,
  executions: sfnExecutions,
  hash: () => sha256Hex,
  liveAlias: lambdaLiveAlias,
  liveAliasCreation: lambdaLiveAliasCreation,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  previewAlias: lambdaPreviewAlias,
  records: dynamodbRecords,
  settings: dynamodbSettings,
  settingsStore: dynamodbSettingsStore,
  uploads: dynamodbUploads,
  versions: lambdaVersions,
  waves: dynamodbWaves,
};
type Needs = Made<typeof liveAliasNeeds>;

/** What the first try of a request read: a later try knows by it what was carried out between the two. */
export interface EarlierTry {
  before?: StoredRequests;
}

const CAME_LATE = 'a later request was carried out before: left alone';
/** Lambda hands none over later than twelve minutes after it was sent: a few deploys and their rollbacks. */
const MOST_REQUESTS = 10;

/**
 * Creates the aliases if they are absent and never writes them again: they belong to the rollouts. Stores the
 * endpoint's settings, and only then, when the code or the settings are others than those deployed last, or than those
 * that came live (the rollout of the last deploy died), starts a rollout of the live model on them, through the same
 * canary. On deletion the settings go, so that nothing looks for the endpoint any more; the alias goes with its
 * function.
 */
export async function liveAlias(ports: Needs, request: LiveAliasRequest, seen: EarlierTry): Promise<string> {
  const { functionName, endpoint, requestId } = request;
  const { requests: before, asRead } = (seen.before ??= await ports.settingsStore.readRequests(endpoint));
  // Lambda may hand an event over twice, and late: settings of a later deploy, or of a rollback, stay.
  if (before.slice(0, -1).includes(requestId)) return CAME_LATE;
  const requests = before.includes(requestId) ? before : [...before, requestId].slice(-MOST_REQUESTS);
  if (request.requestType === 'Delete') return forget(ports, request, { requests, asRead });
  const { config, fingerprint } = request;
  const stored = await storedConfig(ports, endpoint);
  const isSame = stored?.fingerprint === fingerprint && stored.functionName === functionName;
  // A former version stored none.
  const codeBefore = isSame ? stored.code : undefined;
  const code = codeBefore ?? (await ports.versions.describeVersion(functionName, '$LATEST'))?.codeSha256;
  const deployed = { ...config, fingerprint, ...(code && { code }) };
  const store = (more: Partial<EndpointConfig>): Promise<boolean> =>
    ports.settingsStore.storeSettings({ ...deployed, ...more }, requests, asRead);
  if (stored !== undefined && stored.functionName !== functionName) {
    checkNameIsFree(stored, config);
    await checkMayMove(ports, endpoint);
  }
  // Settings that were lost or cannot be read take nothing of what was live with them.
  const known = stored === undefined || stored.functionName === functionName;
  // Of another function: its versions are none of this function's.
  if (!known) await ports.liveModels.forgetLivePeriods(endpoint);
  const [last] = await ports.liveModels.livePeriods(endpoint);
  const created = await ports.liveAliasCreation.createIfAbsent(functionName, last?.version);
  await createPreview(ports, functionName);
  const promoted = stored !== undefined && known ? await promotedFingerprint(ports, endpoint, stored) : undefined;
  const isOther = stored?.fingerprint !== fingerprint || promoted !== fingerprint || stored.toStart === true;
  const changed = known && isOther && !created;
  // The rollout reads the settings. That it was started is noted afterwards: who is asked again starts the same one.
  if (changed && !(await store({ toStart: true }))) return CAME_LATE;
  const did = changed ? await rollOutLive(ports, request) : created ? 'created' : 'there already';
  return (await store({})) ? did : CAME_LATE;
}

/**
 * Of the code and the settings that are live. What came live before that was noted is taken for what was deployed last:
 * an app that is updated starts nothing for it.
 */
async function promotedFingerprint(
  { liveModels }: Pick<Needs, 'liveModels'>,
  endpoint: string,
  { fingerprint: deployed }: EndpointConfig,
): Promise<string | undefined> {
  const [current] = await liveModels.livePeriods(endpoint);
  if (current?.fingerprint !== undefined || deployed === undefined) return current?.fingerprint;
  if (current !== undefined) await liveModels.noteFingerprint(endpoint, current.version, deployed);
  return deployed;
}

/** Once, like the live alias: at what is live, wherever that is by now. */
async function createPreview({ liveAlias: alias, previewAlias }: Needs, functionName: string): Promise<void> {
  if ((await previewAlias.readPreview(functionName)) !== undefined) return;
  await previewAlias.createPreview(functionName, (await alias.readLiveAlias(functionName)).version);
}

/** What cannot be read is replaced by what the deploy brings. */
async function storedConfig({ settings }: Needs, endpoint: string): Promise<EndpointConfig | undefined> {
  try {
    return await settings.findSettings(endpoint);
  } catch (error) {
    if (error instanceof SettingsInvalid) return undefined;
    throw error;
  }
}

/**
 * A function that is in another stack now took its endpoint along; another function does not get a name that is in use.
 */
function checkNameIsFree({ stackId: owner, settings: { name } }: EndpointConfig, { stackId }: EndpointConfig): void {
  if (owner === undefined || owner === stackId) return;
  throw new EndpointNameTaken(
    `The endpoint "${name}" belongs to the stack ${stackNameOf(owner)} of this control plane. Give this one ` +
      `another name, or take "${name}" out of that stack first.`,
  );
}

/** arn:…:stack/NAME/ID */
const stackNameOf = (stackId: string): string => stackId.split('/')[1] ?? stackId;

/**
 * An endpoint that serves a model keeps its function; one that never had any may change it, but for its first rollout.
 */
async function checkMayMove({ liveModels, locks }: Needs, endpoint: string): Promise<void> {
  const [live] = await liveModels.livePeriods(endpoint);
  if (live?.model !== undefined) throw new EndpointInUse(keepsItsFunction(endpoint));
  const lock = await locks.readLock(endpoint);
  if (lock !== undefined) throw new EndpointInUse(busy(endpoint, lock));
}

/** The endpoint is taken out of the app, or was never whole. Another function that serves it by now is left alone. */
async function forget(
  ports: Needs,
  { endpoint, functionName, stackId, whileBusy }: Extract<LiveAliasRequest, { requestType: 'Delete' }>,
  { requests, asRead }: StoredRequests,
): Promise<string> {
  const { executions, liveModels, locks, settingsStore, uploads } = ports;
  const stored = await storedConfig(ports, endpoint);
  if (stored !== undefined && stored.functionName !== functionName) return 'served by another function: left alone';
  if (stored?.stackId !== undefined && stored.stackId !== stackId) return 'registered by another stack: left alone';
  const lock = await locks.readLock(endpoint);
  if (lock !== undefined && whileBusy === 'refuse') throw new EndpointInUse(busy(endpoint, lock));
  if (!(await settingsStore.removeSettings(endpoint, requests, asRead))) return CAME_LATE;
  const waiting = await uploads.readWaitingUpload(endpoint);
  if (waiting !== undefined) await uploads.stopWaiting(waiting);
  const deploy = await uploads.readWaitingDeploy(endpoint);
  if (deploy !== undefined) await uploads.removeWaitingDeploy(deploy);
  if (lock !== undefined) {
    await executions.stopExecution(lock.owner, { error: ENDPOINT_REMOVED, cause: `endpoint ${endpoint} was removed` });
    await locks.releaseLock(endpoint, lock.owner);
  }
  // The function may be gone, or the right to it: a deletion that fails for that would keep the stack from going.
  await leaveOneVersion(ports, functionName).catch(() => undefined);
  await liveModels.forgetLivePeriods(endpoint);
  return 'settings removed; the alias is left to the function';
}

/** A function of one's own outlives its endpoint: with no judge left, green's share of traffic would stay for ever. */
async function leaveOneVersion({ liveAlias: alias }: Needs, functionName: string): Promise<void> {
  for (let attempt = 1; attempt <= WRITE_TRIES; attempt += 1) {
    const { version, canary, revisionId } = await alias.readLiveAlias(functionName);
    if (canary === undefined) return;
    const why = 'the endpoint was removed: no rollout will take these weights away';
    if ((await alias.writeLiveAlias(functionName, { version }, revisionId, why)) !== 'changed') return;
  }
}

/** A step that was stopped half way may still write once. */
const WRITE_TRIES = 3;

/** Starts a rollout of whatever is live. While another one runs it waits; where that one brings it, it is left out. */
async function rollOutLive(
  ports: Needs,
  request: Exclude<LiveAliasRequest, { requestType: 'Delete' }>,
): Promise<string> {
  const { endpoint, functionName, fingerprint, requestId } = request;
  // The same deployment always asks for the same execution, however often CloudFormation repeats itself.
  const deploy = await rolloutOfDeploy(ports, { endpoint, functionName }, `${requestId}\n${fingerprint}`);
  if (deploy === undefined) return 'no model is live, so there is nothing to roll out';
  const { executionName } = deploy;
  const running = await ports.locks.readLock(endpoint);
  const record = running && (await readableRecord(ports.records, endpoint, running.rolloutId));
  // One of a deploy that fails is not begun again unasked; an upload may fail for its model.
  const brings = record?.startedBy === 'deploy' && record.state?.config.fingerprint === fingerprint;
  if (running !== undefined && brings) return `${running.rolloutId} runs and brings them`;
  await ports.uploads.noteWaitingDeploy(deploy);
  if (running !== undefined) return `${executionName} waits for ${running.rolloutId}`;
  // The deploy is noted: that it cannot be started now must not fail the stack, as the reconciler starts it.
  const did = await startWaitingDeploy(ports, endpoint, { fingerprint, functionName }).catch(() => 'waits' as const);
  return did === 'started' ? `started ${executionName}` : `${executionName} waits for its turn`;
}
