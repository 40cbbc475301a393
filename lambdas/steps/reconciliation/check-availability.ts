import type { EndpointConfig } from '../../contract/endpoint-settings';
import { isRolloutError } from '../../contract/errors';
import type { UnavailableReason } from '../../contract/transition-event';
import { adviceOnUnreadable, unreadableInWords } from '../../contract/unreadable';
import { formatModelAddress } from '../../domain/rollout';
import { rollbackTargets } from '../../domain/rollback';
import type { Adapters } from '../../adapters/adapters';
import { versionAvailable, versionUnavailable } from '../announcements/other-transitions';
import { servedModel } from '../rollout/model-environment';
import { isUsableState } from '../validation/check-target';

export type AvailabilityNeeds = Pick<
  Adapters,
  'announcements' | 'availability' | 'clock' | 'liveAlias' | 'liveModels' | 'models' | 'versions'
>;

/** What a version is needed for. */
export type NeededFor = 'live' | 'rollback-target';

export interface CheckedAvailability {
  readonly version: string;
  readonly neededFor: NeededFor;
  /** `s3://` address of its model, where that is known. */
  readonly model?: string;
  readonly problem?: { readonly reason: UnavailableReason; readonly cause: string; readonly toDo: string };
}

/**
 * Whether users could be served by a new environment, and whether there is a way back: the live version and the one before
 * it exist, can be called, and their models can be read. A running environment has its model in memory, so that nothing
 * else notices before it is too late. Tells each change once, and puts the metric as long as something is wrong.
 * Two GetFunction and two reads of one byte.
 */
export async function checkAvailability(ports: AvailabilityNeeds, config: EndpointConfig): Promise<string | undefined> {
  const endpoint = config.settings.name;
  const checked = await checkNeeded(ports, config);
  const found = checked.flatMap(({ version, problem }) => (problem ? [{ version, reason: problem.reason }] : []));
  const { unavailable: told, episode } = await ports.availability.readTold(endpoint);
  const isTold = (version: string, reason?: UnavailableReason) =>
    told.some((one) => one.version === version && (reason === undefined || one.reason === reason));
  for (const one of checked) {
    const event =
      one.problem === undefined
        ? isTold(one.version) && versionAvailable(ports.clock, endpoint, one, episode)
        : !isTold(one.version, one.problem.reason) &&
          versionUnavailable(ports.clock, endpoint, one, one.problem, episode);
    if (event) await ports.announcements.announceOnce(event);
  }
  const changed = found.length !== told.length || found.some(({ version, reason }) => !isTold(version, reason));
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
