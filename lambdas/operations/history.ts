import { chooseEndpoint } from './choose-endpoint';
import { endedView } from './ended-view';
import type { OperationNeeds } from './needs';
import type { EndedView } from '../contract/view';

/** The newest rollouts of an endpoint, newest first; one that runs is among them. @throws UnknownEndpoint */
export async function history(
  ports: Pick<OperationNeeds, 'records' | 'settings'>,
  name: string | undefined,
  limit: number,
): Promise<readonly EndedView[]> {
  const { settings } = await chooseEndpoint(ports, name);
  return (await ports.records.listRecords(settings.name, limit)).map(endedView);
}
