import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';

const PUT = { covers: ['Put', 'Get'], fact: 'T1' } as const;
const UPDATE = { covers: ['Update', 'Get'], fact: 'T4' } as const;
const DELETE = { covers: ['Delete', 'Get'], fact: 'T1' } as const;

const Key = { pk: 'digits', sk: 'lock' };
const FAILED = { name: 'ConditionalCheckFailedException', $metadata: { httpStatusCode: 400 } };
const ABSENT = { ConditionExpression: 'attribute_not_exists(#pk)', ExpressionAttributeNames: { '#pk': 'pk' } };
const REFUSED = { name: 'ValidationException' };

const put = (aws: Aws, TableName: string, item: object, more: Partial<PutCommandInput> = {}) =>
  aws.dynamodb.send(new PutCommand({ TableName, Item: { ...Key, ...item }, ...more }));
const get = async (aws: Aws, TableName: string) =>
  (await aws.dynamodb.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;

/** What takes a lock: it has no owner, or its lease is over. */
const takesLease = (owner: string, now: string, until: string) =>
  [
    { owner, until },
    {
      ConditionExpression: 'attribute_not_exists(#pk) OR #until < :now',
      ExpressionAttributeNames: { '#pk': 'pk', '#until': 'until' },
      ExpressionAttributeValues: { ':now': now },
    },
  ] as const;

export const items: Topic = {
  title: 'Items and conditions',
  expectations: [
    expectation('an item that is not there is no error', PUT, async (aws) => {
      expect(await get(aws, await aws.createTable())).toBeUndefined();
    }),
    expectation('an item comes back as it was put', { ...PUT, fact: 'T2' }, async (aws) => {
      const table = await aws.createTable();
      const item = { text: 'ä', whole: 7, part: 0.29, yes: true, none: null, list: [1, 'two', { three: [] }], map: {} };
      await put(aws, table, item);
      expect(await get(aws, table)).toEqual({ ...Key, ...item });
    }),
    expectation('a put replaces the whole item', PUT, async (aws) => {
      const table = await aws.createTable();
      await put(aws, table, { first: 1 });
      await put(aws, table, { second: 2 });
      expect(await get(aws, table)).toEqual({ ...Key, second: 2 });
    }),
    expectation('of two puts where nothing may be, the second fails', PUT, async (aws) => {
      const table = await aws.createTable();
      await put(aws, table, { owner: 'first' }, ABSENT);
      await expect(put(aws, table, { owner: 'second' }, ABSENT)).rejects.toMatchObject(FAILED);
      expect(await get(aws, table)).toEqual({ ...Key, owner: 'first' });
    }),
    expectation('of many puts at once where nothing may be, one succeeds', PUT, async (aws) => {
      const table = await aws.createTable();
      const owners = ['a', 'b', 'c', 'd', 'e'];
      const all = await Promise.allSettled(owners.map((owner) => put(aws, table, { owner }, ABSENT)));
      const [won, ...others] = owners.filter((_, index) => all[index]!.status === 'fulfilled');
      expect(others).toEqual([]);
      expect(await get(aws, table)).toEqual({ ...Key, owner: won });
    }),
    expectation('a lease is taken over when it is over, not before', PUT, async (aws) => {
      const table = await aws.createTable();
      await put(aws, table, ...takesLease('first', '2026-01-01T10:00:00Z', '2026-01-01T10:05:00Z'));
      const early = put(aws, table, ...takesLease('second', '2026-01-01T10:04:59Z', '2026-01-01T10:10:00Z'));
      await expect(early).rejects.toMatchObject(FAILED);
      await put(aws, table, ...takesLease('second', '2026-01-01T10:05:01Z', '2026-01-01T10:10:00Z'));
      expect(await get(aws, table)).toMatchObject({ owner: 'second' });
    }),
    expectation('numbers in conditions compare as numbers', { ...PUT, fact: 'T2' }, async (aws) => {
      const table = await aws.createTable();
      await put(aws, table, { count: 9 });
      const below = (most: number) => ({
        ConditionExpression: '#count < :most',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':most': most },
      });
      await put(aws, table, { count: 10 }, below(10));
      await expect(put(aws, table, { count: 11 }, below(9))).rejects.toMatchObject(FAILED);
    }),
    expectation('a comparison with an attribute that is not there does not hold', PUT, async (aws) => {
      const table = await aws.createTable();
      await put(aws, table, { owner: 'first' });
      const condition = {
        ConditionExpression: '#until < :now',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':now': '2026' },
      };
      await expect(put(aws, table, { owner: 'second' }, condition)).rejects.toMatchObject(FAILED);
    }),
    expectation('an update sets attributes and leaves the others', UPDATE, async (aws) => {
      const table = await aws.createTable();
      await put(aws, table, { owner: 'first', until: 'ten' });
      await aws.dynamodb.send(
        new UpdateCommand({
          TableName: table,
          Key,
          UpdateExpression: 'SET #until = :until',
          ConditionExpression: '#owner = :me',
          ExpressionAttributeNames: { '#until': 'until', '#owner': 'owner' },
          ExpressionAttributeValues: { ':until': 'eleven', ':me': 'first' },
        }),
      );
      expect(await get(aws, table)).toEqual({ ...Key, owner: 'first', until: 'eleven' });
    }),
    expectation('an update under a condition creates nothing', { ...UPDATE, fact: 'T1' }, async (aws) => {
      const table = await aws.createTable();
      const update = new UpdateCommand({
        TableName: table,
        Key,
        UpdateExpression: 'SET #until = :until',
        ConditionExpression: 'attribute_exists(#pk)',
        ExpressionAttributeNames: { '#until': 'until', '#pk': 'pk' },
        ExpressionAttributeValues: { ':until': 'eleven' },
      });
      await expect(aws.dynamodb.send(update)).rejects.toMatchObject(FAILED);
      expect(await get(aws, table)).toBeUndefined();
    }),
    expectation('an update without a condition creates the item', UPDATE, async (aws) => {
      const table = await aws.createTable();
      await aws.dynamodb.send(
        new UpdateCommand({
          TableName: table,
          Key,
          UpdateExpression: 'SET note = :note',
          ExpressionAttributeValues: { ':note': 'new' },
        }),
      );
      expect(await get(aws, table)).toEqual({ ...Key, note: 'new' });
    }),
    expectation('a reserved word needs a placeholder', { ...UPDATE, fact: 'T5' }, async (aws) => {
      const update = new UpdateCommand({
        TableName: await aws.createTable(),
        Key,
        UpdateExpression: 'SET owner = :owner',
        ExpressionAttributeValues: { ':owner': 'me' },
      });
      await expect(aws.dynamodb.send(update)).rejects.toMatchObject(REFUSED);
    }),
    expectation('a placeholder that is not used is refused', { ...PUT, fact: 'T5' }, async (aws) => {
      const names = { ExpressionAttributeNames: { '#pk': 'pk', '#other': 'other' } };
      const unused = put(aws, await aws.createTable(), {}, { ...ABSENT, ...names });
      await expect(unused).rejects.toMatchObject(REFUSED);
    }),
    expectation('an item goes if its owner says so, and for no other', DELETE, async (aws) => {
      const table = await aws.createTable();
      await put(aws, table, { owner: 'first' });
      const removeAs = (me: string) =>
        aws.dynamodb.send(
          new DeleteCommand({
            TableName: table,
            Key,
            ConditionExpression: '#owner = :me',
            ExpressionAttributeNames: { '#owner': 'owner' },
            ExpressionAttributeValues: { ':me': me },
          }),
        );
      await expect(removeAs('second')).rejects.toMatchObject(FAILED);
      expect(await get(aws, table)).toBeDefined();
      await removeAs('first');
      expect(await get(aws, table)).toBeUndefined();
      await expect(removeAs('first')).rejects.toMatchObject(FAILED);
    }),
    expectation('deleting nothing succeeds', { ...DELETE, fact: 'T4' }, async (aws) => {
      const command = new DeleteCommand({ TableName: await aws.createTable(), Key });
      expect((await aws.dynamodb.send(command)).$metadata.httpStatusCode).toBe(200);
    }),
    expectation('a table that is not there is named as such', PUT, async (aws) => {
      await expect(put(aws, 'nothing-of-that-name', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }),
    expectation('a key that lacks a part is refused', { ...PUT, covers: ['Get', 'Put'] }, async (aws) => {
      const TableName = await aws.createTable();
      const half = { pk: 'digits' };
      await expect(aws.dynamodb.send(new GetCommand({ TableName, Key: half }))).rejects.toMatchObject(REFUSED);
      await expect(aws.dynamodb.send(new PutCommand({ TableName, Item: half }))).rejects.toMatchObject(REFUSED);
    }),
    expectation(
      'a transaction whose condition fails writes nothing',
      { covers: ['TransactWrite'], fact: 'T6' },
      async (aws) => {
        const TableName = await aws.createTable();
        await put(aws, TableName, { owner: 'first' });
        const writes = new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName, Item: { pk: 'digits', sk: 'other' } } },
            { Put: { TableName, Item: { ...Key, owner: 'second' }, ...ABSENT } },
          ],
        });
        await expect(aws.dynamodb.send(writes)).rejects.toMatchObject({
          name: 'TransactionCanceledException',
          CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
        });
        const other = new GetCommand({ TableName, Key: { pk: 'digits', sk: 'other' } });
        expect((await aws.dynamodb.send(other)).Item).toBeUndefined();
      },
    ),
  ],
};
