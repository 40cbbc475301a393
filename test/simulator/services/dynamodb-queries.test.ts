import { LOCK, refused, setup, T } from './dynamodb-setup';

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
