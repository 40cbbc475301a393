import { OperationRefused } from '../contract/operation-errors';
import { takenBackInWords } from '../domain/rollback';
import { checkTarget } from '../steps/validation/choose-model';
import type { Actor, OperationNeeds } from './needs';
import { alreadyStarted, start, startedId, type Started } from './start';
import { chooseEndpoint } from '../steps/validation/find-endpoint';

type Needs = Pick<
  OperationNeeds,
  'clock' | 'executions' | 'hash' | 'liveAlias' | 'liveModels' | 'locks' | 'records' | 'settings' | 'versions'
>;

/** What a person saw of an endpoint when they asked to go back: no more than decides where that leads. */
export interface SeenBefore {
  /** The version that was live. */
  readonly live: string;
  /** The rollout that ran; null when none did. */
  readonly rollout: string | null;
  /** The rollout that had ended last; null when none had. */
  readonly last: string | null;
}

export interface RollbackRequest extends Actor {
  /**
   * Version number. @default the newest earlier version that was not taken back, or blue of the rollout that this one
   * stops
   */
  readonly to?: string;
  /** Although its inputs or outputs differ from the live model's, or it answers nothing. */
  readonly force: boolean;
  /** Refuse when it is no longer so, and begin one rollback from it at most. @default whatever is so now */
  readonly seen?: SeenBefore;
}

/**
 * Starts a rollback, which stops a rollout that runs and needs no approval. A target that cannot be used is refused
 * before anything is stopped.
 * @throws InvalidInput, UnknownEndpoint, RollbackTargetUnavailable, RolloutBusy beside another rollback,
 *   OperationRefused StateChanged, AlreadyStarted
 */
export async function rollback(
  ports: Needs,
  name: string | undefined,
  request: RollbackRequest,
): Promise<Started & { readonly warning: string | null }> {
  const config = await chooseEndpoint(ports, name);
  const endpoint = config.settings.name;
  const { to, by, reason, force, seen } = request;
  const once = seen && `rollback ${JSON.stringify([seen.live, seen.rollout, seen.last])}`;
  if (seen !== undefined && once !== undefined) {
    // First, because what it began has changed the state already.
    const rolloutId = startedId(ports, endpoint, once);
    if ((await ports.executions.executionStatus(ports.executions.arnOfExecution(rolloutId))) !== undefined)
      throw alreadyStarted(endpoint, rolloutId);
    await checkUnchanged(ports, endpoint, config.functionName, seen);
  }
  const asked = { endpoint, action: 'rollback', by, reason, ...(to !== undefined && { to }), ...(force && { force }) };
  if (to !== undefined && /^[1-9][0-9]{0,8}$/.test(to)) await checkTarget(ports, config, to);
  const taken =
    to === undefined
      ? undefined
      : (await ports.liveModels.listTakenBack(endpoint)).find(({ version }) => version === to);
  const warning = taken ? `${takenBackInWords(taken)}; it is put back because its number was named` : null;
  return { ...(await start(ports, asked, once)), warning };
}

/** @throws OperationRefused StateChanged */
async function checkUnchanged(ports: Needs, endpoint: string, functionName: string, seen: SeenBefore): Promise<void> {
  const [{ version }, lock, newest] = await Promise.all([
    ports.liveAlias.readLiveAlias(functionName),
    ports.locks.readLock(endpoint),
    ports.records.listRecords(endpoint, 2),
  ]);
  const rollout = lock?.rolloutId ?? null;
  const last = newest.find(({ id }) => id !== rollout)?.id ?? null;
  const changes = [
    ...(version === seen.live ? [] : [`version ${version} is live, and it was ${seen.live}`]),
    ...(rollout === seen.rollout ? [] : [`${ran(rollout)} now, and it was ${ran(seen.rollout)}`]),
    ...(last === seen.last || rollout !== seen.rollout ? [] : [`rollout ${last} has ended meanwhile`]),
  ];
  if (changes.length === 0) return;
  throw new OperationRefused('StateChanged', `endpoint ${endpoint}: ${changes.join('; ')}`, [
    { what: 'See what is in service', command: `greenlight status ${endpoint}` },
  ]);
}

const ran = (rollout: string | null): string => (rollout === null ? 'no rollout runs' : `rollout ${rollout} runs`);
