import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';
import { ask, MINUTE, newMetric, pastMinute, query, record, statisticOf } from '../metrics';

const STATISTICS = { covers: ['GetMetricData', 'PutMetricData'], fact: 'C7' } as const;
const RANGE = { covers: ['GetMetricData'], fact: 'C6' } as const;

/** Asks several statistics of the same values. */
async function statisticsOf(aws: Aws, values: readonly number[], expected: Readonly<Record<string, number>>) {
  const metric = newMetric();
  const minute = pastMinute(aws);
  await record(aws, metric, minute + 1_000, values);
  for (const [stat, value] of Object.entries(expected))
    expect([stat, await statisticOf(aws, metric, stat, minute)]).toEqual([stat, value]);
}

const oneToTen = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export const statistics: Topic = {
  title: 'Statistics',
  expectations: [
    expectation('values of a minute are summed, counted and averaged', STATISTICS, (aws) =>
      statisticsOf(aws, [4, 4, 4, 8], { Sum: 20, SampleCount: 4, Average: 5, Minimum: 4, Maximum: 8 }),
    ),
    expectation('percentiles are of the values', STATISTICS, (aws) =>
      statisticsOf(aws, Array<number>(100).fill(20), { p50: 20, p90: 20, p99: 20, 'p99.9': 20 }),
    ),
    expectation(
      'PR is the percentage of values in a range, beyond its lower bound and up to its upper one',
      STATISTICS,
      (aws) => statisticsOf(aws, oneToTen, { 'PR(:3)': 30, 'PR(3:)': 70, 'PR(3:5)': 20, 'PR(10:)': 0 }),
    ),
    expectation('PR counts each class of a classifier by its index', STATISTICS, (aws) =>
      statisticsOf(aws, [0, 0, 0, 1, 1, 2, 2, 2, 2, 2], { 'PR(:0)': 30, 'PR(0:1)': 20, 'PR(1:2)': 50, Maximum: 2 }),
    ),
    expectation('TC is the number of values beyond a limit', STATISTICS, (aws) =>
      statisticsOf(aws, [100, 149, 150, 151, 900], { 'TC(150:)': 2, 'TC(:150)': 3, 'TC(900:)': 0 }),
    ),
    expectation('there are no percentiles of a minute with a negative value', STATISTICS, async (aws) => {
      const metric = newMetric();
      const minute = pastMinute(aws);
      await record(aws, metric, minute, [-1, 1, 2]);
      expect(await statisticOf(aws, metric, 'Sum', minute)).toBe(2);
      expect(await statisticOf(aws, metric, 'p50', minute)).toBeUndefined();
    }),
    expectation('the start is inclusive, the end exclusive', RANGE, async (aws) => {
      const metric = newMetric();
      const from = pastMinute(aws);
      for (const [index, value] of [1, 2, 3, 4].entries()) await record(aws, metric, from + index * MINUTE, [value]);
      const { MetricDataResults: results } = await ask(aws, [query(metric, 'Sum')], [from + MINUTE, from + 3 * MINUTE]);
      expect(results).toHaveLength(1);
      expect(results![0]!.Values).toEqual([2, 3]);
      expect(results![0]!.Timestamps!.map((at) => at.getTime())).toEqual([from + MINUTE, from + 2 * MINUTE]);
    }),
    expectation('values count in the minute of their timestamp', RANGE, async (aws) => {
      const metric = newMetric();
      const from = pastMinute(aws);
      await record(aws, metric, from + 59_999, [1]);
      await record(aws, metric, from + MINUTE, [2]);
      const { MetricDataResults: [result] = [] } = await ask(aws, [query(metric, 'Sum')], [from, from + 2 * MINUTE]);
      expect(result?.Values).toEqual([1, 2]);
    }),
    expectation('a minute without values has no datapoint', { ...RANGE, fact: 'C4' }, async (aws) => {
      const metric = newMetric();
      const from = pastMinute(aws);
      await record(aws, metric, from, [1]);
      await record(aws, metric, from + 2 * MINUTE, [3]);
      for (const stat of ['Sum', 'SampleCount', 'TC(0:)']) {
        const answer = await ask(aws, [query(metric, stat)], [from, from + 3 * MINUTE]);
        const [result] = answer.MetricDataResults!;
        expect(result?.Timestamps?.map((at) => (at.getTime() - from) / MINUTE)).toEqual([0, 2]);
      }
    }),
    expectation('a metric that never was is an empty result, and complete', RANGE, async (aws) => {
      const from = pastMinute(aws);
      const { MetricDataResults } = await ask(aws, [query(newMetric(), 'Sum')], [from, from + MINUTE]);
      expect(MetricDataResults).toHaveLength(1);
      expect(MetricDataResults![0]).toMatchObject({ Id: 'm', Values: [], Timestamps: [], StatusCode: 'Complete' });
    }),
    expectation('many queries of one call are answered by their ids', RANGE, async (aws) => {
      const [one, two] = [newMetric(), newMetric()];
      const from = pastMinute(aws);
      await record(aws, one, from, [5, 7]);
      await record(aws, two, from, [1]);
      const queries = [
        query(one, 'Sum', 'gErrors'),
        query(one, 'SampleCount', 'gRequests'),
        query(two, 'Sum', 'bErrors'),
      ];
      const { MetricDataResults: results = [] } = await ask(aws, queries, [from, from + MINUTE]);
      const byId = Object.fromEntries(
        results.map(({ Id = '', Values, StatusCode }) => [Id, [Values, StatusCode] as const]),
      );
      expect(byId).toEqual({
        gErrors: [[12], 'Complete'],
        gRequests: [[2], 'Complete'],
        bErrors: [[1], 'Complete'],
      });
    }),
    expectation('the newest comes first unless it is asked otherwise', RANGE, async (aws) => {
      const metric = newMetric();
      const from = pastMinute(aws);
      for (const index of [0, 1, 2]) await record(aws, metric, from + index * MINUTE, [index]);
      const values = async (ScanBy?: 'TimestampDescending' | 'TimestampAscending') =>
        (await ask(aws, [query(metric, 'Sum')], [from, from + 3 * MINUTE], { ScanBy })).MetricDataResults?.[0]?.Values;
      expect(await values()).toEqual([2, 1, 0]);
      expect(await values('TimestampAscending')).toEqual([0, 1, 2]);
    }),
    expectation('a longer period gathers its minutes', RANGE, async (aws) => {
      const metric = newMetric();
      const hour = Math.floor(aws.now() / (60 * MINUTE)) * 60 * MINUTE - 120 * MINUTE;
      for (const index of [0, 20, 59, 60]) await record(aws, metric, hour + index * MINUTE, [1]);
      const range = [hour, hour + 120 * MINUTE] as const;
      const { MetricDataResults: [result] = [] } = await ask(aws, [query(metric, 'Sum', 'm', 3600)], range);
      expect(result?.Values).toEqual([3, 1]);
    }),
    expectation('dimensions are one name: fewer or others find nothing', { ...RANGE, fact: 'C2' }, async (aws) => {
      const metric = newMetric();
      const minute = pastMinute(aws);
      await record(aws, metric, minute, [1]);
      const others: readonly Readonly<Record<string, string>>[] = [
        {},
        { Endpoint: 'digits' },
        { Endpoint: 'digits', Version: '8' },
      ];
      for (const dimensions of others)
        expect(await statisticOf(aws, { ...metric, dimensions }, 'Sum', minute)).toBeUndefined();
      const turned = { Version: '7', Endpoint: 'digits' };
      expect(await statisticOf(aws, { ...metric, dimensions: turned }, 'Sum', minute)).toBe(1);
    }),
    expectation('two queries of one id, or more than 500, are refused', RANGE, async (aws) => {
      const from = pastMinute(aws);
      const range = [from, from + MINUTE] as const;
      const refused = { name: 'ValidationError', $metadata: { httpStatusCode: 400 } };
      const twice = [query(newMetric(), 'Sum', 'same'), query(newMetric(), 'Sum', 'same')];
      await expect(ask(aws, twice, range)).rejects.toMatchObject(refused);
      const many = Array.from({ length: 501 }, (_, index) => query(newMetric(), 'Sum', `m${index}`));
      await expect(ask(aws, many, range)).rejects.toMatchObject(refused);
    }),
    expectation('a range that ends before it begins is refused', RANGE, async (aws) => {
      const from = pastMinute(aws);
      await expect(ask(aws, [query(newMetric(), 'Sum')], [from, from - MINUTE])).rejects.toMatchObject({
        name: 'ValidationError',
      });
    }),
  ],
};
