import type { Ports } from '../../ports/ports';
import { NO_ENDPOINT } from './end-without-promotion';

/** Whether an execution left a record, under any endpoint or under none. */
export async function hasRecord(
  { records, settings }: Pick<Ports, 'records' | 'settings'>,
  id: string,
): Promise<boolean> {
  const endpoints = (await settings.readable()).configs.map((config) => config.settings.name);
  for (const endpoint of [...endpoints, NO_ENDPOINT]) {
    if ((await records.read(endpoint, id)) !== undefined) return true;
  }
  return false;
}
