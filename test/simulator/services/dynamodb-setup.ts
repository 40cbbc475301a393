import { DynamoDbService } from '../../../simulator/services/dynamodb-service';
import { client, testWorld } from './test-world';

/** The table of the tests. */
export const T = { TableName: 'rollouts' };
export const LOCK = { pk: 'digits', sk: 'lock' };

/** An empty table with a partition key, a sort key and an index. */
export function setup() {
  const dynamodb = new DynamoDbService(testWorld());
  dynamodb.createTable('rollouts', {
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: { byOwner: { partitionKey: 'ownerArn', sortKey: 'sk' } },
  });
  const call = client(dynamodb);
  const put = (Item: object, more: object = {}) => call('Put', { ...T, Item, ...more });
  const get = async () => (await call<{ Item?: unknown }>('Get', { ...T, Key: LOCK })).Item;
  const update = (UpdateExpression: string, more: object = {}) =>
    call<{ Attributes?: unknown }>('Update', { ...T, Key: LOCK, UpdateExpression, ...more });
  return { dynamodb, call, put, get, update };
}

/** How a condition fails. */
export const failed = { name: 'ConditionalCheckFailedException' };
/** How a request is refused that makes no sense. */
export const refused = { name: 'ValidationException' };
