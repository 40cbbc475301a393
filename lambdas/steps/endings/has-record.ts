import { NO_ENDPOINT } from '../../contract/names';
import { endpointOfExecution } from '../../domain/execution-name';
import type { Adapters } from '../../adapters/adapters';

/** Whether an execution left a record: under its own endpoint, which may have been taken out of the app, under any other, or under none. */
export async function hasRecord(
  { records, settings }: Pick<Adapters, 'records' | 'settings'>,
  id: string,
): Promise<boolean> {
  const endpoints = (await settings.readableSettings()).configs.map((config) => config.settings.name);
  const named = endpointOfExecution(id);
  for (const endpoint of new Set([...(named === undefined ? [] : [named]), ...endpoints, NO_ENDPOINT])) {
    if ((await records.readRecord(endpoint, id)) !== undefined) return true;
  }
  return false;
}
