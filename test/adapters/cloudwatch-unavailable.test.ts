import { at, cloudwatchWorld, config } from './cloudwatch-world';
import { awsError } from './stand-ins';

type Result = {
  Id?: string;
  StatusCode?: string;
  Timestamps?: (Date | undefined)[];
  Values?: unknown[];
  Messages?: unknown[];
};
type Page = { MetricDataResults?: Result[]; Messages?: unknown[]; NextToken?: string };

/** A sound answer, changed by a test before it is given. */
function broken(change: (page: Page, nth: number) => void) {
  return cloudwatchWorld(({ input }, nth) => {
    const page: Page = {
      MetricDataResults: (input['MetricDataQueries'] as { Id: string }[]).map(({ Id }) => ({
        Id,
        StatusCode: 'Complete',
        Timestamps: [new Date(at(0))],
        Values: [/Requests|Durations|Timed/.test(Id) ? 10 : Number(/^bA/.test(Id))],
      })),
      Messages: [],
    };
    change(page, nth);
    return page;
  }).evidence;
}

const minutes = {
  config: config(),
  blue: '7',
  green: '8',
  thresholds: [],
  measures: [],
  mayPass: true,
  windows: [{ from: at(0), until: at(1), weight: 10 }],
  blueMinutesEarlier: 0,
};
const baseline = { config: config(), blue: '7', from: at(0), until: at(1), outline: false };

const first = (page: Page): Result => page.MetricDataResults![0]!;
const damages: readonly (readonly [string, (page: Page, nth: number) => void])[] = [
  ['a status is PartialData at the end', (page) => (first(page).StatusCode = 'PartialData')],
  ['a status is InternalError', (page) => (first(page).StatusCode = 'InternalError')],
  ['a status is Forbidden', (page) => (first(page).StatusCode = 'Forbidden')],
  ['a status is missing', (page) => delete first(page).StatusCode],
  ['a series is missing', (page) => void page.MetricDataResults!.pop()],
  ['all series are missing', (page) => delete page.MetricDataResults],
  ['a series was not asked for', (page) => page.MetricDataResults!.push({ Id: 'other', StatusCode: 'Complete' })],
  ['the answer carries a message', (page) => (page.Messages = [{ Code: 'MaxMetricsExceeded', Value: 'too many' }])],
  ['a series carries a message', (page) => (first(page).Messages = [{ Code: 'ArithmeticError', Value: 'NaN' }])],
  ['there are more times than values', (page) => first(page).Timestamps!.push(new Date(at(0)))],
  ['there are more values than times', (page) => first(page).Values!.push(3)],
  ['a value is NaN', (page) => (first(page).Values = [NaN])],
  ['a value is infinite', (page) => (first(page).Values = [Infinity])],
  ['a value is negative', (page) => (first(page).Values = [-1])],
  ['a value is no number', (page) => (first(page).Values = ['10'])],
  ['a time is no time', (page) => (first(page).Timestamps = [new Date(NaN)])],
  ['a time is not the start of a minute', (page) => (first(page).Timestamps = [new Date(Date.parse(at(0)) + 1)])],
  [
    'a time comes twice',
    (page) => {
      first(page).Timestamps = [new Date(at(0)), new Date(at(0))];
      first(page).Values = [1, 1];
    },
  ],
  [
    'the second page breaks off',
    (page, nth) => {
      first(page).StatusCode = 'PartialData';
      if (nth === 1) page.NextToken = 'more';
      else page.MetricDataResults = [];
    },
  ],
];

/** A gate of the user's own whose series alone is spoilt, as `damages` spoil the first. */
const withCustom = (mode: 'enforce' | 'observe') => {
  const events = { namespace: 'Shop', metric: 'Fallbacks', dimensions: { Version: '{version}' } };
  return config({ gates: { custom: [{ name: 'fallbacks', mode, events }] } }, false);
};
const spoilt: readonly (readonly [string, (series: Result) => unknown])[] = [
  ['is partial', (series) => (series.StatusCode = 'PartialData')],
  ['is forbidden', (series) => (series.StatusCode = 'Forbidden')],
  ['carries a message', (series) => (series.Messages = [{ Code: 'ArithmeticError', Value: 'NaN' }])],
  ['has a value that cannot be true', (series) => (series.Values = [-1])],
  ['has more values than times', (series) => series.Values!.push(3)],
  [
    'has a minute twice',
    (series) => Object.assign(series, { Timestamps: [at(0), at(0)].map((time) => new Date(time)), Values: [3, 3] }),
  ],
];

describe("what a gate of the user's own counts", () => {
  const spoil = (change: (series: Result) => unknown) => (page: Page) =>
    page.MetricDataResults!.filter(({ Id }) => Id?.includes('Custom')).forEach(change);

  test.each(spoilt)('is waited for when it %s and the gate decides', async (_, change) => {
    const evidence = broken(spoil(change));
    expect(await evidence.fetchMinutes({ ...minutes, config: withCustom('enforce') })).toBe('unavailable');
  });

  test.each(spoilt)(
    'holds nothing up when it %s and the gate only observes: nothing was counted',
    async (_, change) => {
      const evidence = broken(spoil(change));
      const read = await evidence.fetchMinutes({ ...minutes, config: withCustom('observe') });
      if (read === 'unavailable') throw new Error(read);
      expect(read.minutes[0]?.green).toMatchObject({ invocations: 10, custom: [{ events: 0 }] });
      expect(await evidence.fetchBaseline({ ...baseline, config: withCustom('observe') })).not.toBe('unavailable');
    },
  );

  test('holds nothing up when CloudWatch leaves the series out', async () => {
    const leftOut = (page: Page) =>
      void (page.MetricDataResults = page.MetricDataResults!.filter(({ Id }) => !Id?.includes('Custom')));
    const evidence = broken(leftOut);
    expect(await evidence.fetchMinutes({ ...minutes, config: withCustom('enforce') })).toBe('unavailable');
    expect(await evidence.fetchMinutes({ ...minutes, config: withCustom('observe') })).not.toBe('unavailable');
  });
});

describe('evidence that CloudWatch does not give whole', () => {
  test('is available when nothing is wrong with the answer', async () => {
    expect(await broken(() => undefined).fetchMinutes(minutes)).not.toBe('unavailable');
    expect(await broken(() => undefined).fetchBaseline(baseline)).not.toBe('unavailable');
  });

  test.each(damages)('is unavailable minute by minute when %s', async (_, damage) => {
    expect(await broken(damage).fetchMinutes(minutes)).toBe('unavailable');
  });

  test.each(damages)('is unavailable while green alone is watched when %s', async (_, damage) => {
    expect(await broken(damage).fetchMinutes({ ...minutes, blueMinutesEarlier: 10 })).toBe('unavailable');
  });

  test.each(damages)('is unavailable for the baseline when %s', async (_, damage) => {
    expect(await broken(damage).fetchBaseline(baseline)).toBe('unavailable');
  });

  test('is unavailable for the baseline when a quantile of durations cannot be true', async () => {
    const asked: string[] = [];
    const evidence = broken((page) => {
      for (const series of page.MetricDataResults!.filter(({ Id }) => /^bQ\d/.test(Id ?? ''))) {
        asked.push(series.Id!);
        series.Values = [1e13];
      }
    });
    expect(await evidence.fetchBaseline(baseline)).toBe('unavailable');
    expect(asked).not.toEqual([]);
  });

  test.each([1, 2, 3])('is unavailable for the baseline when call %i goes wrong', async (bad) => {
    const evidence = broken((page, nth) => void (nth === bad && (first(page).StatusCode = 'InternalError')));
    expect(await evidence.fetchBaseline(baseline)).toBe('unavailable');
  });

  test('is an error for the workflow to try again when the call itself fails', async () => {
    const { evidence } = cloudwatchWorld(() => {
      throw awsError('ThrottlingException');
    });
    await expect(evidence.fetchMinutes(minutes)).rejects.toThrow('ThrottlingException');
    await expect(evidence.fetchBaseline(baseline)).rejects.toThrow('ThrottlingException');
  });
});
