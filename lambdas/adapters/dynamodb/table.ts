import * as z from 'zod';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { ENV, TABLE_KEYS } from '../../contract/names';
import { onOneLine, inOneMessage, problems } from '../../contract/problems';
import { isAwsError } from '../sdk/answers';
import { type AdapterContext, clientConfig, requiredVariable } from '../sdk/context';

export type Attributes = Readonly<Record<string, unknown>>;

/** When a write may happen. Every attribute in it is named `#name` and every value `:name`. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Attributes;
}

export interface Page {
  readonly items: readonly Attributes[];
  /** Where to go on; undefined at the end. */
  readonly next: Attributes | undefined;
}

/**
 * The app's one table: what rollouts write of an endpoint is one partition, every read is consistent. The settings of
 * all endpoints are a partition beside them.
 */
export interface Table {
  getItem(endpoint: string, sort: string): Promise<Attributes | undefined>;
  /** False when the condition did not hold. */
  putItem(endpoint: string, sort: string, attributes: Attributes, condition?: Condition): Promise<boolean>;
  /** Sets attributes of an item that is there. False when the condition did not hold. */
  setItem(
    endpoint: string,
    sort: string,
    attributes: Readonly<Record<string, string>>,
    condition: Condition,
  ): Promise<boolean>;
  /** False when the condition did not hold. */
  removeItem(endpoint: string, sort: string, condition: Condition): Promise<boolean>;
  /** Items whose sort key begins with `prefix`, in descending order. */
  newestItems(endpoint: string, prefix: string, limit: number, after?: Attributes): Promise<Page>;
}

/** Holds when there is no such item yet. */
export const ABSENT: Condition = { expression: 'attribute_not_exists(#pk)', names: { '#pk': TABLE_KEYS.partition } };

/** Holds when there is one. */
export const PRESENT: Condition = { expression: 'attribute_exists(#pk)', names: { '#pk': TABLE_KEYS.partition } };

/** Holds when an item is as it was read: `writes` counts the changes of one that parses. */
export const unchangedSince = (item: Attributes | undefined, parsed: { readonly writes: number } | undefined) =>
  parsed === undefined
    ? asRead(item)
    : { expression: '#writes = :writes', names: { '#writes': 'writes' }, values: { ':writes': parsed.writes } };

export function dynamodbTable(context: AdapterContext): Table {
  const { client, TableName } = tableAccess(context);
  return {
    getItem: async (endpoint, sort) => {
      const command = new GetCommand({ TableName, Key: endpointKey(endpoint, sort), ConsistentRead: true });
      return (await client.send(command)).Item;
    },
    putItem: async (endpoint, sort, attributes, condition) =>
      happened(() =>
        client.send(
          new PutCommand({
            TableName,
            Item: { ...endpointKey(endpoint, sort), ...attributes },
            ...(condition && conditionInput(condition)),
          }),
        ),
      ),
    setItem: async (endpoint, sort, attributes, { expression, names, values }) => {
      const entries = Object.entries(attributes);
      const command = new UpdateCommand({
        TableName,
        Key: endpointKey(endpoint, sort),
        UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: expression,
        ExpressionAttributeNames: { ...names, ...Object.fromEntries(entries.map(([name]) => [`#${name}`, name])) },
        ExpressionAttributeValues: {
          ...values,
          ...Object.fromEntries(entries.map(([name, one]) => [`:${name}`, one])),
        },
      });
      return happened(() => client.send(command));
    },
    removeItem: async (endpoint, sort, condition) =>
      happened(() =>
        client.send(new DeleteCommand({ TableName, Key: endpointKey(endpoint, sort), ...conditionInput(condition) })),
      ),
    newestItems: async (endpoint, prefix, limit, after) => {
      const answer = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
          ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition, '#sk': TABLE_KEYS.sort },
          ExpressionAttributeValues: { ':pk': partitionOf(endpoint), ':prefix': prefix },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      return { items: answer.Items ?? [], next: answer.LastEvaluatedKey };
    },
  };
}

const partitionOf = (endpoint: string): string => `ENDPOINT#${endpoint}`;
/** The key of an item of an endpoint. */
export const endpointKey = (endpoint: string, sort: string) => ({
  [TABLE_KEYS.partition]: partitionOf(endpoint),
  [TABLE_KEYS.sort]: sort,
});

const conditionInput = ({ expression, names, values }: Condition) => ({
  ConditionExpression: expression,
  ...(names && { ExpressionAttributeNames: { ...names } }),
  ...(values && { ExpressionAttributeValues: { ...values } }),
});

/** False when the write's condition did not hold. */
export async function happened(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isAwsError(error, 'ConditionalCheckFailedException')) return false;
    throw error;
  }
}

/** The client and the name of the app's one table. */
export const tableAccess = (
  context: AdapterContext,
): { readonly client: DynamoDBDocumentClient; readonly TableName: string } => ({
  client: context.client('dynamodb', () =>
    DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig), { marshallOptions: { removeUndefinedValues: true } }),
  ),
  TableName: requiredVariable(context, ENV.table),
});

/** An item of the table is not what this app writes: a person edited it, or another version of the app wrote it. */
export class StoredItemInvalid extends Error {
  override readonly name = 'StoredItemInvalid';
}

/** Several writers changed one item so often at once that our change found no gap; trying again later helps. */
export class StoredItemContended extends Error {
  override readonly name = 'StoredItemContended';
}

/** Parses what was read back. Throws `StoredItemInvalid` with the endpoint, the item's sort key and every problem. */
export function parseItem<T extends z.ZodType>(schema: T, item: unknown, endpoint: string, sort: string): z.output<T> {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new StoredItemInvalid(
    onOneLine(`Item ${sort} of endpoint ${endpoint} does not parse: ${inOneMessage(problems(parsed.error, 'item'))}`),
  );
}

/**
 * For what rollouts cannot do without: an item that does not parse is as good as one that was deleted, and its next
 * writer puts it right, on condition that it is `asRead`.
 */
export const parsedItem = <T extends z.ZodType>(schema: T, item: unknown): z.output<T> | undefined =>
  schema.safeParse(item).data;

/** Holds while the item has every attribute that was read; undefined is one that was not there. */
export function asRead(item: Attributes | undefined): Condition {
  if (item === undefined) return ABSENT;
  const entries = Object.entries(item);
  return {
    expression: entries.map((_, index) => `#a${index} = :a${index}`).join(' AND '),
    names: Object.fromEntries(entries.map(([name], index) => [`#a${index}`, name])),
    values: Object.fromEntries(entries.map(([, value], index) => [`:a${index}`, value])),
  };
}

/**
 * Puts an item where the condition holds, or where what is there does not parse. False where neither is so, also where
 * the item has gone meanwhile: its writer looks again, because what it made of it may be wrong.
 */
export async function putOver(
  table: Table,
  { endpoint, sort, schema }: { readonly endpoint: string; readonly sort: string; readonly schema: z.ZodType },
  attributes: Attributes,
  condition: Condition,
): Promise<boolean> {
  if (await table.putItem(endpoint, sort, attributes, condition)) return true;
  const item = await table.getItem(endpoint, sort);
  if (item === undefined || parsedItem(schema, item) !== undefined) return false;
  return table.putItem(endpoint, sort, attributes, asRead(item));
}

/** How often a read-modify-write is tried before it gives up. */
export const WRITE_ATTEMPTS = 5;

/** An item to put, by its keys and attributes together. */
export interface TogetherPut {
  readonly item: Attributes;
  readonly condition?: Condition;
}

const reasons = z.object({ CancellationReasons: z.array(z.object({ Code: z.string().optional() })) });
/** Of two transactions that touch one item at once DynamoDB cancels one; both are over within milliseconds. */
const PAUSE_MS = 50;

/**
 * Puts all of the items, or none. Answers which conditions did not hold, by position: none when it was written.
 * @throws StoredItemContended when others kept writing the same items
 */
export async function writeTogether(context: AdapterContext, puts: readonly TogetherPut[]): Promise<readonly number[]> {
  const { client, TableName } = tableAccess(context);
  const TransactItems: TransactWriteCommandInput['TransactItems'] = puts.map(({ item, condition }) => ({
    Put: {
      TableName,
      Item: { ...item },
      ...(condition && {
        ConditionExpression: condition.expression,
        ...(condition.names && { ExpressionAttributeNames: { ...condition.names } }),
        ...(condition.values && { ExpressionAttributeValues: { ...condition.values } }),
      }),
    },
  }));
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems }));
      return [];
    } catch (error) {
      if (!isAwsError(error, 'TransactionCanceledException')) throw error;
      const codes = reasons.safeParse(error).data?.CancellationReasons.map(({ Code }) => Code ?? 'None') ?? [];
      const failed = codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
      if (failed.length > 0) return failed;
      if (!codes.includes('TransactionConflict')) throw error;
      if (attempt === WRITE_ATTEMPTS)
        throw new StoredItemContended(`${puts.length} items were being written by others, ${WRITE_ATTEMPTS} times.`);
      await context.clock.sleep(attempt * PAUSE_MS);
    }
  }
}
