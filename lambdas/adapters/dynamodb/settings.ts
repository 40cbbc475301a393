import * as z from 'zod';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type EndpointConfig, endpointSettingsSchema, endpointConfigSchema } from '../../contract/endpoint-settings';
import { TABLE_KEYS } from '../../contract/names';
import { fromJson, pagesOf } from '../sdk/answers';
import type { AdapterContext } from '../sdk/context';
import { type Attributes, endpointKey, happened, tableAccess } from './table';
import { SettingsInvalid } from '../../contract/errors';
import { inOneMessage, problems } from '../../contract/problems';

/** The endpoints of this app and their settings. */
export interface Settings {
  /** All of them, or an error when one cannot be read. */
  listSettings(): Promise<readonly EndpointConfig[]>;
  /** Those that can be read, for callers that must serve them in spite of an unreadable one, and what cannot be. */
  readableSettings(): Promise<{ readonly configs: readonly EndpointConfig[]; readonly unreadable: readonly Error[] }>;
  findSettings(endpoint: string): Promise<EndpointConfig | undefined>;
  /** Of every endpoint, also of one whose settings cannot be read. */
  listNames(): Promise<readonly string[]>;
}

/** A page is a megabyte: far more endpoints than an account has functions. */
const MAX_PAGES = 100;

const requestsSchema = z.array(z.string().min(1)).catch([]);
const endpointName = endpointSettingsSchema.shape.name;

/**
 * One item per endpoint, written by the deploy; see `dynamodbSettingsStore`. Where a person has deleted it, or made it
 * unreadable, its copy counts.
 */
export const dynamodbSettings = (context: AdapterContext): Settings => {
  const { client, TableName } = tableAccess(context);
  const itemsOf = async (partition: SettingsPartition): Promise<ReadonlyMap<string, Attributes>> => {
    const found = new Map<string, Attributes>();
    const read = async (after?: Attributes) => {
      const command = new QueryCommand({
        TableName,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition },
        ExpressionAttributeValues: { ':pk': partition },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      });
      const page = await client.send(command);
      return { items: page.Items ?? [], next: page.LastEvaluatedKey };
    };
    for await (const page of pagesOf('The settings of all endpoints', read, MAX_PAGES))
      for (const item of page) found.set(textOf(item[TABLE_KEYS.sort]), item);
    return found;
  };
  const all = async () => {
    const [items, copies] = [await itemsOf('SETTINGS'), await itemsOf('SETTINGS_COPY')];
    const names = [...new Set([...items.keys(), ...copies.keys()])].sort();
    return names.map((name) => ({ name, item: items.get(name), copy: copies.get(name) }));
  };
  const getItem = async (endpoint: string, partition?: SettingsPartition) => {
    const command = new GetCommand({ TableName, Key: settingsKey(endpoint, partition), ConsistentRead: true });
    return (await client.send(command)).Item;
  };
  const read = async () =>
    (await all()).map(({ item, copy }) => {
      const [stored, kept] = [readOf(item), readOf(copy)];
      return { config: stored.config ?? kept.config, error: stored.error ?? kept.error };
    });
  return {
    listNames: async () => (await all()).map(({ name }) => name),
    readableSettings: async () => {
      const found = await read();
      return {
        configs: found.flatMap(({ config }) => config ?? []),
        unreadable: found.flatMap(({ error }) => error ?? []),
      };
    },
    listSettings: async () =>
      (await read()).flatMap(({ config, error }) => {
        if (config === undefined && error !== undefined) throw error;
        return config ?? [];
      }),
    findSettings: async (endpoint) => {
      // A key that is empty or too long is an error to DynamoDB; here it is merely the name of no endpoint.
      if (!endpointName.safeParse(endpoint).success) return undefined;
      const { config, error } = readOf(await getItem(endpoint));
      const found = config ?? readOf(await getItem(endpoint, 'SETTINGS_COPY')).config;
      if (found === undefined && error !== undefined) throw error;
      return found;
    },
  };
};

const readOf = (
  item: Attributes | undefined,
): { readonly config?: EndpointConfig | undefined; readonly error?: Error } => {
  try {
    return { config: item && configOf(item) };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
};

/** Anything else is no JSON, and refused as that. */
const textOf = (attribute: unknown): string => (typeof attribute === 'string' ? attribute : '');

const configOf = (item: Attributes): EndpointConfig =>
  parseEndpointConfig(
    textOf(item.config),
    `What is stored as the settings of endpoint ${textOf(item[TABLE_KEYS.sort])}`,
  );

/** Those of CloudFormation that have stored or removed settings of an endpoint. */
export interface StoredRequests {
  /** The newest ones, oldest first. None where a person has made them unreadable. */
  readonly requests: readonly string[];
  /** What they were read from; undefined: nothing. */
  readonly asRead: unknown;
}

/** Where the deploy leaves the settings that `Settings` reads. Only the live alias' custom resource writes. */
export interface SettingsStore {
  readRequests(endpoint: string): Promise<StoredRequests>;
  /**
   * Replaces what is stored under the endpoint's name. False where another request than these has meanwhile.
   *
   * @param requests with this one, which is the last
   * @param asRead of what `readRequests` answered
   */
  storeSettings(config: EndpointConfig, requests: readonly string[], asRead?: unknown): Promise<boolean>;
  /** False where another request than these has stored some meanwhile. Which removed them is kept for a day. */
  removeSettings(endpoint: string, requests: readonly string[], asRead?: unknown): Promise<boolean>;
}

const REMOVED = 'REMOVED';
/** Lambda hands a request over again within a quarter of an hour. */
const KEPT_SECONDS = 24 * 3600;

/** The settings as JSON text: they are JSON in the template too, and an item's own numbers have another range. */
export const dynamodbSettingsStore = (context: AdapterContext): SettingsStore => {
  const { client, TableName } = tableAccess(context);
  return {
    readRequests: async (endpoint) => {
      const read = (Key: Attributes) => client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      const { Item: item } = await read(settingsKey(endpoint));
      const { Item: removed } = item === undefined ? await read(endpointKey(endpoint, REMOVED)) : {};
      const requests = requestsSchema.parse(fromJson(textOf((item ?? removed)?.requests)));
      return { requests, asRead: item?.requests as unknown };
    },
    storeSettings: async (config, requests, asRead) => {
      const { name } = config.settings;
      const Item = { ...settingsKey(name), config: JSON.stringify(config), requests: JSON.stringify(requests) };
      const values = { ':now': Item.requests, ...(asRead !== undefined && { ':before': asRead }) };
      const unchanged = asRead === undefined ? 'attribute_not_exists(#requests)' : '#requests = :before';
      const stored = await happened(() =>
        client.send(
          new PutCommand({
            ...{ TableName, Item },
            ConditionExpression: `#requests = :now OR ${unchanged}`,
            ExpressionAttributeNames: { '#requests': 'requests' },
            ExpressionAttributeValues: values,
          }),
        ),
      );
      const copy = { ...settingsKey(name, 'SETTINGS_COPY'), config: Item.config };
      if (stored) await client.send(new PutCommand({ TableName, Item: copy }));
      return stored;
    },
    removeSettings: async (endpoint, requests, asRead) => {
      const expiresAt = Math.round(context.clock.now() / 1000) + KEPT_SECONDS;
      const Item = { ...endpointKey(endpoint, REMOVED), requests: JSON.stringify(requests), expiresAt };
      await client.send(new PutCommand({ TableName, Item }));
      const unchanged = asRead === undefined ? '' : ' OR #requests = :before';
      const removed = await happened(() =>
        client.send(
          new DeleteCommand({
            ...{ TableName, Key: settingsKey(endpoint) },
            ConditionExpression: `attribute_not_exists(#requests)${unchanged}`,
            ExpressionAttributeNames: { '#requests': 'requests' },
            ...(asRead !== undefined && { ExpressionAttributeValues: { ':before': asRead } }),
          }),
        ),
      );
      const Key = settingsKey(endpoint, 'SETTINGS_COPY');
      if (removed) await client.send(new DeleteCommand({ TableName, Key }));
      return removed;
    },
  };
};

/** The settings of all endpoints are one partition, so that one query lists them; their copies are another. */
type SettingsPartition = 'SETTINGS' | 'SETTINGS_COPY';

export const settingsKey = (endpoint: string, partition: SettingsPartition = 'SETTINGS') => ({
  [TABLE_KEYS.partition]: partition,
  [TABLE_KEYS.sort]: endpoint,
});

/** From the JSON text that a deploy writes. `subject` says in the error what was read. Throws `SettingsInvalid`. */
export function parseEndpointConfig(text: string, subject: string): EndpointConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SettingsInvalid(`${subject} is not JSON.`);
  }
  const parsed = endpointConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SettingsInvalid(`${subject} does not parse: ${inOneMessage(problems(parsed.error))}`);
}
