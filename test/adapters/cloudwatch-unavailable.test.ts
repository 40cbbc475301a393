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
        Values: [/Requests|Durations|Timed/.test(Id) ? 10 : 0],
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
  classCount: 0,
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
