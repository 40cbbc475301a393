import type { RolloutRecord } from '../../contract/rollout-record';
import type { RolloutPicture } from '../../pages/dashboard/rollout/picture';
import { explainView } from '../explain';
import { status } from '../status';
import type { ActNeeds } from './needs';

/** What `greenlight status` and `explain` say of an endpoint, and the record they say it from. @throws UnknownEndpoint */
export async function readRollout(
  ports: Omit<ActNeeds, 'answers' | 'hash' | 'teardown' | 'versions'>,
  endpoint: string | undefined,
): Promise<RolloutPicture> {
  const view = await status(ports, endpoint);
  const { headline, because, rollout } = await explainView(ports, view);
  const record = rollout === null ? undefined : await ports.records.readRecord(view.endpoint, rollout.id);
  return { view, headline, because, record, links: linksTo(ports, record) };
}

const linksTo = ({ consoleLinks }: Pick<ActNeeds, 'consoleLinks'>, record: RolloutRecord | undefined) => [
  ...(record?.executionArn === undefined
    ? []
    : [{ label: 'The execution', address: consoleLinks.linkToExecution(record.executionArn) }]),
  ...(record?.report === undefined ? [] : [{ label: 'The report', address: consoleLinks.linkToObject(record.report) }]),
];
