import { OperationRefused } from '../contract/operation-errors';
import { REPORT_DOCUMENT, ROLLOUTS_PREFIX } from '../contract/names';
import { type OperationNeeds } from './needs';
import type { RolloutRecord } from '../contract/rollout-record';
import { listedView } from './rollout-view';
import type { EndedView } from '../contract/view';
import { chooseEndpoint } from '../steps/validation/find-endpoint';

/** Far above what a page has: a long rollout's has some 200 KB. */
const MAX_BYTES = 20 * 1024 * 1024;

export interface Report {
  readonly endpoint: string;
  readonly rolloutId: string;
  /** s3:// address. */
  readonly address: string;
  readonly html: string;
}

/** The page of a rollout that has ended. @throws UnknownEndpoint, OperationRefused RolloutUnknown, ReportMissing */
export async function report(
  ports: Pick<OperationNeeds, 'models' | 'records' | 'settings'>,
  name: string | undefined,
  rolloutId: string | undefined,
): Promise<Report> {
  const { endpoint, id, status } = await findRecord(ports, name, rolloutId);
  const key = `${ROLLOUTS_PREFIX}${endpoint}/${id}/${REPORT_DOCUMENT}`;
  const found = await ports.models.readBytes(key, MAX_BYTES);
  const missing = (why: string, what: string, command: string) =>
    new OperationRefused('ReportMissing', `endpoint ${endpoint}, rollout ${id}: ${why}`, [{ what, command }]);
  if (typeof found === 'object')
    return {
      endpoint,
      rolloutId: id,
      address: `s3://${ports.models.bucket}/${key}`,
      html: Buffer.from(found.bytes).toString('utf8'),
    };
  if (status === 'running')
    throw missing('it runs; the report is written at its end', 'Follow it', `greenlight status ${endpoint} --watch`);
  throw missing(
    found === 'missing' ? `there is no ${key} in the bucket` : `${key} is larger than ${MAX_BYTES} bytes`,
    'Read the record instead',
    `greenlight explain ${endpoint} --rollout ${id}`,
  );
}

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

/** The newest rollouts of an endpoint, newest first; one that runs is among them. @throws UnknownEndpoint */
export async function history(
  ports: Pick<OperationNeeds, 'records' | 'settings'>,
  name: string | undefined,
  limit: number,
): Promise<readonly EndedView[]> {
  const { settings } = await chooseEndpoint(ports, name);
  return (await ports.records.listRollouts(settings.name, limit)).map(listedView);
}
