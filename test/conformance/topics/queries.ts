import { PutCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';

const QUERY = { covers: ['Query'], fact: 'T3' } as const;

/** A table with these sort keys under `digits`, and one under another partition. */
async function tableOf(aws: Aws, sortKeys: readonly string[]): Promise<string> {
  const TableName = await aws.createTable();
  const rows = [...sortKeys.map((sk) => ({ pk: 'digits', sk })), { pk: 'letters', sk: 'ROLLOUT#9' }];
  for (const Item of rows) await aws.dynamodb.send(new PutCommand({ TableName, Item }));
  return TableName;
}

const query = (aws: Aws, TableName: string, more: Partial<QueryCommandInput> = {}) =>
  aws.dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': 'digits' },
      ConsistentRead: true,
      ...more,
    }),
  );

const beginsWith = (prefix: string) => ({
  KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
  ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
  ExpressionAttributeValues: { ':pk': 'digits', ':prefix': prefix },
});

const sortKeysOf = ({ Items = [] }: { readonly Items?: readonly Record<string, unknown>[] }) =>
  Items.map(({ sk }) => sk);

export const queries: Topic = {
  title: 'Queries',
  expectations: [
    expectation('a partition comes in the order of its sort key', QUERY, async (aws) => {
      const table = await tableOf(aws, ['c', 'a', 'b']);
      expect(sortKeysOf(await query(aws, table))).toEqual(['a', 'b', 'c']);
      expect(sortKeysOf(await query(aws, table, { ScanIndexForward: false }))).toEqual(['c', 'b', 'a']);
    }),
    expectation('texts are ordered by their bytes', { ...QUERY, fact: 'T2' }, async (aws) => {
      const table = await tableOf(aws, ['a', 'B', 'ä', '10', '9', '#']);
      expect(sortKeysOf(await query(aws, table))).toEqual(['#', '10', '9', 'B', 'a', 'ä']);
    }),
    expectation('only sort keys that begin so are answered', QUERY, async (aws) => {
      const table = await tableOf(aws, ['LOCK', 'ROLLOUT#1', 'ROLLOUT#2', 'ROLLOUTS', 'WAITING']);
      const found = await query(aws, table, { ...beginsWith('ROLLOUT#'), ScanIndexForward: false });
      expect(sortKeysOf(found)).toEqual(['ROLLOUT#2', 'ROLLOUT#1']);
    }),
    expectation('an empty partition is an empty page', QUERY, async (aws) => {
      const answer = await query(aws, await tableOf(aws, []));
      expect(answer).toMatchObject({ Items: [], Count: 0 });
      expect(answer.LastEvaluatedKey).toBeUndefined();
    }),
    expectation('pages of a limit are continued without a gap, and end', QUERY, async (aws) => {
      const keys = ['1', '2', '3', '4', '5'].map((each) => `ROLLOUT#${each}`);
      const table = await tableOf(aws, [...keys, 'WAITING']);
      const seen: unknown[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      let pages = 0;
      do {
        const order = { ScanIndexForward: false, Limit: 2, ExclusiveStartKey };
        const page = await query(aws, table, { ...beginsWith('ROLLOUT#'), ...order });
        expect(page.Items!.length).toBeLessThanOrEqual(2);
        seen.push(...sortKeysOf(page));
        ExclusiveStartKey = page.LastEvaluatedKey;
        pages += 1;
      } while (ExclusiveStartKey && pages < 10);
      expect(seen).toEqual([...keys].reverse());
    }),
    expectation('a page that is cut off names the key of its last item', QUERY, async (aws) => {
      const page = await query(aws, await tableOf(aws, ['a', 'b']), { Limit: 1 });
      expect(page.LastEvaluatedKey).toEqual({ pk: 'digits', sk: 'a' });
    }),
    expectation('a query without the partition is refused', QUERY, async (aws) => {
      const sortOnly = {
        KeyConditionExpression: '#sk = :sk',
        ExpressionAttributeNames: { '#sk': 'sk' },
        ExpressionAttributeValues: { ':sk': 'a' },
      };
      const refused = query(aws, await tableOf(aws, ['a']), sortOnly);
      await expect(refused).rejects.toMatchObject({ name: 'ValidationException' });
    }),
  ],
};
