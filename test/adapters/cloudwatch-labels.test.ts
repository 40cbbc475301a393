import { at, cloudwatchWorld, config, repeat } from './cloudwatch-world';
import { queriesOf, query, reading } from './minutes-query';

const VERSIONS = { blue: '7', green: '8' } as const;
const WANTED = { withinMinutes: 5, greenMinutes: 1, least: 10 };

type World = ReturnType<typeof cloudwatchWorld>;

/** Labels of one minute: how many seconds after their answers they came, right ones and wrong ones. */
function labels(
  world: World,
  version: string,
  minute: number,
  right: readonly number[],
  wrong: readonly number[],
): void {
  const dimensions = { E: 'digits', V: version };
  for (const delay of [...right, ...wrong]) world.counter('Greenlight', 'LabelDelay', dimensions, minute, delay);
  for (const delay of wrong) world.counter('Greenlight', 'WrongLabelDelay', dimensions, minute, delay);
}

function world(minutes: number): World {
  const made = cloudwatchWorld();
  for (const version of Object.values(VERSIONS))
    for (let minute = 0; minute < minutes; minute += 1) {
      made.requests(version, minute, repeat(20, 10));
      made.model(version, minute, { good: 20, classes: repeat(20, 0) });
    }
  return made;
}

async function baselineOf(made: World, labelsWanted = WANTED) {
  const read = await made.evidence.fetchBaseline({
    ...{ config: config(), blue: '7', from: at(0), until: at(60), outline: false },
    labels: labelsWanted,
  });
  if (read === 'unavailable') throw new Error('unavailable');
  return read.baseline;
}

const asked = (made: World) =>
  made.sent.flatMap((sent) =>
    queriesOf(sent).map(({ MetricStat }) => `${MetricStat.Metric.MetricName} ${MetricStat.Stat}`),
  );
const aboutLabels = (made: World) => asked(made).filter((one) => one.includes('LabelDelay'));

describe('the baseline', () => {
  test('says how many labels came in time and what green may expect, and counts them where that is enough', async () => {
    const made = world(60);
    for (let minute = 0; minute < 60; minute += 1) labels(made, '7', minute, [0, 30, 300, 301], [300, 3_600]);
    for (let minute = 0; minute < 60; minute += 1) labels(made, '7', minute, repeat(10, 20), []);
    const { labels: found, baseline: minutes } = await baselineOf(made);
    expect(found).toEqual({ blue: 60 * 14, green: 14 });
    expect(minutes.every(({ blue }) => blue.labelled?.requests === 14 && blue.labelled.events === 1)).toBe(true);
    expect(aboutLabels(made)).toEqual(['LabelDelay TC(:300.5)', 'WrongLabelDelay TC(:300.5)']);
  });

  test('asks one thing and counts none where it is too few', async () => {
    const made = world(60);
    labels(made, '7', 5, repeat(9, 10), [20]);
    const { labels: found, baseline: minutes } = await baselineOf(made);
    expect(found).toEqual({ blue: 10, green: 0 });
    expect(minutes.every(({ blue }) => blue.labelled === undefined)).toBe(true);
    expect(aboutLabels(made)).toEqual(['LabelDelay TC(:300.5)']);
  });

  test('asks nothing where labels are not used', async () => {
    const made = world(60);
    await made.evidence.fetchBaseline({ config: config(), blue: '7', from: at(0), until: at(60), outline: false });
    expect(aboutLabels(made)).toEqual([]);
  });
});

describe('minutes of the canary', () => {
  const windows = [{ from: at(0), until: at(4), weight: 10 }];

  test('count labels that came in time, of both versions, from when both had time for them', async () => {
    const made = world(4);
    for (const minute of [0, 1, 2, 3]) {
      labels(made, '7', minute, [10, 20, 130], [60]);
      labels(made, '8', minute, [10], [60, 130]);
    }
    const read = await reading(
      made.evidence.fetchMinutes(
        query({ measures: [], thresholds: [], windows, labels: { withinMinutes: 2, from: at(2) } }),
      ),
    );
    const none = { events: 0, requests: 0 };
    expect(read.minutes.map(({ blue }) => blue.labelled)).toEqual([
      none,
      none,
      ...repeat(2, 0).map(() => ({ events: 1, requests: 3 })),
    ]);
    expect(read.minutes.map(({ green }) => green.labelled)).toEqual([
      none,
      none,
      ...repeat(2, 0).map(() => ({ events: 1, requests: 2 })),
    ]);
  });

  test('count none where accuracy is not judged, and do not ask', async () => {
    const made = world(4);
    labels(made, '8', 1, [10], [10]);
    const read = await reading(made.evidence.fetchMinutes(query({ measures: [], thresholds: [], windows })));
    expect(read.minutes.every(({ green }) => green.labelled === undefined)).toBe(true);
    expect(aboutLabels(made)).toEqual([]);
  });
});
