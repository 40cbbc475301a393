import type { EndpointConfig } from '../../contract/endpoint-settings';
import { isoTime } from '../../domain/minutes';
import type { Lock, Successor } from '../../adapters/dynamodb/locks';
import type { Adapters } from '../../adapters/adapters';
import { readNote } from '../rollout/alias-note';

type Needs = Pick<Adapters, 'clock' | 'executions' | 'liveAlias' | 'locks' | 'records'>;

/**
 * Takes an endpoint's lock, or answers whose it is. A lock that is free because its item was deleted is not free: what
 * the live alias says of the traffic tells whose it was, and that rollout, or what puts blue back after it, gets it back.
 * Taken by another, its green would be the next one's blue, and its own watch could not end any more.
 */
export async function acquireLock(
  ports: Needs,
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

/** The rollout that gave green its traffic, where it runs, or where it has ended and what it did is not put right yet. */
async function unfinishedOwner(
  { executions, liveAlias, records }: Needs,
  { endpoint, rolloutId, leaseUntil }: Lock,
  functionName: string,
): Promise<Lock | undefined> {
  const noted = readNote(await liveAlias.readLiveAlias(functionName));
  if (noted === undefined || noted.id === rolloutId) return undefined;
  const owner = executions.arnOfExecution(noted.id);
  const status = await executions.executionStatus(owner);
  const record = await records.readRecord(endpoint, noted.id);
  // One that has closed its record has given the lock back, though its execution may have a state to go.
  const isOpen = record === undefined ? status === 'RUNNING' : record.status === 'running' && status !== 'SUCCEEDED';
  return isOpen ? { endpoint, owner, rolloutId: noted.id, leaseUntil, traffic: 'moved' } : undefined;
}
