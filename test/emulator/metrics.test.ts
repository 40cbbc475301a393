import { gzipSync } from 'node:zlib';
import { type Answers, type Front, json, said, withGateway } from './fake-emulator';

const target = (operation: string): Readonly<Record<string, string>> => ({
  'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
  'content-type': 'application/x-amz-json-1.0',
});

interface Result {
  readonly Id: string;
  readonly Values: readonly number[];
  readonly Timestamps: readonly number[];
}

const query = (Id: string, MetricName: string, Stat: string) => ({
  Id,
  MetricStat: { Metric: { Namespace: 'Shop', MetricName, Dimensions: [] }, Period: 60, Stat },
});

async function results({ send }: Front, ...queries: readonly object[]): Promise<readonly Result[]> {
  const body = { StartTime: now() - 300, EndTime: now() + 60, MetricDataQueries: queries };
  const answered = await send({ headers: target('GetMetricData'), body });
  return (said(answered) as { MetricDataResults: Result[] }).MetricDataResults;
}

/** An emulator whose every metric is 1, and which takes whatever is put. */
const ONES: Answers = ({ headers, body }) => {
  const operation = String(headers['x-amz-target']);
  if (operation.endsWith('.PutMetricData')) return json({});
  if (!operation.endsWith('.GetMetricData')) return undefined;
  const { MetricDataQueries: queries } = JSON.parse(body.toString()) as { MetricDataQueries: { Id: string }[] };
  return json({ MetricDataResults: queries.map(({ Id }) => ({ Id, Values: [1], Timestamps: [1_700_000_000] })) });
};

const now = (): number => Date.now() / 1000;

describe('statistics', () => {
  const put = (values: readonly number[]) => ({
    Namespace: 'Shop',
    MetricData: [{ MetricName: 'Baskets', Timestamp: now(), Values: values }],
  });

  it('are worked out from what was put', async () => {
    await withGateway(['statistics'], ONES, async (front) => {
      expect((await front.send({ headers: target('PutMetricData'), body: put([1, 2, 3, 4]) })).status).toBe(200);
      const found = await results(front, query('share', 'Baskets', 'PR(1:3)'), query('count', 'Baskets', 'TC(1:3)'));
      // The lower bound is exclusive, the upper one inclusive: of four values two.
      expect(found.map((result) => result.Values)).toEqual([[50], [2]]);
      expect(front.reached.map((request) => request.headers['x-amz-target'])).toEqual([
        'GraniteServiceVersion20100801.PutMetricData',
      ]);
    });
  });

  it('are worked out from a compressed call too', async () => {
    await withGateway(['statistics'], ONES, async (front) => {
      const headers = { ...target('PutMetricData'), 'content-encoding': 'gzip' };
      await front.send({ headers, body: gzipSync(JSON.stringify(put([2, 2]))) });
      expect((await results(front, query('sum', 'Baskets', 'Sum')))[0]!.Values).toEqual([4]);
    });
  });

  it('have no datapoint where nothing was put, rather than an error of the emulator', async () => {
    await withGateway(['statistics'], ONES, async (front) => {
      expect((await results(front, query('share', 'Empty', 'PR(:1)')))[0]!.Values).toEqual([]);
    });
  });

  it('of other metrics are the emulator’s, in the order of the queries', async () => {
    await withGateway(['statistics'], ONES, async (front) => {
      await front.send({ headers: target('PutMetricData'), body: put([5]) });
      const found = await results(front, query('a', 'Other', 'Sum'), query('b', 'Baskets', 'Sum'));
      expect(found.map(({ Id, Values }) => [Id, ...Values])).toEqual([
        ['a', 1],
        ['b', 5],
      ]);
      expect(found[0]!.Timestamps).toEqual([1_700_000_000]);
    });
  });

  it('of metric math are the emulator’s alone', async () => {
    await withGateway(['statistics'], ONES, async (front) => {
      await front.send({ headers: target('PutMetricData'), body: put([5]) });
      const found = await results(front, query('a', 'Baskets', 'Sum'), { Id: 'b', Expression: 'a * 2' });
      expect(found.map(({ Values }) => Values)).toEqual([[1], [1]]);
    });
  });

  it('refuse by name what CloudWatch refuses', async () => {
    await withGateway(['statistics'], ONES, async ({ send }) => {
      const body = { StartTime: 60, EndTime: 0, MetricDataQueries: [query('a', 'Baskets', 'PR(1:2)')] };
      const answered = await send({ headers: target('GetMetricData'), body });
      expect(answered.status).toBe(400);
      expect(answered.headers['x-amzn-query-error']).toBe('ValidationError;Sender');
    });
  });

  it('are the emulator’s business when it can do them', async () => {
    await withGateway(['log-metrics'], ONES, async (front) => {
      await front.send({ headers: target('PutMetricData'), body: put([5]) });
      expect((await results(front, query('a', 'Baskets', 'PR(1:2)')))[0]!.Values).toEqual([1]);
    });
  });
});

describe('metrics of logs', () => {
  const line = (value: number) => {
    const directive = { Namespace: 'Shop', Dimensions: [[]], Metrics: [{ Name: 'Logged' }] };
    const timestamp = Math.floor(now() * 1000);
    const message = { _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] }, Logged: value };
    return { timestamp, message: JSON.stringify(message), logStreamName: 'one' };
  };

  it('are read out of the log groups, each event once', async () => {
    const events = [line(1), line(2), { timestamp: 1, message: '{"CloudWatchMetrics": no JSON', logStreamName: 'two' }];
    const emulator: Answers = (request) => {
      const operation = request.headers['x-amz-target'];
      if (operation === 'Logs_20140328.DescribeLogGroups') return json({ logGroups: [{ logGroupName: 'group' }] });
      if (operation !== 'Logs_20140328.FilterLogEvents') return ONES(request);
      const { startTime } = JSON.parse(request.body.toString()) as { startTime: number };
      return json({ events: events.filter(({ timestamp }) => timestamp >= startTime) });
    };
    await withGateway(['log-metrics'], emulator, async (front) => {
      const sum = async () => (await results(front, query('a', 'Logged', 'Sum')))[0]!.Values;
      expect(await sum()).toEqual([3]);
      expect(await sum()).toEqual([3]);
      // Two events that are equal in everything are two.
      const third = line(4);
      events.push(third, third);
      expect((await sum()).reduce((total, value) => total + value, 0)).toBe(11);
    });
  });
});
