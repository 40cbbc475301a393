import { cloudwatchFunctionCalls } from '../../lambdas/adapters/cloudwatch/function-calls';
import { dynamodbRecords } from '../../lambdas/adapters/dynamodb/records';
import { dynamodbSettings } from '../../lambdas/adapters/dynamodb/settings';
import { lambdaVersions } from '../../lambdas/adapters/lambda/versions';
import { s3Models } from '../../lambdas/adapters/s3/models';
import { contextWith, standIn } from '../adapters/stand-ins';

/** A bucket whose listing never ends. */
const listing = (answer: object) => {
  const { client, sent } = standIn(undefined, (_, nth) =>
    nth > 50 ? Promise.reject(new Error('asked without end')) : answer,
  );
  return { models: s3Models(contextWith({ s3: client })), sent };
};

test.each([
  ['without a marker', { IsTruncated: true }, /NextKeyMarker/],
  [
    'that is followed by itself',
    { IsTruncated: true, NextKeyMarker: 'a', NextVersionIdMarker: 'v' },
    /same page .* twice/,
  ],
])('a listing of models %s is given up, not asked for ever', async (_, answer, message) => {
  const { models, sent } = listing(answer);
  await expect(models.newestModel('models/digits/', '.onnx')).rejects.toMatchObject({
    name: 'IncompleteAnswer',
    message: expect.stringMatching(message) as string,
  });
  expect(sent.length).toBeLessThan(3);
});

type Listing = (context: ReturnType<typeof contextWith>) => Promise<unknown>;
type Answer = (nth: number) => object;
const ENDLESS: readonly (readonly [string, 'dynamodb' | 'lambda' | 's3', Answer, Listing])[] = [
  [
    'models',
    's3',
    (nth) => ({ IsTruncated: true, NextKeyMarker: `${nth}` }),
    (all) => s3Models(all).newestModel('m/', '.onnx'),
  ],
  ['settings', 'dynamodb', (nth) => ({ LastEvaluatedKey: { pk: nth } }), (all) => dynamodbSettings(all).listSettings()],
  [
    'rollouts',
    'dynamodb',
    (nth) => ({ LastEvaluatedKey: { pk: nth } }),
    (all) => dynamodbRecords(all).listRecords('digits', 5),
  ],
  ['versions', 'lambda', (nth) => ({ NextMarker: `${nth}` }), (all) => lambdaVersions(all).listVersions('fn')],
  ['aliases', 'lambda', (nth) => ({ NextMarker: `${nth}` }), (all) => lambdaVersions(all).usedByAliases('fn')],
  [
    'provisioned concurrency',
    'lambda',
    (nth) => ({ NextMarker: `${nth}` }),
    (all) => lambdaVersions(all).listProvisioned('fn'),
  ],
];

describe.each(ENDLESS)('a listing of %s', (_, service, answer, list) => {
  const asked = async (pages: Answer) => {
    const { client, sent } = standIn(undefined, (_call, nth) => pages(nth));
    const outcome = await list(contextWith({ [service]: client })).catch((error: Error) => error);
    return { outcome, calls: sent.length };
  };

  it('that is followed by itself is given up at once', async () => {
    const { outcome, calls } = await asked(() => answer(1));
    expect(outcome).toMatchObject({ name: 'IncompleteAnswer' });
    expect(calls).toBe(2);
  });

  it('that always goes on is given up after a while', async () => {
    const { outcome, calls } = await asked(answer);
    expect(outcome).toMatchObject({
      name: 'IncompleteAnswer',
      message: expect.stringMatching(/did not end after \d+ pages/) as string,
    });
    expect(calls).toBeLessThanOrEqual(1_000);
  });
});

test('numbers of CloudWatch that always go on on another page are none', async () => {
  const { client, sent } = standIn(undefined, (_, nth) => ({ MetricDataResults: [], NextToken: `${nth}` }));
  const calls = cloudwatchFunctionCalls(contextWith({ cloudwatch: client }));
  expect(await calls.callsPerMinute('f', '2026-11-23T09:00:00.000Z', '2026-11-23T10:00:00.000Z')).toBe('unavailable');
  expect(sent.length).toBeLessThanOrEqual(100);
});
