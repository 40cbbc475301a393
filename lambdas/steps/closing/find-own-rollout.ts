import { rolloutStateSchema } from '../../contract/rollout-state';
import type { RolloutState } from '../../contract/rollout-state';
import type { RolloutRecord } from '../../contract/rollout-record';
import type { Ports } from '../../ports/ports';

export interface OwnRollout {
  readonly state: RolloutState;
  /** The execution still owns the endpoint's lock: it may write the alias. */
  readonly owns: boolean;
  /** Nobody owns it: the lock's item is gone. */
  readonly lost: boolean;
  readonly record?: RolloutRecord;
}

/**
 * The rollout that an execution carries out: from the workflow's state where that is whole, else from its record, which
 * is written before every change of traffic. Of the two, the one that is further on.
 */
export async function findOwnRollout(
  { locks, records, settings }: Pick<Ports, 'locks' | 'records' | 'settings'>,
  executionArn: string,
  id: string,
  raw: unknown,
): Promise<OwnRollout | undefined> {
  const given = rolloutStateSchema.safeParse(raw);
  const endpoints = given.success
    ? [given.data.endpoint]
    : (await settings.readable()).configs.map((config) => config.settings.name);
  for (const endpoint of endpoints) {
    const lock = await locks.read(endpoint);
    const record = await readable(records, endpoint, id);
    const recorded = record?.executionArn === executionArn ? record.state : undefined;
    const state = furtherOn(given.success ? given.data : undefined, recorded);
    if (state === undefined) continue;
    return { state, owns: lock?.owner === executionArn, lost: lock === undefined, ...(record && { record }) };
  }
  return undefined;
}

/**
 * A record that somebody edited, or another version of the app wrote, must not keep blue out of service: without it the
 * workflow's own state is there, or else the lock goes and the reconciler finds the weights that are left.
 */
async function readable(records: Ports['records'], endpoint: string, id: string): Promise<RolloutRecord | undefined> {
  try {
    return await records.read(endpoint, id);
  } catch (error) {
    if (error instanceof Error && error.name === 'StoredItemInvalid') return undefined;
    throw error;
  }
}

const PHASES = ['before-traffic', 'canary', 'promoted'] as const;

function furtherOn(given: RolloutState | undefined, recorded: RolloutState | undefined): RolloutState | undefined {
  if (given === undefined || recorded === undefined) return given ?? recorded;
  const ahead =
    PHASES.indexOf(recorded.phase) > PHASES.indexOf(given.phase) ||
    (given.green.version === undefined && recorded.green.version !== undefined);
  const state = ahead ? { ...given, phase: recorded.phase, green: recorded.green } : given;
  // A step that refuses a model hands nothing on: what it found is in the record alone.
  const { verification = recorded.verification } = state;
  return verification === undefined ? state : { ...state, verification };
}
