import { s3CaptureSink, s3CapturedRequests } from '../../lambdas/adapters/s3/captured-requests';
import { capturedKey } from '../../lambdas/contract/replay';
import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { S3Service } from '../../simulator/services/s3-service';
import { testWorld } from '../simulator/services/test-world';
import { awsError, type Intercept, standIn, TEST_ENV } from './stand-ins';

const DAY = 86_400_000;

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
  return { captures, keep, listed, world };
}

describe('captured requests', () => {
  test('are listed day by day, with what they hold, and those of one endpoint only', async () => {
    const { captures, keep, world } = bucket();
    const keys = [await keep('b', '{"inputs":[]}'), await keep('a')].sort();
    await keep('c', 'c', 0, 'digits-2');
    const old = await keep('old', 'old', 1);
    const today = await captures.capturedOn('digits', world.clock.now());
    expect(today.map(({ key }) => key)).toEqual(keys);
    expect(new Set(today.map(({ tag }) => tag)).size).toBe(2);
    expect((await captures.capturedOn('digits', world.clock.now() - DAY)).map(({ key }) => key)).toEqual([old]);
    expect(await captures.readCapture(old)).toBe('old');
  });

  test('that are identical have the same tag', async () => {
    const { captures, keep, world } = bucket();
    for (const id of ['a', 'b']) await keep(id, 'the same');
    expect(new Set((await captures.capturedOn('digits', world.clock.now())).map(({ tag }) => tag)).size).toBe(1);
  });

  test('are listed in twenty pages of a day at most', async () => {
    let page = 0;
    const { captures, listed } = bucket(() => {
      page += 1;
      const Contents = [{ Key: `k${page}`, Size: 1, LastModified: new Date(page) }];
      return { Contents, IsTruncated: true, NextContinuationToken: `t${page}` };
    });
    expect(await captures.capturedOn('digits', 0)).toHaveLength(20);
    expect(
      listed()
        .slice(0, 3)
        .map(({ ContinuationToken }) => ContinuationToken),
    ).toEqual([undefined, 't1', 't2']);
  });

  test('that expired since they were listed are none, and those that may not be read an error', async () => {
    const { captures } = bucket(({ command, input }) => {
      if (command !== 'GetObject') return undefined;
      throw input['Key'] === 'gone' ? awsError('NoSuchKey', 404) : awsError('AccessDenied', 403);
    });
    expect(await captures.readCapture('gone')).toBeUndefined();
    await expect(captures.readCapture('secret')).rejects.toThrow('AccessDenied');
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
