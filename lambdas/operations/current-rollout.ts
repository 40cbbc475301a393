import { OperationRefused } from '../contract/operation-errors';
import type { RolloutRecord } from '../contract/rollout-record';
import type { ExecutionStatus } from '../adapters/executions';
import type { Lock } from '../adapters/dynamodb/locks';
import type { OperationNeeds } from './needs';

/** The rollout that holds an endpoint's lock. */
export interface CurrentRollout {
  readonly lock: Lock;
  /** Undefined when there is no such execution, or not yet. */
  readonly execution: ExecutionStatus | undefined;
  /** Undefined until it has written one. */
  readonly record: RolloutRecord | undefined;
}

type Needs = Pick<OperationNeeds, 'executions' | 'locks' | 'records'>;

/** What runs at an endpoint; undefined when it is at rest. */
export async function currentRollout(
  { executions, locks, records }: Needs,
  endpoint: string,
): Promise<CurrentRollout | undefined> {
  const lock = await locks.readLock(endpoint);
  if (lock === undefined) return undefined;
  const execution = await executions.executionStatus(lock.owner);
  return { lock, execution, record: await records.readRecord(endpoint, lock.rolloutId) };
}

/**
 * The rollout that runs.
 * @param meant its id, where the caller expects that one and no other
 * @throws OperationRefused NothingRuns, RolloutEnded, StateChanged when another one runs than the caller expects
 */
export async function runningRollout(ports: Needs, endpoint: string, meant?: string): Promise<CurrentRollout> {
  const current = await currentRollout(ports, endpoint);
  if (current === undefined)
    throw new OperationRefused('NothingRuns', `endpoint ${endpoint}: no rollout runs`, [
      { what: 'See how the last one ended', command: `greenlight explain ${endpoint}` },
    ]);
  const { lock, execution } = current;
  if (meant !== undefined && meant !== lock.rolloutId)
    throw new OperationRefused(
      'StateChanged',
      `endpoint ${endpoint}: expected rollout ${meant}, but ${lock.rolloutId} is running`,
      [{ what: 'See what runs', command: `greenlight status ${endpoint}` }],
    );
  if (execution !== undefined && execution !== 'RUNNING')
    throw new OperationRefused(
      'RolloutEnded',
      `endpoint ${endpoint}: the execution of rollout ${lock.rolloutId} has ended (${execution}); it is being ` +
        'closed, and blue put back where that is needed',
      [{ what: 'Look again in a minute', command: `greenlight status ${endpoint}` }],
    );
  return current;
}
