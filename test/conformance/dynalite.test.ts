import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import fc from 'fast-check';
import type { AddressInfo } from 'node:net';
import type { Aws } from './aws';
import { embeddedAws } from './embedded/embedded-aws';
import { TOPICS } from './topics';

/**
 * dynalite is another's stand-in for DynamoDB, written against the service. It has our expectations of DynamoDB to
 * meet, and then answers the same calls as ours: where the two differ, one of them is wrong.
 */
const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
let client: DynamoDBDocumentClient;
let tables = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'dynalite', secretAccessKey: 'dynalite' };
  client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: 'local', credentials, maxAttempts: 1 }));
});
afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function createTable(): Promise<string> {
  const TableName = `table-${++tables}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
  // A moment later, by a timer of its own.
  const status = async () => (await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus;
  while ((await status()) !== 'ACTIVE');
  return TableName;
}

const COMMANDS = ['Get', 'Put', 'Update', 'Delete', 'Query', 'Scan'];
/** It knows no transactions. */
const OF_TABLES = TOPICS.map(({ title, expectations }) => ({
  title,
  expectations: expectations.filter(({ covers }) => covers.every((command) => COMMANDS.includes(command))),
})).filter(({ expectations }) => expectations.length > 0);

describe.each(OF_TABLES)('dynalite: $title', ({ expectations }) => {
  it.each(expectations)('$name', ({ check }) => check({ dynamodb: client, createTable } as unknown as Aws));
});

type Input = Readonly<Record<string, unknown>>;
const Key = fc.record({ pk: fc.constantFrom('a', 'b'), sk: fc.constantFrom('1', '2', '10', 'ä') });
const ordered = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom('', 'x', 'y'));
const value = fc.oneof(ordered, fc.boolean(), fc.constant(null));
const condition: fc.Arbitrary<Input> = fc.oneof(
  fc.constant({}),
  fc.constantFrom('attribute_exists(v)', 'attribute_not_exists(v)', 'attribute_not_exists(pk)').map((expression) => ({
    ConditionExpression: expression,
  })),
  // What has no order it orders all the same, where AWS refuses the call: we ask neither.
  fc
    .oneof(fc.tuple(fc.constantFrom('<', '>='), ordered), fc.tuple(fc.constantFrom('=', '<>'), value))
    .map(([operator, wanted]) => ({
      ConditionExpression: `v ${operator} :wanted`,
      ExpressionAttributeValues: { ':wanted': wanted },
    })),
);

const CALLS = { Get: GetCommand, Put: PutCommand, Update: UpdateCommand, Delete: DeleteCommand, Query: QueryCommand };
type Call = readonly [keyof typeof CALLS, Input];
const call: fc.Arbitrary<Call> = fc.oneof(
  fc
    .tuple(Key, value, condition)
    .map(([key, v, when]): Call => ['Put', { Item: { ...key, v }, ReturnValues: 'ALL_OLD', ...when }]),
  fc.tuple(Key, value, condition).map(([key, w, when]): Call => [
    'Update',
    {
      ...when,
      Key: key,
      UpdateExpression: 'SET w = :w',
      ReturnValues: 'ALL_NEW',
      ExpressionAttributeValues: { ':w': w, ...(when['ExpressionAttributeValues'] as object | undefined) },
    },
  ]),
  fc.tuple(Key, condition).map(([key, when]): Call => ['Delete', { Key: key, ReturnValues: 'ALL_OLD', ...when }]),
  Key.map((key): Call => ['Get', { Key: key, ConsistentRead: true }]),
  fc
    .tuple(fc.constantFrom('a', 'b'), fc.boolean(), fc.integer({ min: 1, max: 5 }))
    .map(([pk, ScanIndexForward, Limit]): Call => [
      'Query',
      { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk }, ScanIndexForward, Limit },
    ]),
);
const send = (to: DynamoDBDocumentClient, TableName: string, [name, input]: Call): Promise<unknown> =>
  to.send(new CALLS[name]({ TableName, ...input } as never) as GetCommand);

/** What a caller sees: the members that we rely on, or the name of the error. */
const said = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    (got) => {
      const { Item, Items, Attributes, LastEvaluatedKey } = got as Record<string, unknown>;
      return { Item, Items, Attributes, LastEvaluatedKey };
    },
    (error: Error) => error.name,
  );

it('answers what the embedded DynamoDB answers, whatever is called in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 5, maxLength: 30 }), async (calls) => {
      const { aws, world } = embeddedAws();
      const theirs = await createTable();
      const ours = await world.run(aws.createTable());
      for (const one of calls)
        expect([one, await world.run(said(send(aws.dynamodb, ours, one)))]).toEqual([
          one,
          await said(send(client, theirs, one)),
        ]);
    }),
    { numRuns: 30 },
  );
});
