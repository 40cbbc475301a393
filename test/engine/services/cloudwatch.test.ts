import type { GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import { CloudWatchService } from '../../../local/engine/services/cloudwatch-service';
import { parseEmbeddedMetrics } from '../../../local/engine/services/cloudwatch/embedded-metrics';
import { blueAndGreen } from './lambda-setup';
import { metric, query } from './metric-query';
import { client, START_MS, testWorld, type TestWorld } from './test-world';

const D = { FunctionName: 'digits' };

function recorded(values: Record<string, number>, delaySeconds: readonly [number, number] = [0, 0]) {
  const world = testWorld();
  const cloudwatch = new CloudWatchService(world, { delaySeconds });
  for (const [value, count] of Object.entries(values))
    cloudwatch.record('AWS/Lambda', 'Duration', D, START_MS, Number(value), count);
  return { world, cloudwatch };
}

const between = (cloudwatch: CloudWatchService, fromMinute: number, toMinute: number, more: object = {}) =>
  client(cloudwatch)<GetMetricDataOutput>('GetMetricData', {
    MetricDataQueries: [query('m', 'Duration', D, 'Sum')],
    StartTime: new Date(START_MS + fromMinute * 60_000),
    EndTime: new Date(START_MS + toMinute * 60_000),
    ...more,
  });

async function everyMinute(minutes: number): Promise<{ world: TestWorld; cloudwatch: CloudWatchService }> {
  const { world, cloudwatch } = recorded({});
  for (let i = 0; i < minutes; i++) cloudwatch.record('AWS/Lambda', 'Duration', D, START_MS + i * 60_000, i + 1);
  await world.clock.advance(minutes * 60);
  return { world, cloudwatch };
}

describe('a statistic', () => {
  it.each([
    ['SampleCount', 10],
    ['Sum', 1 * 5 + 2 * 3 + 100 * 2],
    ['Average', 21.1],
    ['Minimum', 1],
    ['Maximum', 100],
    ['p50', 1],
    ['p50.1', 2],
    ['p80', 2],
    ['p99', 100],
    ['TC(:2)', 8],
    ['TC(1:2)', 3],
    ['TC(1:)', 5],
    ['PR(1:2)', 30],
    ['PR(:100)', 100],
    ['PR(100:200)', 0],
    ['TM(1:2)', 2],
    ['TM(:80%)', 11 / 8],
    ['tm50', 1],
  ])('%s counts values above the lower and up to the upper bound', async (stat, expected) => {
    const { cloudwatch, world } = recorded({ 1: 5, 2: 3, 100: 2 });
    const [value] = await metric(cloudwatch, world, 'Duration', D, stat);
    expect(value).toBeCloseTo(expected, 9);
  });

  it.each(['p101', 'PR(1%:2%)', 'PR(:)', 'TC(1:2%)', 'Median', 'P99', 'TC(-1:2)'])('%s is refused', async (stat) => {
    const { cloudwatch, world } = recorded({ 1: 1 });
    await expect(metric(cloudwatch, world, 'Duration', D, stat)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('of percentiles does not exist where any value is negative', async () => {
    const { cloudwatch, world } = recorded({ '-1': 1, 2: 9 });
    expect(await metric(cloudwatch, world, 'Duration', D, 'p50')).toEqual([]);
    expect(await metric(cloudwatch, world, 'Duration', D, 'PR(:2)')).toEqual([]);
    expect(await metric(cloudwatch, world, 'Duration', D, 'Sum')).toEqual([17]);
  });
});

describe('reading metrics', () => {
  it('includes the start, excludes the end, and gives the newest first', async () => {
    const { cloudwatch } = await everyMinute(5);
    const output = await between(cloudwatch, 1, 3);
    expect(output.MetricDataResults).toEqual([
      {
        Id: 'm',
        Label: 'Duration',
        Timestamps: [new Date(START_MS + 120_000), new Date(START_MS + 60_000)],
        Values: [3, 2],
        StatusCode: 'Complete',
      },
    ]);
    expect((await between(cloudwatch, 1, 3, { ScanBy: 'TimestampAscending' })).MetricDataResults?.[0]?.Values).toEqual([
      2, 3,
    ]);
  });

  it('adds up whole periods', async () => {
    const { cloudwatch } = await everyMinute(10);
    const five = query('m', 'Duration', D, 'Sum');
    const MetricDataQueries = [{ ...five, MetricStat: { ...five.MetricStat, Period: 300 } }];
    expect((await between(cloudwatch, 0, 10, { MetricDataQueries })).MetricDataResults?.[0]?.Values).toEqual([40, 15]);
  });

  it('has no datapoint where there is no data, and none for other dimensions', async () => {
    const { cloudwatch, world } = recorded({ 1: 1 });
    await world.clock.advance(600);
    expect(await metric(cloudwatch, world, 'Duration', D, 'Sum')).toEqual([1]);
    expect(await metric(cloudwatch, world, 'Duration', { ...D, Resource: 'digits' }, 'Sum')).toEqual([]);
  });

  it('sees a value only some time after it happened, and more of a minute as more becomes readable', async () => {
    const { cloudwatch, world } = recorded({ 5: 2 }, [60, 90]);
    await world.clock.advance(55);
    expect(await metric(cloudwatch, world, 'Duration', D, 'SampleCount')).toEqual([]);
    cloudwatch.record('AWS/Lambda', 'Duration', D, START_MS + 55_000, 7);
    await world.clock.advance(40);
    expect(await metric(cloudwatch, world, 'Duration', D, 'SampleCount')).toEqual([2]);
    await world.clock.advance(60);
    expect(await metric(cloudwatch, world, 'Duration', D, 'SampleCount')).toEqual([3]);
  });

  it('pages, and says that what it gave is partial until the last page', async () => {
    const { cloudwatch } = await everyMinute(5);
    const MetricDataQueries = [query('a', 'Duration', D, 'Sum'), query('b', 'Duration', D, 'Maximum')];
    const values: Record<string, number[]> = { a: [], b: [] };
    let token: string | undefined;
    const statuses: string[] = [];
    do {
      const output = await between(cloudwatch, 0, 5, { MetricDataQueries, MaxDatapoints: 4, NextToken: token });
      for (const result of output.MetricDataResults ?? []) {
        values[result.Id!]!.push(...result.Values!);
        statuses.push(`${result.Id} ${result.StatusCode}`);
      }
      token = output.NextToken;
    } while (token !== undefined);
    expect(values).toEqual({ a: [5, 4, 3, 2, 1], b: [5, 4, 3, 2, 1] });
    expect(statuses).toEqual(['a PartialData', 'a Complete', 'b PartialData', 'b Complete']);
  });

  it.each([
    [
      'more than 500 queries',
      { MetricDataQueries: Array.from({ length: 501 }, (_, i) => query(`m${i}`, 'X', D, 'Sum')) },
    ],
    ['metric math', { MetricDataQueries: [{ Id: 'e', Expression: 'm1/m2' }] }],
    ['an id that begins with a capital', { MetricDataQueries: [query('M', 'X', D, 'Sum')] }],
    ['one id twice', { MetricDataQueries: [query('m', 'X', D, 'Sum'), query('m', 'Y', D, 'Sum')] }],
    ['an end before its start', { EndTime: new Date(START_MS - 1) }],
  ])('refuses %s', async (_, more) => {
    const { cloudwatch } = recorded({ 1: 1 });
    await expect(between(cloudwatch, 0, 1, more)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('can be made to miss a metric, or to answer in part', async () => {
    const { cloudwatch } = await everyMinute(4);
    cloudwatch.faults = { partial: (asked) => asked.metric === 'Duration' };
    expect((await between(cloudwatch, 0, 4)).MetricDataResults).toMatchObject([
      { StatusCode: 'PartialData', Values: [2, 1] },
    ]);
    cloudwatch.faults = { missing: () => true };
    expect((await between(cloudwatch, 0, 4)).MetricDataResults).toMatchObject([{ StatusCode: 'Complete', Values: [] }]);
  });
});

describe('the metrics of Lambda', () => {
  const LIVE = { FunctionName: 'digits', Resource: 'digits:live' };
  const GREEN = { ...LIVE, ExecutedVersion: '2' };
  const request = { method: 'POST', path: '/' };

  it('are written for the function, the alias, and each version behind it, with 0 errors for a success', async () => {
    const { call, cloudwatch, lambda, world } = await blueAndGreen((_, { version }) =>
      version === '2' ? { error: { type: 'Error', message: 'no' }, durationMs: 20 } : { durationMs: 10 },
    );
    await call('UpdateAlias', {
      FunctionName: 'digits',
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { '2': 0.5 } },
    });
    const responses = await lambda.invokeUrlBatch('digits', 'live', new Array<typeof request>(100).fill(request));
    const green = responses.filter((response) => response.executedVersion === '2').length;
    await world.clock.advance(300);
    const read = (name: string, dimensions: Record<string, string>, stat: string) =>
      metric(cloudwatch, world, name, dimensions, stat);
    expect(await read('Invocations', { FunctionName: 'digits' }, 'Sum')).toEqual([100]);
    expect(await read('Invocations', LIVE, 'Sum')).toEqual([100]);
    expect(await read('Invocations', GREEN, 'Sum')).toEqual([green]);
    expect(await read('Errors', GREEN, 'Sum')).toEqual([green]);
    expect(await read('Errors', LIVE, 'SampleCount')).toEqual([100]);
    expect(await read('Errors', { ...LIVE, ExecutedVersion: '1' }, 'Sum')).toEqual([0]);
    expect(await read('Duration', GREEN, 'Maximum')).toEqual([20]);
    expect(await read('Throttles', LIVE, 'Sum')).toEqual([0]);
    expect(await read('Invocations', { FunctionName: 'digits', Resource: 'digits:2' }, 'Sum')).toEqual([]);
  });

  it('of a direct call of a version are apart from those of the alias', async () => {
    const { call, cloudwatch, world } = await blueAndGreen();
    await world.clock.finish(call('Invoke', { FunctionName: 'digits', Qualifier: '2' }));
    await world.clock.finish(call('Invoke', { FunctionName: 'digits' }));
    await world.clock.advance(300);
    expect(
      await metric(cloudwatch, world, 'Invocations', { FunctionName: 'digits', Resource: 'digits:2' }, 'Sum'),
    ).toEqual([1]);
    expect(
      await metric(cloudwatch, world, 'Invocations', { FunctionName: 'digits', Resource: 'digits' }, 'Sum'),
    ).toEqual([1]);
    expect(await metric(cloudwatch, world, 'Invocations', LIVE, 'Sum')).toEqual([]);
    expect(await metric(cloudwatch, world, 'Invocations', GREEN, 'Sum')).toEqual([]);
  });

  it('per version of an alias without weights can be turned off', async () => {
    const { cloudwatch, lambda, world } = await blueAndGreen(undefined, {
      invoker: { versionMetricsWithoutWeights: false },
    });
    await lambda.invokeUrl('digits', 'live', request);
    await world.clock.advance(300);
    expect(await metric(cloudwatch, world, 'Invocations', LIVE, 'Sum')).toEqual([1]);
    expect(await metric(cloudwatch, world, 'Invocations', { ...LIVE, ExecutedVersion: '1' }, 'Sum')).toEqual([]);
  });

  it('count a throttle as a throttle and not as an invocation', async () => {
    const { call, cloudwatch, lambda, world } = await blueAndGreen();
    lambda.setThrottleRate('digits', 1);
    await expect(call('Invoke', { FunctionName: 'digits', Qualifier: 'live' })).rejects.toMatchObject({
      name: 'TooManyRequestsException',
    });
    await world.clock.advance(300);
    expect(await metric(cloudwatch, world, 'Throttles', LIVE, 'Sum')).toEqual([1]);
    expect(await metric(cloudwatch, world, 'Invocations', LIVE, 'Sum')).toEqual([]);
  });

  it('are stamped with the minute in which the invocation began', async () => {
    const { cloudwatch, lambda, world } = await blueAndGreen();
    const atMs = START_MS + 10 * 60_000;
    await lambda.invokeUrlBatch('digits', 'live', [
      { ...request, atMs },
      { ...request, atMs: atMs + 59_999 },
      { ...request, atMs: atMs + 60_000 },
    ]);
    await world.clock.advance(1200);
    expect(await metric(cloudwatch, world, 'Invocations', LIVE, 'Sum')).toEqual([2, 1]);
  });

  it('come from a traffic model as from real invocations, in the shares of the weights', async () => {
    const { call, cloudwatch, lambda, world } = await blueAndGreen();
    await call('UpdateAlias', {
      FunctionName: 'digits',
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { '2': 0.2 } },
    });
    const { byVersion, refused } = lambda.simulateTraffic(
      { functionName: 'digits', qualifier: 'live', requests: 1000 },
      (version, count) => ({
        errors: version.version === '2' ? 3 : 0,
        durations: [[12, count]],
        metrics: [
          {
            namespace: 'Greenlight',
            metric: 'PredictedClass',
            dimensions: { Version: version.version },
            values: [[4, count]],
          },
        ],
      }),
    );
    await world.clock.advance(300);
    const green = byVersion.get('2')!.requests;
    expect(refused).toBe(0);
    expect(Math.abs(green - 200)).toBeLessThan(60);
    expect(await metric(cloudwatch, world, 'Errors', GREEN, 'Sum')).toEqual([3]);
    expect(await metric(cloudwatch, world, 'Errors', GREEN, 'SampleCount')).toEqual([green]);
    expect(await metric(cloudwatch, world, 'PredictedClass', { Version: '2' }, 'PR(3:4)', 'Greenlight')).toEqual([100]);
  });
});

describe('embedded metrics', () => {
  const line = (root: object, directive: object = {}) =>
    JSON.stringify({
      _aws: {
        Timestamp: 1,
        CloudWatchMetrics: [
          { Namespace: 'Greenlight', Dimensions: [['Version']], Metrics: [{ Name: 'Class' }], ...directive },
        ],
      },
      Version: '7',
      Class: [1, 1, 4],
      ...root,
    });

  it('in the logs become custom metrics at the time of the invocation', async () => {
    const { cloudwatch, lambda, world } = await blueAndGreen(() => ({ logs: ['plain', line({})] }));
    await lambda.invokeUrl('digits', 'live', { method: 'POST', path: '/', atMs: START_MS + 60_000 });
    await world.clock.advance(300);
    expect(await metric(cloudwatch, world, 'Class', { Version: '7' }, 'SampleCount', 'Greenlight')).toEqual([3]);
    expect(await metric(cloudwatch, world, 'Class', { Version: '7' }, 'TC(0:1)', 'Greenlight')).toEqual([2]);
  });

  it('are written once for each set of dimensions', () => {
    expect(parseEmbeddedMetrics(line({}, { Dimensions: [['Version'], []] }))).toMatchObject([
      { dimensions: { Version: '7' }, values: [1, 1, 4] },
      { dimensions: {}, values: [1, 1, 4] },
    ]);
  });

  it.each([
    ['a dimension that the root lacks', line({}, { Dimensions: [['Other']] })],
    ['a metric that the root lacks', line({}, { Metrics: [{ Name: 'Other' }] })],
    ['a value that is no number', line({ Class: 'x' })],
    ['101 metrics', line({}, { Metrics: new Array<object>(101).fill({ Name: 'Class' }) })],
  ])('with %s are refused and counted', async (_, text) => {
    const { cloudwatch, lambda, world } = await blueAndGreen(() => ({ logs: [text] }));
    await lambda.invokeUrl('digits', 'live', { method: 'POST', path: '/' });
    await world.clock.advance(300);
    expect(await metric(cloudwatch, world, 'EMFValidationErrors', {}, 'Sum', 'AWS/Logs')).toEqual([1]);
  });

  it.each(['', 'plain', '{"level":"INFO"}', '{"_aws" broken', '[1]'])('are not seen in %j', (text) => {
    expect(parseEmbeddedMetrics(text)).toEqual([]);
  });
});

describe('alarms and own metrics', () => {
  it('are described by name and state, and a change of state is an event', async () => {
    const { cloudwatch, world } = recorded({});
    cloudwatch.setAlarm('live-errors', 'OK');
    cloudwatch.setAlarm('other', 'OK');
    cloudwatch.setAlarm('live-errors', 'ALARM');
    const call = client(cloudwatch);
    expect(await call('DescribeAlarms', { AlarmNames: ['live-errors'] })).toMatchObject({
      MetricAlarms: [{ AlarmName: 'live-errors', StateValue: 'ALARM' }],
    });
    expect(await call('DescribeAlarms', { StateValue: 'OK' })).toMatchObject({
      MetricAlarms: [{ AlarmName: 'other' }],
    });
    expect(world.events.at(-1)).toMatchObject({ source: 'aws.cloudwatch', detail: { state: { value: 'ALARM' } } });
  });

  it('can be put with values and counts, but not into the namespaces of AWS', async () => {
    const { cloudwatch, world } = recorded({});
    const MetricData = [{ MetricName: 'X', Values: [1, 2], Counts: [3, 1] }];
    await client(cloudwatch)('PutMetricData', { Namespace: 'Mine', MetricData });
    expect(await metric(cloudwatch, world, 'X', {}, 'Sum', 'Mine')).toEqual([5]);
    await expect(client(cloudwatch)('PutMetricData', { Namespace: 'AWS/Lambda', MetricData })).rejects.toBeDefined();
  });
});
