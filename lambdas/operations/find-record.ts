import { OperationRefused } from '../contract/operation-errors';
import type { RolloutRecord } from '../contract/rollout-record';
import { chooseEndpoint } from './choose-endpoint';
import type { OperationNeeds } from './needs';

/** The rollout with that id, or the newest. @throws UnknownEndpoint, OperationRefused RolloutUnknown */
export async function findRecord(
  ports: Pick<OperationNeeds, 'records' | 'settings'>,
  name: string | undefined,
  rolloutId: string | undefined,
): Promise<RolloutRecord> {
  const endpoint = (await chooseEndpoint(ports, name)).settings.name;
  const record =
    rolloutId === undefined
      ? (await ports.records.listRecords(endpoint, 1))[0]
      : await ports.records.readRecord(endpoint, rolloutId);
  if (record !== undefined) return record;
  throw new OperationRefused(
    'RolloutUnknown',
    `endpoint ${endpoint}: there is no rollout${rolloutId === undefined ? ' yet' : ` ${rolloutId}`}`,
    [{ what: 'See what has run', command: `greenlight history ${endpoint}` }],
  );
}
