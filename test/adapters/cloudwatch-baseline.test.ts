import { cellOfNumber } from '../../lambdas/domain/measures/measures';
import { fullestPeriod } from '../../lambdas/adapters/cloudwatch/baseline-measures';
import type { EndpointConfig } from '../../lambdas/contract/endpoint-settings';
import { at, cloudwatchWorld, config, MINUTE, repeat, START_MS } from './cloudwatch-world';

type World = ReturnType<typeof cloudwatchWorld>;

async function baselineOf(world: World, of: EndpointConfig = config(), from = at(0), until = at(60)) {
  const read = await world.evidence.fetchBaseline({ config: of, blue: '7', from, until, outline: false });
  if (read === 'unavailable') throw new Error('unavailable');
  return read;
}

type Read = Awaited<ReturnType<typeof baselineOf>>;
/** The minutes of a baseline, added up. */
function sumOf({ baseline: { baseline: minutes, classNames, thresholds } }: Read) {
  const sum = (of: (blue: (typeof minutes)[number]['blue']) => number | undefined) =>
    minutes.reduce((total, { blue }) => total + (of(blue) ?? 0), 0);
  return {
    minutes: minutes.length,
    requests: sum((blue) => blue.invocations),
    failures: sum((blue) => blue.errors),
    classes: classNames.map((_, index) => sum((blue) => blue.classes[index])),
    slow: thresholds.map((_, index) => sum((blue) => blue.slow[index])),
  };
}

/** An hour of blue: 20 requests a minute of 1 to 20 ms each, one of them crashed, one failed by the model. */
function hour(world: World, classes: readonly number[] = [0, 1, 1]): World {
  for (let minute = 0; minute < 60; minute += 1) {
    world.requests(
      '7',
      minute,
      Array.from({ length: 20 }, (_, index) => index + 1),
      1,
    );
    world.model('7', minute, { good: 18, bad: 1, classes });
  }
  return world;
}

describe('the baseline', () => {
  test("counts blue's minutes, requests, failures and classes", async () => {
    const read = await baselineOf(hour(cloudwatchWorld()));
    expect(sumOf(read)).toMatchObject({ minutes: 60, requests: 1200, failures: 120, classes: [60, 120, 0] });
    expect(read.baseline.classNames).toEqual(['0', '1', 'other']);
    expect(read.baseline.baseline[17]).toEqual({
      minute: at(17),
      blue: {
        invocations: 20,
        errors: 2,
        modelErrors: 1,
        nonFiniteOutputs: 0,
        throttles: 0,
        durations: 20,
        // Beyond each threshold: of 1 to 20 ms, those above 3.99, 9.99, 15.99, ….
        slow: [17, 11, 5, 3, 2, 1],
        classes: [1, 2, 0],
        custom: [],
      },
    });
  });

  test('counts minute by minute beyond the thresholds that it has found, as many as the quantiles say', async () => {
    const read = await baselineOf(hour(cloudwatchWorld()));
    // A little more than 1 - quantile of 1,200: those that took just as long are beyond it too.
    expect(sumOf(read).slow).toEqual([1020, 660, 300, 180, 120, 60]);
  });

  test('leaves out a minute whose data has not all arrived, and keeps one without requests', async () => {
    const world = cloudwatchWorld();
    world.requests('7', 0, repeat(10, 20));
    world.model('7', 0, { good: 10 });
    world.lambdaMetric('7', 'Invocations', 1, 1, 10);
    world.requests('7', 3, repeat(10, 20));
    const { baseline } = await baselineOf(world, config(), at(0), at(5));
    expect(baseline.baseline.map(({ minute, blue }) => [minute, blue.invocations])).toEqual([
      [at(0), 10],
      [at(2), 0],
      [at(4), 0],
    ]);
  });

  test('as an outline says what there is to count, in one call', async () => {
    const world = hour(cloudwatchWorld());
    const read = await world.evidence.fetchBaseline({
      config: config(),
      blue: '7',
      from: at(0),
      until: at(60),
      outline: true,
    });
    if (read === 'unavailable') throw new Error('unavailable');
    expect(sumOf(read)).toMatchObject({ minutes: 60, requests: 1200, failures: 120 });
    expect(read.baseline).toMatchObject({ baselineDurations: 0, thresholds: [], classNames: ['class'] });
    expect(world.sent).toHaveLength(1);
  });

  test("fixes thresholds at blue's own quantiles that have two requests beyond them", async () => {
    const { baseline } = await baselineOf(hour(cloudwatchWorld()));
    expect(baseline.baselineDurations).toBe(1200);
    expect(baseline.thresholds.map(({ quantile, blueMs }) => [quantile, blueMs])).toEqual([
      [0.2, 3.99],
      [0.5, 9.99],
      [0.8, 15.99],
      [0.9, 17.99],
      [0.95, 18.99],
      [0.99, 19.99],
    ]);
    expect(baseline.thresholds[1]).toEqual({ quantile: 0.5, blueMs: 9.99, greenToleratedMs: 12, greenHarmfulMs: 20 });
  });

  test('reads quantiles of one period that lies inside the stretch, also when that does not begin on the hour', async () => {
    const world = cloudwatchWorld();
    world.requests('7', 6, repeat(100, 500));
    world.requests('7', 7, repeat(100, 10));
    world.requests('7', 37, repeat(100, 500));
    world.model('7', 7, { good: 100 });
    const read = await baselineOf(world, config(), at(7), at(37));
    const { baseline } = read;
    expect(sumOf(read).requests).toBe(100);
    expect(baseline.thresholds.every(({ blueMs }) => blueMs === 9.99)).toBe(true);
  });

  test('reads at least half of any stretch as one aligned period when every minute is alike', () => {
    for (let from = 0; from < 200; from += 7) {
      for (const length of [1, 2, 7, 30, 59, 60]) {
        const start = START_MS + from * MINUTE;
        const span = fullestPeriod(start, start + length * MINUTE, () => 1)!;
        expect(span.fromMs % (span.periodSeconds * 1000)).toBe(0);
        expect(span.untilMs - span.fromMs).toBe(span.periodSeconds * 1000);
        expect(span.fromMs).toBeGreaterThanOrEqual(start);
        expect(span.untilMs).toBeLessThanOrEqual(start + length * MINUTE);
        expect(span.periodSeconds / 60).toBeGreaterThanOrEqual(length / 2);
      }
    }
    expect(fullestPeriod(START_MS, START_MS + 59_000, () => 1)).toBeUndefined();
  });

  test('reads the part of the stretch that has the traffic, not the longest one', async () => {
    const world = cloudwatchWorld();
    for (let minute = 54; minute < 60; minute += 1) world.requests('7', minute, repeat(100, 10));
    const { baseline } = await baselineOf(world, config(), at(17), at(60));
    expect(baseline.baselineDurations).toBeGreaterThanOrEqual(500);
    expect(baseline.thresholds).not.toEqual([]);
  });

  test('asks for the quantiles by their names', async () => {
    const world = hour(cloudwatchWorld());
    const { queries } = await baselineOf(world);
    const model = { namespace: 'Greenlight', dimensions: { E: 'digits', V: '7' }, from: at(0), until: at(60) };
    // 20 requests a minute: in five minutes five are beyond p95, and one is beyond p99.
    expect(queries).toContainEqual({
      ...{ ...model, periodSeconds: 300 },
      series: { bQ200: 'W p20', bQ500: 'W p50', bQ800: 'W p80', bQ900: 'W p90', bQ950: 'W p95' },
    });
    // 1,200 requests cannot tell their p99.9; their p99.8 has two beyond it.
    expect(queries).toContainEqual({ ...model, periodSeconds: 3600, series: { bQ990: 'W p99', bQ998: 'W p99.8' } });
  });

  test('falls back to the alias as a whole when blue has no series of its own', async () => {
    const world = cloudwatchWorld();
    world.requests(undefined, 3, repeat(50, 40), 5);
    world.model('7', 3, { good: 45 });
    const all = { gates: { latency: { requests: 'all' } } };
    const read = await baselineOf(world, config(all));
    expect(sumOf(read)).toMatchObject({ requests: 50, failures: 5, slow: [50] });
    expect(read.baseline.baselineDurations).toBe(50);
    expect(read.baseline.thresholds.at(-1)).toMatchObject({ quantile: 0.9, blueMs: 39.99 });
  });

  test('never falls back when blue has a series of its own', async () => {
    const world = cloudwatchWorld();
    world.requests('7', 3, repeat(5, 40));
    world.model('7', 3, { good: 5 });
    world.requests(undefined, 3, repeat(50, 900));
    expect(sumOf(await baselineOf(world))).toMatchObject({ requests: 5 });
  });

  test('has neither thresholds nor classes without traffic', async () => {
    const read = await baselineOf(cloudwatchWorld());
    expect(sumOf(read)).toEqual({ minutes: 60, requests: 0, failures: 0, classes: [], slow: [] });
    expect(read.baseline).toMatchObject({ baselineDurations: 0, thresholds: [], classNames: [] });
  });

  test('asks nothing about a stretch without a minute', async () => {
    const world = cloudwatchWorld();
    expect((await baselineOf(world, config(), at(5), at(5))).baseline).toMatchObject({
      baseline: [],
      baselineDurations: 0,
    });
    expect(world.sent).toEqual([]);
  });

  test('has no thresholds when the latency gate is off, no classes when the predictions gate is off', async () => {
    const off = config({ gates: { latency: false, predictions: false } });
    const read = await baselineOf(hour(cloudwatchWorld()), off);
    expect(sumOf(read)).toMatchObject({ requests: 1200, failures: 120, classes: [], slow: [] });
    expect(read.baseline).toMatchObject({ thresholds: [], classNames: [] });
  });

  test("counts a user's own function by Lambda's metrics alone", async () => {
    const world = hour(cloudwatchWorld());
    const read = await baselineOf(world, config({}, false));
    expect(sumOf(read)).toMatchObject({ requests: 1200, failures: 60, classes: [] });
    expect(read.baseline.thresholds).toHaveLength(6);
    expect(JSON.stringify(world.sent)).not.toContain('"Greenlight"');
  });

  test('names classes as the settings do, also those that blue never predicted', async () => {
    const read = await baselineOf(hour(cloudwatchWorld(), [0, 3]), config({ classNames: ['cat', 'dog', 'cow'] }));
    expect(read.baseline.classNames).toEqual(['cat', 'dog', 'cow', 'other']);
    expect(sumOf(read).classes).toEqual([60, 0, 0, 60]);
  });

  test('does not make classes of the indices up to that of "no label"', async () => {
    const read = await baselineOf(hour(cloudwatchWorld(), [0, 4, 1_000_000]));
    expect(read.baseline.classNames).toEqual(['0', '1', '2', '3', '4', 'other']);
    expect(sumOf(read).classes).toEqual([60, 0, 0, 0, 60, 60]);
  });

  test('counts at most 200 classes one by one, and more in ranges that each hold as many of its answers', async () => {
    const few = await baselineOf(hour(cloudwatchWorld(), [0, 199]));
    expect(few.baseline.classNames).toHaveLength(201);
    const read = await baselineOf(hour(cloudwatchWorld(), [199, 200, 350]));
    const { classNames } = read.baseline;
    expect(classNames).toEqual([
      ...['class 0 to 198', 'class 199', 'class 200'],
      ...['class 201 to 349', 'class 350', 'class 351 and beyond'],
    ]);
    expect(sumOf(read).classes).toEqual([0, 60, 60, 0, 60, 0]);
  });

  test("counts numbers in ranges at blue's own tenths, and says in which numbers these end", async () => {
    const world = hour(cloudwatchWorld());
    const scores = Array.from({ length: 1_000 }, (_, index) => cellOfNumber(100_000 + 100 * index, 0.5));
    for (const minute of [10, 20, 30]) world.cells('7', minute, 'S', scores);
    const { baseline } = await baselineOf(world);
    expect(baseline.measures?.map(({ name }) => name)).toEqual(['class', 'score']);
    expect(baseline.classNames.slice(3)).toHaveLength(12);
    expect(baseline.classNames[3]).toMatch(/^score below 1\d\d,\d{3}$/);
    expect(baseline.classNames[8]).toMatch(/^score 14\d,\d{3} to 15\d,\d{3}$/);
    const counted = baseline.baseline[20]!.blue.classes.slice(3);
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(1_000);
    // A grid of 4 % puts at most 80 answers of these on the wrong side of a tenth.
    for (const tenth of counted.slice(2, -2)) expect(Math.abs(tenth - 100)).toBeLessThan(80);
  });

  test('never has more failures than requests', async () => {
    const world = cloudwatchWorld();
    world.requests('7', 0, [20, 19.99], 1);
    world.model('7', 0, { good: 0, bad: 2 });
    expect(sumOf(await baselineOf(world))).toMatchObject({ requests: 2, failures: 2 });
  });
});
