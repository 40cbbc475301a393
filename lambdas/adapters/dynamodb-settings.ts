import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type EndpointConfig, endpointSettingsSchema } from '../contract/endpoint-settings';
import { TABLE_KEYS } from '../contract/names';
import { parseEndpointConfig } from '../contract/parse-endpoint-config';
import type { Settings } from '../ports/settings';
import type { AdapterContext } from './context';
import { SETTINGS_PARTITION, settingsKey } from './dynamodb/settings-key';
import type { Attributes } from './dynamodb/table';
import { tableAccess } from './dynamodb/table-access';

const endpointName = endpointSettingsSchema.shape.name;

/** One item per endpoint, written by the deploy; see `dynamodbSettingsStore`. */
export const dynamodbSettings = (context: AdapterContext): Settings => {
  const { client, TableName } = tableAccess(context);
  return {
    // In the order of the sort key, which is the endpoint's name.
    list: async () => {
      const configs: EndpointConfig[] = [];
      let after: Attributes | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#pk = :pk',
            ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition },
            ExpressionAttributeValues: { ':pk': SETTINGS_PARTITION },
            ConsistentRead: true,
            ...(after && { ExclusiveStartKey: after }),
          }),
        );
        configs.push(...(page.Items ?? []).map(configOf));
        after = page.LastEvaluatedKey;
      } while (after);
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
