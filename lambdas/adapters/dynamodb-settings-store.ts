import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SettingsStore } from '../ports/settings-store';
import type { AdapterContext } from './context';
import { settingsKey } from './dynamodb/settings-key';
import { tableAccess } from './dynamodb/table-access';

/** The settings as JSON text: they are JSON in the template too, and an item's own numbers have another range. */
export const dynamodbSettingsStore = (context: AdapterContext): SettingsStore => {
  const { client, TableName } = tableAccess(context);
  return {
    put: async (config) => {
      const Item = { ...settingsKey(config.settings.name), config: JSON.stringify(config) };
      await client.send(new PutCommand({ TableName, Item }));
    },
    remove: async (endpoint) => {
      await client.send(new DeleteCommand({ TableName, Key: settingsKey(endpoint) }));
    },
  };
};
