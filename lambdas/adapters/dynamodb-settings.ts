import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type EndpointConfig, endpointSettingsSchema } from '../contract/endpoint-settings';
import { TABLE_KEYS } from '../contract/names';
import { parseEndpointConfig } from '../contract/parse-endpoint-config';
import type { Settings } from '../ports/settings';
import type { AdapterContext } from './context';
import { SETTINGS_PARTITION, settingsKey } from './dynamodb/settings-key';
import type { Attributes } from './dynamodb/table';
import { tableAccess } from './dynamodb/table-access';
import { pagesOf } from './pages';

/** A page is a megabyte: far more endpoints than an account has functions. */
const MAX_PAGES = 100;

const endpointName = endpointSettingsSchema.shape.name;

/** One item per endpoint, written by the deploy; see `dynamodbSettingsStore`. */
export const dynamodbSettings = (context: AdapterContext): Settings => {
  const { client, TableName } = tableAccess(context);
  // In the order of the sort key, which is the endpoint's name.
  const items = async (): Promise<readonly Attributes[]> => {
    const found: Attributes[] = [];
    const read = async (after?: Attributes) => {
      const command = new QueryCommand({
        TableName,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition },
        ExpressionAttributeValues: { ':pk': SETTINGS_PARTITION },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      });
      const page = await client.send(command);
      return { items: page.Items ?? [], next: page.LastEvaluatedKey };
    };
    for await (const page of pagesOf('The settings of all endpoints', read, MAX_PAGES)) found.push(...page);
    return found;
  };
  const readable: Settings['readable'] = async () => {
    const [configs, unreadable]: [EndpointConfig[], Error[]] = [[], []];
    for (const item of await items()) {
      try {
        configs.push(configOf(item));
      } catch (error) {
        unreadable.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
    return { configs, unreadable };
  };
  return {
    readable,
    list: async () => {
      const { configs, unreadable } = await readable();
      if (unreadable[0] !== undefined) throw unreadable[0];
      return configs;
    },
    find: async (endpoint) => {
      // A key that is empty or too long is an error to DynamoDB; here it is merely the name of no endpoint.
      if (!endpointName.safeParse(endpoint).success) return undefined;
      const command = new GetCommand({ TableName, Key: settingsKey(endpoint), ConsistentRead: true });
      const { Item: item } = await client.send(command);
      return item && configOf(item);
    },
  };
};

/** Anything else is no JSON, and refused as that. */
const textOf = (attribute: unknown): string => (typeof attribute === 'string' ? attribute : '');

const configOf = (item: Attributes): EndpointConfig =>
  parseEndpointConfig(
    textOf(item.config),
    `What is stored as the settings of endpoint ${textOf(item[TABLE_KEYS.sort])}`,
  );
