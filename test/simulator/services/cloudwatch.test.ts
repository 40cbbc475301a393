import type { GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import { CloudWatchService } from '../../../simulator/services/cloudwatch-service';
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
