import type { EndpointConfig } from '../../contract/endpoint-settings';
import { type RolloutState, rolloutStateSchema } from '../../contract/rollout-state';
import type { RolloutRecord } from '../../contract/rollout-record';
import type { Adapters } from '../../adapters/adapters';
import { readableRecord } from '../rollout/record-progress';
import { findAlias, readNote } from '../rollout/write-alias';
import { findLive, servedModel } from '../rollout/model-environment';
import { NO_ENDPOINT } from '../../contract/names';
import { endpointOfExecution } from '../../domain/rollout';

export interface OwnRollout {
  readonly state: RolloutState;
  /** The execution still owns the endpoint's lock: it may write the alias. */
  readonly owns: boolean;
  /** The rollback that stands in line for its lock. */
  readonly next?: string;
  /** The endpoint has no owner: the lock's item is gone. */
  readonly lost: boolean;
  readonly record?: RolloutRecord;
}

type Needs = Pick<Adapters, 'liveAlias' | 'locks' | 'records' | 'settings' | 'versions'>;

/** An execution by its ARN, its name and its start, which are known of one that is gone too. */
export interface OwnExecution {
  readonly id: string;
  readonly name: string;
  readonly startTime: string;
}

/**
 * The rollout that an execution carries out: from the workflow's state where that is whole, else from its record, which
 * is written before every change of traffic, and where that was deleted, from what the alias says of it. Of state
 * and record, the one that is further on.
 */
export async function findOwnRollout(
  ports: Needs,
  execution: OwnExecution,
  raw: unknown,
): Promise<OwnRollout | undefined> {
  const given = rolloutStateSchema.safeParse(raw);
  if (given.success) return byRecord(ports, given.data.endpoint, execution, given.data);
  const named = endpointOfExecution(execution.name);
  const config = named === undefined ? undefined : await readableSettings(ports, named);
  const found =
    (named && (await byRecord(ports, named, execution))) ?? (config && (await byAlias(ports, config, execution)));
  if (found) return found;
  // An execution that a person has named may be of any endpoint: its record is asked for before all aliases are. One of
  // ours, refused before it had a record, is no reason to ask a thousand aliases by calls that the way back to blue
  // needs.
  for (const endpoint of await ports.settings.listNames()) {
    const other = await byRecord(ports, endpoint, execution);
    if (other !== undefined) return other;
  }
  if (named !== undefined) return undefined;
  for (const one of (await ports.settings.readableSettings()).configs) {
    const other = await byAlias(ports, one, execution);
    if (other !== undefined) return other;
  }
  return undefined;
}

/** The record has the settings too: those that were deleted, or cannot be read, keep no blue out of service. */
export async function readableSettings(
  { settings }: Pick<Adapters, 'settings'>,
  endpoint: string,
): Promise<EndpointConfig | undefined> {
  try {
    return await settings.findSettings(endpoint);
  } catch (error) {
    if (error instanceof Error && error.name === 'SettingsInvalid') return undefined;
    throw error;
  }
}

async function byRecord(
  { locks, records }: Needs,
  endpoint: string,
  { id, name }: OwnExecution,
  given?: RolloutState,
): Promise<OwnRollout | undefined> {
  const record = await readableRecord(records, endpoint, name);
  const state = furtherOn(given, record?.executionArn === id ? record.state : undefined);
  if (state === undefined) return undefined;
  const lock = await locks.readLock(endpoint);
  const next = lock?.next && { next: lock.next.rolloutId };
  return { state, owns: lock?.owner === id, lost: lock === undefined, ...next, ...(record && { record }) };
}

async function byAlias(ports: Needs, config: EndpointConfig, execution: OwnExecution): Promise<OwnRollout | undefined> {
  const { locks, records } = ports;
  const endpoint = config.settings.name;
  if ((await readableRecord(records, endpoint, execution.name)) !== undefined) return undefined;
  const state = await fromAlias(ports, config, execution);
  if (state === undefined) return undefined;
  const lock = await locks.readLock(endpoint);
  return { state, owns: lock?.owner === execution.id, lost: lock === undefined };
}

/**
 * What it takes to put blue back, by the alias alone: its last write says whose traffic it is. What the rollout was
 * asked for, and how it went, was in the record.
 */
async function fromAlias(
  ports: Needs,
  config: EndpointConfig,
  { id, name, startTime }: OwnExecution,
): Promise<RolloutState | undefined> {
  const alias = await findAlias(ports, config.functionName);
  const noted = alias && readNote(alias);
  if (alias === undefined || noted === undefined || noted.id !== name) return undefined;
  const served = async (version: string): Promise<RolloutState['blue']> => {
    const facts = await findLive(ports, config.functionName, version);
    const model = facts && servedModel(facts.environment);
    return { version, ...(model && { model }) };
  };
  const { name: endpoint, strategy } = config.settings;
  return {
    ...{ id: name, executionArn: id, startedAt: startTime, endpoint, config },
    plan: { action: 'rollout', strategy, steps: [], reason: '', startedBy: 'unknown', dryRun: false, force: false },
    phase: noted.weight === 100 ? 'promoted' : 'canary',
    blue: await served(noted.blue),
    green: await served(noted.green),
    alias: { revisionId: alias.revisionId },
    ...{ waitSeconds: 1, next: 'continue' },
    weights: [{ at: startTime, weight: noted.weight }],
    timeline: [
      { at: startTime, state: 'RolloutFound', note: 'its record was deleted: found by what the live alias says' },
    ],
  };
}

const PHASES = ['before-traffic', 'canary', 'promoted'] as const;

function furtherOn(given: RolloutState | undefined, recorded: RolloutState | undefined): RolloutState | undefined {
  if (given === undefined || recorded === undefined) return given ?? recorded;
  const ahead =
    PHASES.indexOf(recorded.phase) > PHASES.indexOf(given.phase) ||
    (given.green.version === undefined && recorded.green.version !== undefined);
  const state = ahead ? { ...given, phase: recorded.phase, green: recorded.green } : given;
  // A step that refuses a model hands nothing on: what it found is in the record alone.
  const { verification = recorded.verification, understood = recorded.understood } = state;
  return { ...state, ...(verification && { verification }), ...(understood && { understood }) };
}

/**
 * An execution's record: under its own endpoint, which may have been taken out of the app, under none, or under any
 * other.
 */
export async function findRecord(
  { records, settings }: Pick<Adapters, 'records' | 'settings'>,
  id: string,
): Promise<RolloutRecord | undefined> {
  const among = async (endpoints: readonly string[]): Promise<RolloutRecord | undefined> => {
    for (const endpoint of endpoints) {
      const record = await readableRecord(records, endpoint, id);
      if (record !== undefined) return record;
    }
    return undefined;
  };
  const named = endpointOfExecution(id);
  const likely = await among([...(named === undefined ? [] : [named]), NO_ENDPOINT]);
  return likely ?? among(await settings.listNames());
}
