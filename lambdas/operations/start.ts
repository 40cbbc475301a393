import type { Lock } from '../adapters/dynamodb/locks';
import { InvalidInput, RolloutBusy } from '../contract/errors';
import { type ExecutionInput, parseExecutionInput } from '../contract/execution-input';
import { LIVE_MODEL } from '../contract/names';
import { OperationRefused } from '../contract/operation-errors';
import { checkDrill, findEndpoint } from '../steps/validation/find-endpoint';
import { rollbackBeside } from '../steps/validation/stop-for-rollback';
import { runningBeside } from '../steps/validation/take-lock';
import type { OperationNeeds } from './needs';

type Needs = Pick<OperationNeeds, 'clock' | 'executions' | 'hash' | 'locks' | 'records' | 'settings'>;

export interface Started {
  readonly endpoint: string;
  readonly rolloutId: string;
  readonly executionArn: string;
}

/**
 * Starts a rollout or a rollback with what a person asks for: the execution's input, checked here as the first step
 * checks it, so that a mistake is told at once. A rollout beside one that runs is refused; a rollback stops it.
 * @param once what names this start: a second one with the same finds the first; by default each is a start of its own
 * @throws InvalidInput, UnknownEndpoint, RolloutBusy, OperationRefused AlreadyStarted
 */
export async function start(ports: Needs, asked: Readonly<Record<string, unknown>>, once?: string): Promise<Started> {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const input = parseExecutionInput(given);
  const endpoint = await endpointOf(ports, input);
  if (input.action === 'drill') checkDrill(input, await findEndpoint(ports, { ...input, endpoint }));
  const lock = await ports.locks.readLock(endpoint);
  const busy =
    lock && (await (input.action === 'rollback' ? rollbackInWords(ports, lock) : runningBeside(ports, lock)));
  if (busy !== undefined)
    throw new RolloutBusy(`endpoint ${endpoint}: ${busy} is running; wait for it, or abort it first`);
  const text = JSON.stringify({ ...given, endpoint });
  const rolloutId = startedId(ports, endpoint, once ?? `${ports.clock.now()} ${text}`);
  if ((await ports.executions.startExecution(rolloutId, text)) === 'exists' && once !== undefined)
    throw alreadyStarted(endpoint, rolloutId);
  return { endpoint, rolloutId, executionArn: ports.executions.arnOfExecution(rolloutId) };
}

const rollbackInWords = async (ports: Needs, lock: Lock): Promise<string | undefined> => {
  const other = await rollbackBeside(ports, lock);
  return other && `rollback ${other.rolloutId}`;
};

/** Shaped as an upload's name is, by which an execution without a record is told to belong to its endpoint. */
export const startedId = ({ hash }: Pick<Needs, 'hash'>, endpoint: string, once: string): string =>
  `${endpoint}-${hash(once).slice(0, 12)}-1`;

export const alreadyStarted = (endpoint: string, rolloutId: string): OperationRefused =>
  new OperationRefused(
    'AlreadyStarted',
    `endpoint ${endpoint}: this was begun already, as rollout ${rolloutId}; nothing was started again`,
    [{ what: 'See how it goes', command: `greenlight status ${endpoint}` }],
  );

/** The endpoint that is named, and that of the model's key: both say the same. */
async function endpointOf(ports: Needs, input: ExecutionInput): Promise<string> {
  const { name } = (await findEndpoint(ports, input)).settings;
  if (input.model === undefined || input.model === LIVE_MODEL) return name;
  const ofModel = (await findEndpoint(ports, { ...input, endpoint: undefined })).settings.name;
  if (ofModel === name) return name;
  throw new InvalidInput(`model: "${input.model.slice(0, 200)}" is of endpoint ${ofModel}, not of ${name}`);
}
