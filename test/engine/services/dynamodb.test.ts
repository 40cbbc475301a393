import { DynamoDbService } from '../../../local/engine/services/dynamodb-service';
import { client, testWorld } from './test-world';

const T = { TableName: 'rollouts' };
const LOCK = { pk: 'digits', sk: 'lock' };

function setup() {
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

const failed = { name: 'ConditionalCheckFailedException' };
const refused = { name: 'ValidationException' };

describe('an item', () => {
  it('is a copy on the way in and on the way out', async () => {
    const { put, get } = setup();
    const item = { ...LOCK, list: [{ a: 1 }] };
    await put(item);
    item.list[0]!.a = 2;
    const read = (await get()) as typeof item;
    read.list[0]!.a = 3;
    expect(await get()).toEqual({ ...LOCK, list: [{ a: 1 }] });
  });

  it.each([
    ['undefined', { a: undefined }, 'removeUndefinedValues'],
    ['undefined inside', { a: { b: [undefined] } }, 'removeUndefinedValues'],
    ['a Date', { a: new Date(0) }, 'convertClassInstanceToMap'],
    ['NaN', { a: NaN }, 'NaN is not allowed'],
    ['a number beyond 2^53', { a: 2 ** 60 }, 'MAX_SAFE_INTEGER'],
    ['an empty set', { a: new Set() }, 'non-empty set'],
  ])('with %s is refused as the document client refuses it', async (_, more, message) => {
    const { put } = setup();
    await expect(put({ ...LOCK, ...more })).rejects.toThrow(message);
  });

  it('loses undefined values when the client was told to remove them', async () => {
    const dynamodb = new DynamoDbService(testWorld(), { removeUndefinedValues: true });
    dynamodb.createTable('rollouts', { partitionKey: 'pk' });
    await client(dynamodb)('Put', { ...T, Item: { pk: 'a', b: undefined } });
    expect(dynamodb.items('rollouts')).toEqual([{ pk: 'a' }]);
  });

  it.each([
    ['without its key', { pk: 'digits' }],
    ['with an empty key', { pk: '', sk: 'a' }],
    ['of more than 400 KB', { ...LOCK, big: 'x'.repeat(400 * 1024) }],
  ])('%s is refused', async (_, item) => {
    await expect(setup().put(item)).rejects.toMatchObject(refused);
  });

  it('is not there: the answer has no Item', async () => {
    const { call } = setup();
    expect(await call('Get', { ...T, Key: LOCK, ConsistentRead: true })).toEqual({});
    await expect(call('Get', { ...T, Key: { pk: 'digits' } })).rejects.toMatchObject(refused);
    await expect(call('Get', { TableName: 'none', Key: LOCK })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('a condition', () => {
  const item = { ...LOCK, n: 5, s: 'rollout-7', tags: ['a', 'b'], set: new Set(['x']), deep: { a: [{ b: true }] } };
  const check = async (ConditionExpression: string, values: object = {}, names?: object) => {
    const { put } = setup();
    await put(item);
    const ExpressionAttributeValues = Object.keys(values).length > 0 ? values : undefined;
    return put(item, { ConditionExpression, ExpressionAttributeValues, ExpressionAttributeNames: names });
  };

  it.each<[string, object]>([
    ['n = :v', { ':v': 5 }],
    ['n <> :v', { ':v': '5' }],
    ['absent <> :v', { ':v': 1 }],
    ['n < :v AND n > :w', { ':v': 6, ':w': 4 }],
    ['n <= :v and n >= :v', { ':v': 5 }],
    ['n BETWEEN :a AND :b AND attribute_exists(s)', { ':a': 5, ':b': 9 }],
    ['n IN (:a, :b)', { ':a': 1, ':b': 5 }],
    ['attribute_not_exists(absent) AND attribute_exists(deep.a[0].b)', {}],
    ['begins_with(s, :p)', { ':p': 'rollout-' }],
    ['contains(tags, :v) AND contains(#set, :w) AND contains(s, :u)', { ':v': 'b', ':w': 'x', ':u': 'out' }],
    ['size(tags) = :two AND size(s) > :two', { ':two': 2 }],
    ['attribute_type(n, :t)', { ':t': 'N' }],
    ['deep.a[0].b = :t', { ':t': true }],
    ['NOT n = :v', { ':v': 6 }],
    ['n = :no OR n = :yes AND attribute_exists(s)', { ':no': 1, ':yes': 5 }],
    ['NOT (n = :yes AND absent = :yes)', { ':yes': 5 }],
  ])('%s holds', async (expression, values) => {
    const names = expression.includes('#set') ? { '#set': 'set' } : undefined;
    await expect(check(expression, values, names)).resolves.toEqual({});
  });

  it.each<[string, object]>([
    ['n = :v', { ':v': '5' }],
    ['n < :v', { ':v': '9' }],
    ['absent < :v', { ':v': 1 }],
    ['absent = :v', { ':v': 1 }],
    ['n BETWEEN :a AND :b', { ':a': 6, ':b': 9 }],
    ['n IN (:a)', { ':a': 1 }],
    ['attribute_exists(deep.a[1])', {}],
    ['attribute_not_exists(pk)', {}],
    ['begins_with(n, :p)', { ':p': '5' }],
    ['(n = :yes OR n = :no) AND attribute_exists(absent)', { ':no': 1, ':yes': 5 }],
  ])('%s fails', async (expression, values) => {
    await expect(check(expression, values)).rejects.toMatchObject(failed);
  });

  it.each<[string, string, object, object | undefined]>([
    ['a value that is not defined', 'n = :v', {}, undefined],
    ['a name that is not defined', '#n = :v', { ':v': 1 }, undefined],
    ['a value that nothing uses', 'n = :v', { ':v': 5, ':w': 1 }, undefined],
    ['a name that nothing uses', 'n = :v', { ':v': 5 }, { '#n': 'n' }],
    ['a reserved word as a name', 'status = :v', { ':v': 5 }, undefined],
    ['a function that does not exist', 'exists(n)', {}, undefined],
    ['an unfinished expression', 'n = ', {}, undefined],
    ['two values in a row', 'n = :v :v', { ':v': 1 }, undefined],
    ['an unclosed bracket', '(n = :v', { ':v': 1 }, undefined],
    ['a sign that is none', 'n == :v', { ':v': 1 }, undefined],
    ['nothing', '', {}, undefined],
  ])('with %s is refused', async (_, expression, values, names) => {
    await expect(check(expression, values, names)).rejects.toMatchObject(refused);
  });

  it('makes a lock: one taker, renewed by its owner, taken over when it is stale', async () => {
    const { put, update, get } = setup();
    const take = (owner: string, now: number) =>
      put(
        { ...LOCK, ownerArn: owner, expires: now + 60 },
        {
          ConditionExpression: 'attribute_not_exists(pk) OR expires < :now OR ownerArn = :me',
          ExpressionAttributeValues: { ':now': now, ':me': owner },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      );
    await take('a', 0);
    // The document client does not translate the item that an error carries.
    await expect(take('b', 30)).rejects.toMatchObject({
      ...failed,
      Item: { ownerArn: { S: 'a' }, expires: { N: '60' } },
    });
    await take('a', 50);
    await expect(take('b', 100)).rejects.toMatchObject(failed);
    await take('b', 111);
    await expect(
      update('SET expires = :e', {
        ConditionExpression: 'ownerArn = :me',
        ExpressionAttributeValues: { ':e': 1, ':me': 'a' },
      }),
    ).rejects.toMatchObject(failed);
    expect(await get()).toEqual({ ...LOCK, ownerArn: 'b', expires: 171 });
  });
});

describe('an update', () => {
  it('sets, counts, appends, removes and adds in one go, all from the item as it was', async () => {
    const { put, update } = setup();
    await put({ ...LOCK, n: 1, entries: ['a'], stale: true, deep: { x: 1 }, tags: new Set(['t']) });
    const { Attributes } = await update(
      'SET n = n + :two, was = n, deep.#y = if_not_exists(deep.#y, :two), entries = list_append(entries, :more), fresh = if_not_exists(fresh, :zero) - :two REMOVE stale ADD hits :two, tags :tag',
      {
        ReturnValues: 'ALL_NEW',
        ExpressionAttributeNames: { '#y': 'y' },
        ExpressionAttributeValues: { ':two': 2, ':zero': 0, ':more': ['b'], ':tag': new Set(['u']) },
      },
    );
    expect(Attributes).toEqual({
      ...LOCK,
      n: 3,
      was: 1,
      deep: { x: 1, y: 2 },
      entries: ['a', 'b'],
      fresh: -2,
      hits: 2,
      tags: new Set(['t', 'u']),
    });
  });

  it('creates the item when there is none, and returns the old one when asked', async () => {
    const { update, get } = setup();
    expect(await update('SET n = :v', { ReturnValues: 'ALL_OLD', ExpressionAttributeValues: { ':v': 1 } })).toEqual({});
    expect(await update('ADD n :v', { ReturnValues: 'ALL_OLD', ExpressionAttributeValues: { ':v': 1 } })).toEqual({
      Attributes: { ...LOCK, n: 1 },
    });
    expect(await get()).toEqual({ ...LOCK, n: 2 });
  });

  it.each<[string, string, object]>([
    ['a key', 'SET sk = :v', { ':v': 'x' }],
    ['a place whose parent is not there', 'SET none.a = :v', { ':v': 1 }],
    ['from an attribute that is not there', 'SET a = none + :v', { ':v': 1 }],
    ['a sum of text', 'SET a = s + :v', { ':v': 1 }],
    ['one path twice', 'SET a = :v REMOVE a', { ':v': 1 }],
    ['a path and its parent', 'SET deep.a = :v, deep = :v', { ':v': 1 }],
    ['by two SET clauses', 'SET a = :v SET b = :v', { ':v': 1 }],
    ['by no clause', 'a = :v', { ':v': 1 }],
    ['undefined values', 'SET a = :v', {}],
  ])('of %s is refused and changes nothing', async (_, expression, ExpressionAttributeValues) => {
    const { put, update, get } = setup();
    const item = { ...LOCK, s: 'text', deep: {} };
    await put(item);
    await expect(update(expression, { ExpressionAttributeValues })).rejects.toMatchObject(refused);
    expect(await get()).toEqual(item);
  });
});

describe('a query', () => {
  async function history() {
    const all = setup();
    for (let i = 1; i <= 5; i++)
      await all.put({ pk: 'digits', sk: `run#${i}`, n: i, ownerArn: i % 2 === 1 ? 'odd' : 'even' });
    await all.put({ pk: 'digits', sk: 'lock' });
    await all.put({ pk: 'other', sk: 'run#1' });
    const query = (more: object) =>
      all.call<{ Items: { sk: string }[]; LastEvaluatedKey?: object; Count: number; ScannedCount: number }>('Query', {
        ...T,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :p)',
        ...more,
        ExpressionAttributeValues: { ':pk': 'digits', ':p': 'run#', ...(more as { values?: object }).values },
      });
    return { ...all, query };
  }
  const keys = (page: { Items: { sk: string }[] }) => page.Items.map((item) => item.sk);

  it('reads one partition in order, forwards or backwards', async () => {
    const { query } = await history();
    expect(keys(await query({}))).toEqual(['run#1', 'run#2', 'run#3', 'run#4', 'run#5']);
    expect(keys(await query({ ScanIndexForward: false, Limit: 2 }))).toEqual(['run#5', 'run#4']);
  });

  it('pages by Limit, even when what the limit cut off is nothing', async () => {
    const { query } = await history();
    const first = await query({ Limit: 3, ScanIndexForward: false });
    expect(first.LastEvaluatedKey).toEqual({ pk: 'digits', sk: 'run#3' });
    const second = await query({ Limit: 2, ScanIndexForward: false, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(keys(second)).toEqual(['run#2', 'run#1']);
    expect(second.LastEvaluatedKey).toEqual({ pk: 'digits', sk: 'run#1' });
    const third = await query({ Limit: 2, ScanIndexForward: false, ExclusiveStartKey: second.LastEvaluatedKey });
    expect(third).toEqual({ Items: [], Count: 0, ScannedCount: 0 });
  });

  it('applies Limit before its filter', async () => {
    const { query } = await history();
    const page = await query({ Limit: 3, FilterExpression: 'n > :n', values: { ':n': 2 } });
    expect(page).toMatchObject({ Count: 1, ScannedCount: 3, LastEvaluatedKey: { sk: 'run#3' } });
  });

  it('takes between and the comparators on the sort key, and an index', async () => {
    const { call, query } = await history();
    const KeyConditionExpression = 'pk = :pk AND sk BETWEEN :p AND :q';
    expect(keys(await query({ KeyConditionExpression, values: { ':p': 'run#2', ':q': 'run#3' } }))).toEqual([
      'run#2',
      'run#3',
    ]);
    const owned = await call<{ Items: { sk: string }[] }>('Query', {
      ...T,
      IndexName: 'byOwner',
      KeyConditionExpression: 'ownerArn = :o AND sk > :s',
      ExpressionAttributeValues: { ':o': 'odd', ':s': 'run#1' },
    });
    expect(keys(owned)).toEqual(['run#3', 'run#5']);
  });

  it.each(['begins_with(sk, :p) AND sk = :pk', 'pk > :pk AND sk = :p', 'pk = :pk AND n = :p', 'pk = :pk OR sk = :p'])(
    'with the key condition %s is refused',
    async (KeyConditionExpression) => {
      const { query } = await history();
      await expect(query({ KeyConditionExpression })).rejects.toMatchObject(refused);
    },
  );

  it('projects to the paths that it was asked for', async () => {
    const { query } = await history();
    expect((await query({ ProjectionExpression: 'n', Limit: 1 })).Items).toEqual([{ n: 1 }]);
  });
});

describe('a transaction', () => {
  const write = (sk: string, ConditionExpression?: string) => ({
    Put: { ...T, Item: { pk: 'digits', sk }, ConditionExpression, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
  });

  it('writes all or nothing and says for each write why', async () => {
    const { call, dynamodb, put } = setup();
    await put(LOCK);
    const both = call('TransactWrite', { TransactItems: [write('a'), write('lock', 'attribute_not_exists(pk)')] });
    await expect(both).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed]') as string,
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { sk: { S: 'lock' } } }],
    });
    expect(dynamodb.items('rollouts')).toEqual([LOCK]);
    await call('TransactWrite', {
      TransactItems: [
        write('a', 'attribute_not_exists(pk)'),
        { Delete: { ...T, Key: LOCK } },
        { ConditionCheck: { ...T, Key: { pk: 'x', sk: 'y' }, ConditionExpression: 'attribute_not_exists(pk)' } },
        {
          Update: {
            ...T,
            Key: { pk: 'digits', sk: 'b' },
            UpdateExpression: 'SET n = :v',
            ExpressionAttributeValues: { ':v': 1 },
          },
        },
      ],
    });
    expect(dynamodb.items('rollouts')).toEqual([
      { pk: 'digits', sk: 'a' },
      { pk: 'digits', sk: 'b', n: 1 },
    ]);
  });

  it('refuses two operations on one item', async () => {
    const { call } = setup();
    await expect(call('TransactWrite', { TransactItems: [write('a'), write('a')] })).rejects.toMatchObject(refused);
  });
});
