import type { Adapters } from '../../adapters/adapters';
import type { AliasState } from '../../adapters/lambda/aliases';
import type { RolloutEntry, RolloutRecord } from '../../contract/rollout-record';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { isRolloutError } from '../../contract/errors';
import type { UnavailableReason } from '../../contract/transition-event';
import type { NeededFor, ToldUnavailable } from '../../adapters/dynamodb/availability';
import { adviceOnUnreadable, unreadableInWords } from '../../contract/unreadable';
import { formatModelAddress } from '../../domain/rollout';
import { LATEST, rollbackTargets } from '../../domain/rollback';
import { versionAvailable, versionUnavailable } from '../announcements/transitions';
import { servedModel } from '../rollout/model-environment';
import { isUsableState } from '../validation/choose-model';
import { MODELS_PREFIX, NO_ENDPOINT } from '../../contract/names';
import { MINUTE_MS } from '../../domain/minutes';
import type { ListedModel } from '../../adapters/s3/models';
import type { StartedUpload } from '../../adapters/dynamodb/uploads';
import { findRecord } from '../endings/find-own-rollout';
import { answerUpload, type AnswerUploadNeeds, uploadId } from '../uploads/answer-upload';
import { answerDisplaced, named } from '../uploads/start-upload';

export type AvailabilityNeeds = Pick<
  Adapters,
  'announcements' | 'availability' | 'clock' | 'liveAlias' | 'liveModels' | 'models' | 'versions'
>;

export interface CheckedAvailability {
  readonly version: string;
  readonly neededFor: NeededFor;
  /** `s3://` address of its model, where that is known. */
  readonly model?: string;
  readonly problem?: { readonly reason: UnavailableReason; readonly cause: string; readonly toDo: string };
}

/**
 * Whether users could be served by a new environment, and whether there is a way back: the live version and the one
 * before it exist, can be called, and their models can be read. A running environment has its model in memory, so that
 * nothing else notices before it is too late. Tells each change once, and puts the metric as long as something is
 * wrong. Two GetFunction and two reads of one byte.
 */
export async function checkAvailability(ports: AvailabilityNeeds, config: EndpointConfig): Promise<string | undefined> {
  const endpoint = config.settings.name;
  const checked = await checkNeeded(ports, config);
  const found = checked.flatMap(({ version, neededFor, problem }) =>
    problem ? [{ version, neededFor, reason: problem.reason }] : [],
  );
  const { unavailable: told, episode } = await ports.availability.readTold(endpoint);
  const isTold = ({ version, neededFor, reason }: ToldUnavailable) =>
    told.some((one) => one.version === version && one.neededFor === neededFor && one.reason === reason);
  const wasTold = ({ version }: CheckedAvailability) => told.some((one) => one.version === version);
  for (const one of checked) {
    const event =
      one.problem === undefined
        ? wasTold(one) && versionAvailable(ports.clock, endpoint, one, episode)
        : !isTold({ ...one, reason: one.problem.reason }) &&
          versionUnavailable(ports.clock, endpoint, one, one.problem, episode);
    if (event) await ports.announcements.announceOnce(event);
  }
  const changed = found.length !== told.length || found.some((one) => !isTold(one));
  if (changed) await ports.availability.noteTold(endpoint, { unavailable: found, episode: episode + 1 });
  if (found.length === 0) return changed ? 'every version that is needed can be used again' : undefined;
  await ports.availability.countUnavailable(endpoint, found.length);
  return found.map(({ version, reason }) => `version ${version} cannot be used: ${reason}`).join('; ');
}

async function checkNeeded(ports: AvailabilityNeeds, config: EndpointConfig): Promise<readonly CheckedAvailability[]> {
  const live = await liveVersion(ports, config);
  if (typeof live !== 'string') return [live];
  const periods = await ports.liveModels.livePeriods(config.settings.name);
  const [before] = rollbackTargets(live, periods, await ports.liveModels.listTakenBack(config.settings.name));
  const checked = [await check(ports, config, live, 'live')];
  return before === undefined ? checked : [...checked, await check(ports, config, before, 'rollback-target')];
}

async function liveVersion(
  { liveAlias }: AvailabilityNeeds,
  config: EndpointConfig,
): Promise<string | CheckedAvailability> {
  try {
    return (await liveAlias.readLiveAlias(config.functionName)).version;
  } catch (error) {
    if (!isRolloutError(error)) throw error;
    const toDo =
      'create the alias again on the version that was live last; the runbook, LiveAliasMoved, has the command';
    return { version: 'live', neededFor: 'live', problem: { reason: 'no-alias', cause: error.message, toDo } };
  }
}

function settingsUnreadable(error: unknown): string {
  if (error instanceof Error && error.name === 'EnvironmentUnreadable') return error.message;
  throw error;
}

async function check(
  { models, versions }: AvailabilityNeeds,
  { functionName }: EndpointConfig,
  version: string,
  neededFor: NeededFor,
): Promise<CheckedAvailability> {
  const facts = await versions.describeVersion(functionName, version).catch(settingsUnreadable);
  const toDo = 'roll out its model again, or another one';
  if (version === LATEST) {
    const cause = 'it is no published version: whatever is written to the function reaches all users at once';
    const cure = 'go back to a published version';
    return { version, neededFor, problem: { reason: 'not-published', cause, toDo: cure } };
  }
  if (facts === undefined)
    return { version, neededFor, problem: { reason: 'no-version', cause: 'it was deleted', toDo } };
  if (typeof facts === 'string')
    return {
      ...{ version, neededFor },
      problem: {
        ...{ reason: 'kms-key', cause: `Lambda cannot read its settings: ${facts}` },
        toDo: "enable the key that encrypts the function's environment, and allow Lambda to use it",
      },
    };
  const pinned = servedModel(facts.environment);
  const about = { version, neededFor, ...(pinned && { model: formatModelAddress(pinned) }) };
  if (!isUsableState(facts.state)) {
    const cause = `it is ${facts.state}, not Active${facts.stateReason ? `: ${facts.stateReason}` : ''}`;
    return { ...about, problem: { reason: 'not-active', cause, toDo } };
  }
  const unreadable = pinned && (await models.whyUnreadable(pinned));
  if (unreadable === undefined) return about;
  const cause = `its model ${unreadableInWords(unreadable)}`;
  return { ...about, problem: { reason: unreadable.reason, cause, toDo: adviceOnUnreadable(unreadable) } };
}

/** S3's events "can sometimes take a minute or longer". One that comes after all finds its upload answered. */
const PATIENCE_MS = 3 * MINUTE_MS;
/**
 * So long the event may still come that says which of two keys of one second is the newer: later it is not waited for.
 */
const SEQUENCER_PATIENCE_MS = 15 * MINUTE_MS;
/** What lies there longer without an answer is no upload that got lost: it is not expected to go live now. */
const MOST_AGE_MS = 7 * 24 * 60 * MINUTE_MS;
/** How many records are looked at for what people did since the upload. */
const NEWEST_RECORDS = 10;

/**
 * Starts the newest upload where nothing was ever heard of it: its event got lost. By the object's version, as the
 * event would have, so that the two start one. Older ones are not brought back, and neither is one that a person has
 * decided against: with a rollback, or a rollout of another model, that began after it was uploaded.
 */
export async function startMissedUpload(ports: AnswerUploadNeeds, config: EndpointConfig): Promise<string | undefined> {
  const { name: endpoint, suffix } = config.settings;
  // Where several keys were stored in the newest second, the event of any of them may have got lost.
  const found: ListedModel[] = [];
  for (const one of await ports.models.listNewestModels(`${MODELS_PREFIX}${endpoint}/`, suffix))
    if (!(await isAnswered(ports, endpoint, one))) found.push(one);
  const newest = found.at(-1);
  if (newest === undefined) return undefined;
  const age = ports.clock.now() - Date.parse(newest.lastModified);
  if (age < PATIENCE_MS || age > MOST_AGE_MS) return undefined;
  const started = await ports.uploads.newestStartedUpload(endpoint);
  const later = started === undefined ? 0 : Date.parse(started.uploadedAt) - Date.parse(newest.lastModified);
  if (later > 0) return undefined;
  if (started !== undefined && later === 0 && started.key !== newest.key)
    return age < SEQUENCER_PATIENCE_MS ? undefined : tellUndecided(ports, endpoint, found, started);
  const executionName = uploadId(ports, endpoint, newest);
  if ((await ports.uploads.readWaitingUpload(endpoint))?.executionName === executionName) return undefined;
  const { key, versionId } = newest;
  const decided = (await ports.records.listRecords(endpoint, NEWEST_RECORDS)).find((record) =>
    isDecision(record, newest),
  );
  if (decided !== undefined) {
    const upload = { ...newest, endpoint, executionName, uploadedAt: newest.lastModified, input: '{}' };
    const why = `its event got lost, and rollout ${decided.id}, which a person started, began since it was uploaded`;
    await answerDisplaced(ports, [upload], why);
    return `upload ${key} (${versionId}) was missed, and is not started: ${why}`;
  }
  const answer = await answerUpload(ports, newest);
  return `upload ${key} (${versionId}) was missed: ${answer}`;
}

/**
 * Of two keys in one second only the lost event would have said which came later: what was started stays, and that is
 * told.
 */
async function tellUndecided(
  ports: AnswerUploadNeeds,
  endpoint: string,
  lost: readonly ListedModel[],
  started: StartedUpload,
): Promise<string> {
  const why =
    `its event got lost, and ${named(started)}, whose rollout was started, was stored within the same second: S3 ` +
    'does not say which of the two is newer. If it is this one, upload it again';
  const uploads = lost.map((one) => {
    const executionName = uploadId(ports, endpoint, one);
    return { ...one, endpoint, executionName, uploadedAt: one.lastModified, input: '{}' };
  });
  await answerDisplaced(ports, uploads, why);
  return `${uploads.map(named).join(', ')}: missed, and not started: ${why}`;
}

/**
 * One that was refused when there was no such endpoint stays refused, and one whose execution could never be started
 * has a record that says so: another execution of its name would find that closed.
 */
const isAnswered = async (ports: AnswerUploadNeeds, endpoint: string, newest: ListedModel): Promise<boolean> => {
  for (const one of [endpoint, NO_ENDPOINT])
    if (await ports.uploads.isAnswered(one, uploadId(ports, one, newest))) return true;
  return (await findRecord(ports, uploadId(ports, endpoint, newest))) !== undefined;
};

/**
 * What was started without a person (an upload, a deploy) decides nothing about a later upload; nor does a dry run or a
 * drill, or what was refused before it touched anything, unless it was this very model.
 */
function isDecision({ startedAt, startedBy, state, outcome }: RolloutRecord, newest: ListedModel): boolean {
  if (Date.parse(startedAt) < Date.parse(newest.lastModified)) return false;
  const byPerson = startedBy.startsWith('person') || state?.plan.action === 'rollback';
  const model = state?.green.model;
  const isThis = model !== undefined && formatModelAddress(model) === formatModelAddress(newest);
  return (
    state?.plan.dryRun !== true && state?.plan.action !== 'drill' && (isThis || (byPerson && outcome !== 'rejected'))
  );
}

/** How many rollouts are looked at for one that was never closed: one read of the list, which says so. */
export const NEWEST_ROLLOUTS = 5;

/** A pass takes less where there is nothing to do. */
const READ_FOR_MS = 2_000;

type Needs = Pick<Adapters, 'clock' | 'liveAlias' | 'records'>;
export type ReadOnce<N extends Needs> = N & { readonly forget: () => void };

/**
 * A pass asks the alias of an endpoint once, and the list of its rollouts: a thousand of them in five minutes are three
 * of the 15 control-plane calls a second that their rollouts share. What is written afterwards names the revision that
 * was read, or fails. What waits for another's write, or closes a rollout, reads anew; after it what was read is to be
 * forgotten.
 */
export function readOnce<N extends Needs>(ports: N): ReadOnce<N> {
  const { clock, liveAlias, records } = ports;
  let alias: { readonly value: AliasState; readonly at: number } | undefined;
  let rollouts: { readonly value: readonly RolloutEntry[]; readonly at: number } | undefined;
  const isFresh = (read: { readonly at: number } | undefined): boolean =>
    read !== undefined && read.at >= clock.now() - READ_FOR_MS;
  const forget = (): void => {
    alias = undefined;
    rollouts = undefined;
  };
  return {
    ...ports,
    forget,
    liveAlias: {
      readLiveAlias: async (functionName) => {
        if (!isFresh(alias)) alias = { at: clock.now(), value: await liveAlias.readLiveAlias(functionName) };
        return alias!.value;
      },
      writeLiveAlias: (...change) => {
        forget();
        return liveAlias.writeLiveAlias(...change);
      },
    },
    records: {
      ...records,
      listRollouts: async (endpoint, limit) => {
        if (!isFresh(rollouts))
          rollouts = { at: clock.now(), value: await records.listRollouts(endpoint, NEWEST_ROLLOUTS) };
        return rollouts!.value.slice(0, limit);
      },
    },
  };
}
