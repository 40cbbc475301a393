import { type EndpointSettingsInput, endpointConfigSchema } from '../../lambdas/contract/endpoint-settings';
import { DynamoDbService } from '../../simulator/services/dynamodb-service';
import { testWorld } from '../simulator/services/test-world';
import { type Intercept, standIn } from '../adapters/stand-ins';

/** The settings of `digits` as a deploy stores them. */
export const storedSettings = (settings: Partial<EndpointSettingsInput> = {}): string =>
  JSON.stringify(
    endpointConfigSchema.parse({ settings: { name: 'digits', ...settings }, functionName: 'digits-fn', builtIn: true }),
  );

export const SETTINGS_ITEM = { pk: 'SETTINGS', sk: 'digits', config: storedSettings() };

/** The app's table with some items in it, without a look at whether the app would write such ones. */
export function table(...items: readonly Readonly<Record<string, unknown>>[]) {
  return tableBehind(undefined, ...items);
}

export function tableBehind(intercept: Intercept | undefined, ...items: readonly Readonly<Record<string, unknown>>[]) {
  const service = new DynamoDbService(testWorld(), { removeUndefinedValues: true });
  service.createTable('table', { partitionKey: 'pk', sortKey: 'sk' });
  for (const Item of items) void service.call('Put', { TableName: 'table', Item }, { kind: 'user' });
  const { client, sent } = standIn(service, intercept);
  return { client, sent, items: () => service.items('table') };
}
