import { TABLE_KEYS } from '../../contract/names';

/** The settings of all endpoints are one partition, so that one query lists them. */
export const SETTINGS_PARTITION = 'SETTINGS';

export const settingsKey = (endpoint: string) => ({
  [TABLE_KEYS.partition]: SETTINGS_PARTITION,
  [TABLE_KEYS.sort]: endpoint,
});
