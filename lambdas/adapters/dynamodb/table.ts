import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE_KEYS } from '../../contract/names';
import { isAwsError } from '../aws-error';
import type { AdapterContext } from '../context';
import { tableAccess } from './table-access';

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
  readonly next?: Attributes;
}

/**
 * The app's one table: what rollouts write of an endpoint is one partition, every read is consistent. The settings of
 * all endpoints are a partition beside them.
 */
export interface Table {
  get(endpoint: string, sort: string): Promise<Attributes | undefined>;
  /** False when the condition did not hold. */
  put(endpoint: string, sort: string, attributes: Attributes, condition?: Condition): Promise<boolean>;
  /** Sets attributes of an item that is there. False when the condition did not hold. */
  set(
    endpoint: string,
    sort: string,
    attributes: Readonly<Record<string, string>>,
    condition: Condition,
  ): Promise<boolean>;
  /** False when the condition did not hold. */
  remove(endpoint: string, sort: string, condition: Condition): Promise<boolean>;
  /** Items whose sort key begins with `prefix`, in descending order. */
  newest(endpoint: string, prefix: string, limit: number, after?: Attributes): Promise<Page>;
}

/** Holds when there is no such item yet. */
export const ABSENT: Condition = { expression: 'attribute_not_exists(#pk)', names: { '#pk': TABLE_KEYS.partition } };

/** Holds when there is one. */
export const PRESENT: Condition = { expression: 'attribute_exists(#pk)', names: { '#pk': TABLE_KEYS.partition } };

export function dynamodbTable(context: AdapterContext): Table {
  const { client, TableName } = tableAccess(context);
  return {
    get: async (endpoint, sort) => {
      const command = new GetCommand({ TableName, Key: endpointKey(endpoint, sort), ConsistentRead: true });
      return (await client.send(command)).Item;
    },
    put: async (endpoint, sort, attributes, condition) =>
      happened(() =>
        client.send(
          new PutCommand({
            TableName,
            Item: { ...endpointKey(endpoint, sort), ...attributes },
            ...(condition && conditionInput(condition)),
          }),
        ),
      ),
    set: async (endpoint, sort, attributes, { expression, names, values }) => {
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
    remove: async (endpoint, sort, condition) =>
      happened(() =>
        client.send(new DeleteCommand({ TableName, Key: endpointKey(endpoint, sort), ...conditionInput(condition) })),
      ),
    newest: async (endpoint, prefix, limit, after) => {
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
      return { items: answer.Items ?? [], ...(answer.LastEvaluatedKey && { next: answer.LastEvaluatedKey }) };
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

async function happened(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isAwsError(error, 'ConditionalCheckFailedException')) return false;
    throw error;
  }
}
