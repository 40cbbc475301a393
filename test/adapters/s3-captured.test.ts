import { s3CaptureSink, s3CapturedRequests } from '../../lambdas/adapters/s3/captured-requests';
import { capturedDay, capturedKey } from '../../lambdas/contract/captured-request';
import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { S3Service } from '../../simulator/services/s3-service';
import { testWorld } from '../simulator/services/test-world';
import { awsError, type Intercept, standIn, TEST_ENV } from './stand-ins';

const DAY = 86_400_000;
const MANY = { requests: 200, bytes: 1_000_000 };

function bucket(intercept?: Intercept) {
  const world = testWorld();
  const service = new S3Service(world);
  service.createBucket(TEST_ENV.GREENLIGHT_BUCKET);
  const { client, sent } = standIn(service, intercept);
  const clock = { now: () => world.clock.now(), sleep: async () => undefined };
  const captures = s3CapturedRequests(lambdaContext({ s3: client }, TEST_ENV, { clock }));
  const sink = s3CaptureSink(client);
  /** Keeps a request `daysAgo`, one second after the one before. */
  const keep = async (id: string, body = id, daysAgo = 0, endpoint = 'digits') => {
    await world.clock.advance(1);
    const key = capturedKey(endpoint, world.clock.now() - daysAgo * DAY, id);
    await sink.write({ bucket: TEST_ENV.GREENLIGHT_BUCKET, key, requestId: id, body }, new AbortController().signal);
    return key;
  };
  const listed = () => sent.filter(({ command }) => command === 'ListObjectsV2').map(({ input }) => input);
  return { captures, keep, sent, listed, world };
}

const texts = (found: readonly { readonly text: string }[]) => found.map(({ text }) => text);

describe('captured requests', () => {
  test('come back newest first, as they were written, and those of one endpoint only', async () => {
    const { captures, keep } = bucket();
    const first = await keep('b', '{"inputs":[]}');
    const second = await keep('a');
    await keep('c', 'c', 0, 'digits-2');
    expect(await captures.newestCaptured('digits', MANY)).toEqual([
      { key: second, text: 'a' },
      { key: first, text: '{"inputs":[]}' },
    ]);
  });

  test('are none where nothing was kept, of eight days', async () => {
    const { captures, listed, world } = bucket();
    expect(await captures.newestCaptured('digits', MANY)).toEqual([]);
    const days = Array.from({ length: 8 }, (_, day) => capturedDay('digits', world.clock.now() - day * DAY));
    expect(listed().map(({ Prefix }) => Prefix)).toEqual(days);
  });

  test('are looked for on earlier days until there are enough', async () => {
    const { captures, keep, listed } = bucket();
    await keep('long ago', 'long ago', 7);
    await keep('yesterday', 'yesterday', 1);
    await keep('today');
    expect(texts(await captures.newestCaptured('digits', MANY))).toEqual(['today', 'yesterday', 'long ago']);
    const before = listed().length;
    expect(texts(await captures.newestCaptured('digits', { ...MANY, requests: 2 }))).toEqual(['today', 'yesterday']);
    expect(listed().length - before).toBe(2);
  });

  test('are no more than asked for, in number and in bytes', async () => {
    const { captures, keep } = bucket();
    for (const [id, size] of [
      ['a', 3],
      ['b', 9],
      ['c', 4],
      ['d', 5],
    ] as const)
      await keep(id, id.repeat(size));
    expect(texts(await captures.newestCaptured('digits', { requests: 2, bytes: 100 }))).toEqual(['ddddd', 'cccc']);
    expect(texts(await captures.newestCaptured('digits', { requests: 9, bytes: 12 }))).toEqual([
      'ddddd',
      'cccc',
      'aaa',
    ]);
  });

  test('are listed in three pages of a day at most', async () => {
    let day = 0;
    const { captures, listed } = bucket(({ command, input }) => {
      if (command === 'GetObject') return { Body: { transformToString: async () => String(input['Key']) } };
      day += 1;
      const Contents = [{ Key: `k${day}`, Size: 1, LastModified: new Date(day) }];
      return { Contents, IsTruncated: true, NextContinuationToken: `t${day}` };
    });
    expect(texts(await captures.newestCaptured('digits', { ...MANY, requests: 3 }))).toEqual(['k3', 'k2', 'k1']);
    expect(listed().map(({ ContinuationToken }) => ContinuationToken)).toEqual([undefined, 't1', 't2']);
  });

  test('that expired since they were listed are left out', async () => {
    const { captures, keep } = bucket(({ command }, nth) => {
      if (command === 'GetObject' && nth === 1) throw awsError('NoSuchKey', 404);
      return undefined;
    });
    await keep('a');
    await keep('b');
    expect(texts(await captures.newestCaptured('digits', MANY))).toEqual(['a']);
  });

  test('that may not be read are an error', async () => {
    const { captures, keep } = bucket(({ command }) => {
      if (command === 'GetObject') throw awsError('AccessDenied', 403);
      return undefined;
    });
    await keep('a');
    await expect(captures.newestCaptured('digits', MANY)).rejects.toThrow('AccessDenied');
  });
});

test('a request is kept as JSON, and given up when its time is over', async () => {
  const options: unknown[] = [];
  const inputs: unknown[] = [];
  const sink = s3CaptureSink({
    send: async (command: { readonly input: unknown }, how: unknown) => {
      inputs.push(command.input);
      options.push(how);
    },
  });
  const { signal } = new AbortController();
  expect(await sink.write({ bucket: 'b', key: 'k', requestId: 'r-1', body: '{}' }, signal)).toBe('kept');
  expect(inputs).toEqual([
    {
      Bucket: 'b',
      Key: 'k',
      Body: '{}',
      ContentType: 'application/json',
      IfNoneMatch: '*',
      Metadata: { 'request-id': 'r-1' },
    },
  ]);
  expect(options).toEqual([{ abortSignal: signal }]);
});
