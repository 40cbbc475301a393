import type { EndpointConfig } from '../../contract/endpoint-settings';
import { RolloutBusy } from '../../contract/errors';
import type { ExecutionInput } from '../../contract/execution-input';
import { STOPPED_BY_ROLLBACK } from '../../contract/names';
import { onOneLine } from '../../contract/problems';
import type { Lock, Successor } from '../../adapters/dynamodb/locks';
import type { Adapters } from '../../adapters/adapters';
import { readableRecord } from '../rollout/record-progress';
import { checkTarget, checkTargetModel } from './choose-model';
import { isoTime } from '../../domain/minutes';
import { readNote } from '../rollout/write-alias';

/** Within the handler's 300 s; the workflow tries five times, and the reconciler comes every five minutes. */
export const PATIENCE_MS = 240_000;
export const POLL_MS = 1_000;

/** The rollout before was stopped, or died, and blue is not back yet; the workflow tries again. */
export class LockNotReleased extends Error {
  override readonly name = 'LockNotReleased';
}

type Needs = Pick<Adapters, 'clock' | 'executions' | 'liveAlias' | 'locks' | 'models' | 'records' | 'versions'>;

/**
 * Takes the lock for a rollback, which wins against a rollout: it gets next in line for the lock, stops the execution,
 * and waits until the safety net, or else the reconciler, has put blue back and released the lock to it. So each line
 * of defence does what it does for any execution that was stopped, and no waiting upload comes in between. Done twice
 * it stands in line once.
 */
export async function stopForRollback(
  ports: Needs,
  config: EndpointConfig,
  own: Successor,
  input: ExecutionInput,
): Promise<void> {
  const { clock, executions, locks } = ports;
  const endpoint = config.settings.name;
  const until = clock.now() + PATIENCE_MS;
  let refused = '';
  for (;;) {
    const held = await acquireLock(ports, config, { ...own, action: 'rollback' });
    if (held === 'acquired') return;
    if (clock.now() > until)
      throw new LockNotReleased(
        `endpoint ${endpoint}: rollout ${held.rolloutId} had to give way, but blue has not been put back within ` +
          `${PATIENCE_MS / 1000} s${refused}`,
      );
    if (held.next?.owner !== own.owner) {
      await refuseBesideAnother(ports, held);
      // A rollback that cannot be carried out stops nothing.
      if (input.to !== undefined)
        await checkTargetModel(ports, config, input.to, await checkTarget(ports, config, input.to));
      if (!(await locks.queueForLock(held, own))) continue;
    }
    if ((await executions.executionStatus(held.owner)) === 'RUNNING') {
      const cause = onOneLine(`rollback ${own.rolloutId}${input.reason ? `: ${input.reason}` : ''}`);
      // Where that is refused it ends by itself, as it may not renew its lock any more: at its next look, or with the
      // reconciler where it waits for a person. Either may come too late for this one.
      refused = await executions.stopExecution(held.owner, { error: STOPPED_BY_ROLLBACK, cause }).then(
        () => '',
        (error: unknown) => `; it could not be stopped (${inWords(error)}) and ends by itself: start again then`,
      );
    } else refused = '';
    await clock.sleep(POLL_MS);
  }
}

const inWords = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** The rollback that runs, or stands in line having stopped the rollout already: another one does not stop it. */
export async function rollbackBeside(
  { executions }: Pick<Adapters, 'executions'>,
  held: Lock,
): Promise<Successor | undefined> {
  const other = held.next ?? (held.action === 'rollback' ? held : undefined);
  return other !== undefined && (await executions.executionStatus(other.owner)) === 'RUNNING' ? other : undefined;
}

async function refuseBesideAnother(ports: Needs, held: Lock): Promise<void> {
  const other = await rollbackBeside(ports, held);
  if (other === undefined) return;
  throw new RolloutBusy(
    `endpoint ${held.endpoint}: rollback ${other.rolloutId} is running; wait for it or stop it first`,
  );
}

type LockNeeds = Pick<Adapters, 'clock' | 'executions' | 'liveAlias' | 'locks' | 'records'>;

/**
 * Takes an endpoint's lock, or answers whose it is. A lock that is free because its item was deleted is not free: what
 * the live alias says of the traffic tells whose it was, and that rollout, or what puts blue back after it, gets it
 * back. Taken by another, its green would be the next one's blue, and its own watch could not end any more.
 */
export async function acquireLock(
  ports: LockNeeds,
  { settings, functionName }: EndpointConfig,
  own: Successor & Pick<Lock, 'action'>,
): Promise<'acquired' | Lock> {
  const { clock, locks } = ports;
  const lock: Lock = { endpoint: settings.name, ...own };
  const held = await locks.acquireLock(lock, isoTime(clock.now()));
  if (held !== 'acquired') return held;
  const owner = await unfinishedOwner(ports, lock, functionName);
  if (owner === undefined) return 'acquired';
  await locks.giveLock(owner, lock.owner);
  return owner;
}

/** Where a person has replaced what the alias says, too: the newest rollout whose record gives green traffic. */
const withTraffic = async (records: Adapters['records'], endpoint: string): Promise<string | undefined> =>
  (await records.listRecords(endpoint, NEWEST)).find(
    ({ status, state }) => status === 'running' && state !== undefined && state.phase !== 'before-traffic',
  )?.id;

const NEWEST = 5;

/**
 * The rollout that gave green its traffic, where it runs, or where it has ended and what it did is not put right yet.
 */
async function unfinishedOwner(
  { executions, liveAlias, records }: LockNeeds,
  { endpoint, rolloutId, leaseUntil }: Lock,
  functionName: string,
): Promise<Lock | undefined> {
  const noted = readNote(await liveAlias.readLiveAlias(functionName));
  const id = noted === undefined ? await withTraffic(records, endpoint) : noted.id;
  if (id === undefined || id === rolloutId) return undefined;
  const owner = executions.arnOfExecution(id);
  const status = await executions.executionStatus(owner);
  const record = await readableRecord(records, endpoint, id);
  // One that has closed its record has given the lock back, though its execution may have a state to go.
  const isOpen = record === undefined ? status === 'RUNNING' : record.status === 'running' && status !== 'SUCCEEDED';
  return isOpen ? { endpoint, owner, rolloutId: id, leaseUntil, traffic: 'moved' } : undefined;
}
