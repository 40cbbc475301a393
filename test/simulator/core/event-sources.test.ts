import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { StreamRecord } from '../../../simulator/services/dynamodb/stream';
import { createWorld } from '../../../simulator/world';
import { allow, functionResources, handlers } from './small-world';

const STREAM = { 'Fn::GetAtt': ['Items', 'StreamArn'] };
const READ = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'];

type Records = { readonly Records: readonly StreamRecord[] };
const keysIn = ({ Records }: Records) => Records.map(({ dynamodb }) => (dynamodb.Keys['sk'] as { S: string }).S);

/** A table whose stream a function gets, which does with each batch what it is told. */
async function world(run: (batch: Records) => unknown, mapping: object = {}, mayRead = true) {
  const batches: string[][] = [];
  const made = createWorld({
    template: {
      Resources: {
        Items: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            TableName: 'items',
            KeySchema: [
              { AttributeName: 'pk', KeyType: 'HASH' },
              { AttributeName: 'sk', KeyType: 'RANGE' },
            ],
            StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
          },
        },
        ...functionResources('Work', mayRead ? [allow(READ, '*')] : []),
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: STREAM, FunctionName: { Ref: 'Work' }, BatchSize: 4, ...mapping },
        },
      },
    },
    handlers: handlers({
      work: (event: Records) => {
        batches.push(keysIn(event));
        return run(event) ?? null;
      },
    }),
  });
  await made.deploy();
  const send = (command: object) => made.run(made.user.dynamodb.send(command as PutCommand));
  return {
    ...{ world: made, batches },
    put: (sk: string, more: object = {}) =>
      send(new PutCommand({ TableName: 'items', Item: { pk: 'a', sk, ...more } })),
    remove: (sk: string) => send(new DeleteCommand({ TableName: 'items', Key: { pk: 'a', sk } })),
  };
}
const fails = () => {
  throw new Error('broken');
};

describe("a table's stream", () => {
  it('hands out changes in order, in batches, and nothing of a write that changed nothing', async () => {
    const seen: string[] = [];
    const {
      world: made,
      batches,
      put,
      remove,
    } = await world(({ Records }) => void seen.push(...Records.map(({ eventName }) => eventName)));
    for (const sk of ['1', '1', '2', '3', '4', '5']) await put(sk);
    await put('1', { more: 1 });
    await remove('2');
    await made.runFor(5_000);
    expect(batches.flat()).toEqual(['1', '2', '3', '4', '5', '1', '2']);
    expect(seen).toEqual([...new Array<string>(5).fill('INSERT'), 'MODIFY', 'REMOVE']);
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(4);
  });

  it('passes over what no filter lets through', async () => {
    const Pattern = JSON.stringify({ eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'o' }] } } } });
    const { world: made, batches, put } = await world(() => null, { FilterCriteria: { Filters: [{ Pattern }] } });
    for (const sk of ['one', 'two', 'other']) await put(sk);
    await put('one', { changed: true });
    await made.runFor(5_000);
    expect(batches.flat()).toEqual(['one', 'other']);
  });

  it('tries a failing batch again, in halves, and keeps the others waiting until it gives up', async () => {
    const only = (event: Records) => (keysIn(event).includes('2') ? fails() : null);
    const {
      world: made,
      batches,
      put,
    } = await world(only, {
      ...{ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 2 },
      DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:eu-west-1:1:dead' } },
    });
    made.eventSources.delivery = () => [1_000];
    for (const sk of ['1', '2', '3', '4', '5']) await put(sk);
    await made.runFor(60_000);
    const alone = batches.filter((keys) => keys.join() === '2');
    expect(alone).toHaveLength(3);
    expect(
      batches
        .filter((keys) => keys.length === 1 || !keys.includes('2'))
        .flat()
        .filter((sk) => sk !== '2'),
    ).toEqual(['1', '3', '4', '5']);
    const [letter, ...more] = made.invocations.deadLetters;
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      destination: 'arn:aws:sqs:eu-west-1:1:dead',
      event: { DDBStreamBatchInfo: { batchSize: 1 } },
    });
    expect(JSON.stringify(letter?.event)).not.toContain('"2"');
  });

  it('goes on from the record that a function names as failed', async () => {
    let failures = 2;
    const named = ({ Records }: Records) => {
      const failed = Records.find(({ dynamodb }) => (dynamodb.Keys['sk'] as { S: string }).S === '3');
      return failed && failures-- > 0
        ? { batchItemFailures: [{ itemIdentifier: failed.dynamodb.SequenceNumber }] }
        : { batchItemFailures: [] };
    };
    const { world: made, batches, put } = await world(named, { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    made.eventSources.delivery = () => [1_000];
    for (const sk of ['1', '2', '3', '4']) await put(sk);
    await made.runFor(60_000);
    expect(batches.at(-1)?.[0]).toBe('3');
    expect(batches.filter((keys) => keys[0] === '3').length).toBeGreaterThanOrEqual(2);
    expect(batches.flat().filter((sk) => sk === '1')).toHaveLength(1);
  });

  it('comes twice or never when the delivery says so', async () => {
    const { world: made, batches, put } = await world(() => null);
    made.eventSources.delivery = () => [100, 5_000];
    await put('1');
    await made.runFor(10_000);
    made.eventSources.delivery = () => [];
    await put('2');
    await made.runFor(10_000);
    expect(batches).toEqual([['1'], ['1']]);
  });

  it('is not read by a function whose role does not let it', async () => {
    const { world: made, batches, put } = await world(() => null, {}, false);
    await put('1');
    await made.runFor(10_000);
    expect(batches).toEqual([]);
  });
});

describe('the event bus', () => {
  const put = async (...entries: readonly object[]) => {
    const { world: made } = await world(() => null);
    const answer = await made.run(made.user.eventbridge.send(new PutEventsCommand({ Entries: entries as [] })));
    return { made, answer };
  };
  const entry = { Source: 'mine', DetailType: 'Thing', Detail: '{"a":1}', Resources: ['arn:one'] };

  it('takes each entry by itself, and counts what it did not take', async () => {
    const { made, answer } = await put(entry, { ...entry, Detail: 'no JSON' }, { ...entry, Source: 'aws.lambda' });
    expect(answer.FailedEntryCount).toBe(2);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'NotAuthorizedForSource',
    ]);
    const own = made.events.history.filter(({ source }) => source === 'mine');
    expect(own).toMatchObject([{ 'detail-type': 'Thing', detail: { a: 1 }, resources: ['arn:one'] }]);
  });

  it('refuses more than ten entries, and none', async () => {
    for (const count of [0, 11])
      await expect(put(...new Array<object>(count).fill(entry))).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
