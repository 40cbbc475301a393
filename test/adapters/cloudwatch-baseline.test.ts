import { fullestPeriod } from '../../lambdas/adapters/cloudwatch/fullest-period';
import type { EndpointConfig } from '../../lambdas/contract/endpoint-settings';
import { at, cloudwatchWorld, config, MINUTE, repeat, START_MS } from './cloudwatch-world';

type World = ReturnType<typeof cloudwatchWorld>;

async function baselineOf(world: World, of: EndpointConfig = config(), from = at(0), until = at(60)) {
  const read = await world.evidence.baseline({ config: of, blue: '7', from, until });
  if (read === 'unavailable') throw new Error('unavailable');
  return read;
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
    const { baseline } = await baselineOf(hour(cloudwatchWorld()));
    expect(baseline).toMatchObject({
      minutes: 60,
      requests: 1200,
      failures: 120,
      classNames: ['0', '1', 'other'],
      classes: [60, 120, 0],
    });
  });

  test("fixes thresholds at blue's own quantiles that have two requests beyond them", async () => {
    const { baseline } = await baselineOf(hour(cloudwatchWorld()));
    expect(baseline.durations).toBe(1200);
    expect(baseline.thresholds.map(({ quantile, blueMs }) => [quantile, blueMs])).toEqual([
      [0.5, 9.99],
      [0.7, 13.99],
      [0.9, 17.99],
      [0.95, 18.99],
      [0.99, 19.99],
    ]);
    expect(baseline.thresholds[0]).toEqual({ quantile: 0.5, blueMs: 9.99, greenToleratedMs: 12, greenHarmfulMs: 20 });
  });

  test('reads quantiles of one period that lies inside the stretch, also when that does not begin on the hour', async () => {
    const world = cloudwatchWorld();
    world.requests('7', 6, repeat(100, 500));
    world.requests('7', 7, repeat(100, 10));
    world.requests('7', 37, repeat(100, 500));
    const { baseline } = await baselineOf(world, config(), at(7), at(37));
    expect(baseline.requests).toBe(100);
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
    expect(baseline.durations).toBeGreaterThanOrEqual(500);
    expect(baseline.thresholds).not.toEqual([]);
  });

  test('asks for the quantiles by their names', async () => {
    const world = hour(cloudwatchWorld());
    const { queries } = await baselineOf(world);
    expect(queries).toContainEqual({
      from: at(0),
      until: at(60),
      periodSeconds: 3600,
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: 'digits-fn', Resource: 'digits-fn:live', ExecutedVersion: '7' },
      series: {
        bSpan: 'Duration SampleCount',
        bQ500: 'Duration p50',
        bQ700: 'Duration p70',
        bQ900: 'Duration p90',
        bQ950: 'Duration p95',
        bQ990: 'Duration p99',
        bQ999: 'Duration p99.9',
      },
    });
  });

  test('falls back to the alias as a whole when blue has no series of its own', async () => {
    const world = cloudwatchWorld();
    world.requests(undefined, 3, repeat(50, 40), 5);
    world.model('7', 3, { good: 45 });
    const { baseline } = await baselineOf(world);
    expect(baseline).toMatchObject({ requests: 50, failures: 5, durations: 50 });
    expect(baseline.thresholds.at(-1)).toMatchObject({ quantile: 0.9, blueMs: 39.99 });
  });

  test('never falls back when blue has a series of its own', async () => {
    const world = cloudwatchWorld();
    world.requests('7', 3, repeat(5, 40));
    world.requests(undefined, 3, repeat(50, 900));
    expect((await baselineOf(world)).baseline).toMatchObject({ requests: 5 });
  });

  test('has neither thresholds nor classes without traffic', async () => {
    expect((await baselineOf(cloudwatchWorld())).baseline).toEqual({
      minutes: 60,
      requests: 0,
      failures: 0,
      durations: 0,
      thresholds: [],
      classNames: [],
      classes: [],
    });
  });

  test('asks nothing about a stretch without a minute', async () => {
    const world = cloudwatchWorld();
    expect((await baselineOf(world, config(), at(5), at(5))).baseline).toMatchObject({ minutes: 0, requests: 0 });
    expect(world.sent).toEqual([]);
  });

  test('has no thresholds when the latency gate is off, no classes when the predictions gate is off', async () => {
    const off = config({ gates: { latency: false, predictions: false } });
    const { baseline } = await baselineOf(hour(cloudwatchWorld()), off);
    expect(baseline).toMatchObject({ requests: 1200, failures: 120, thresholds: [], classNames: [], classes: [] });
  });

  test("counts a user's own function by Lambda's metrics alone", async () => {
    const world = hour(cloudwatchWorld());
    const { baseline } = await baselineOf(world, config({}, false));
    expect(baseline).toMatchObject({ requests: 1200, failures: 60, classNames: [], classes: [] });
    expect(JSON.stringify(world.sent)).not.toContain('"Greenlight"');
  });

  test('names classes as the settings do, also those that blue never predicted', async () => {
    const { baseline } = await baselineOf(
      hour(cloudwatchWorld(), [0, 3]),
      config({ classNames: ['cat', 'dog', 'cow'] }),
    );
    expect(baseline).toMatchObject({ classNames: ['cat', 'dog', 'cow', 'other'], classes: [60, 0, 0, 60] });
  });

  test('does not make classes of the indices up to that of "no label"', async () => {
    const { baseline } = await baselineOf(hour(cloudwatchWorld(), [0, 4, 1_000_000]));
    expect(baseline.classNames).toEqual(['0', '1', '2', '3', '4', 'other']);
    expect(baseline.classes).toEqual([60, 0, 0, 0, 60, 60]);
  });

  test('counts at most 200 classes one by one', async () => {
    const { baseline } = await baselineOf(hour(cloudwatchWorld(), [199, 200, 350]));
    expect(baseline.classNames).toHaveLength(201);
    expect(baseline.classes[199]).toBe(60);
    expect(baseline.classes[200]).toBe(120);
  });

  test('never has more failures than requests', async () => {
    const world = cloudwatchWorld();
    world.requests('7', 0, [20, 19.99], 1);
    world.model('7', 0, { good: 0, bad: 2 });
    expect((await baselineOf(world)).baseline).toMatchObject({ requests: 2, failures: 2 });
  });
});
