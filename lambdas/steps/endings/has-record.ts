import { NO_ENDPOINT } from '../../contract/names';
import type { Adapters } from '../../adapters/adapters';

/** Whether an execution left a record, under any endpoint or under none. */
export async function hasRecord(
  { records, settings }: Pick<Adapters, 'records' | 'settings'>,
  id: string,
): Promise<boolean> {
  const endpoints = (await settings.readableSettings()).configs.map((config) => config.settings.name);
  for (const endpoint of [...endpoints, NO_ENDPOINT]) {
    if ((await records.readRecord(endpoint, id)) !== undefined) return true;
  }
  return false;
}
