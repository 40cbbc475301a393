import { DynamoDbService } from '../../../simulator/services/dynamodb-service';
import { failed, LOCK, refused, setup, T } from './dynamodb-setup';
import { client, testWorld } from './test-world';

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
      'SET n = n + :two, was = n, deep.#y = if_not_exists(deep.#y, :two), entries = list_append(entries, :more), ' +
        'fresh = if_not_exists(fresh, :zero) - :two REMOVE stale ADD hits :two, tags :tag',
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
