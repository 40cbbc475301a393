import { at, cloudwatchWorld, config, repeat } from './cloudwatch-world';
import { query, reading } from './minutes-query';

type World = ReturnType<typeof cloudwatchWorld>;

/** 60 requests of a version in a minute, of which the warm ones took as long as said. */
function minute(
  world: World,
  version: string,
  at: number,
  durations: readonly number[],
  warm: readonly number[],
): void {
  world.requests(version, at, durations, 0, warm);
  world.model(version, at, { good: durations.length });
}

const COLD = repeat(10, 1_500);
const FAST = repeat(50, 20);
const ALL = config({ gates: { latency: { requests: 'all' } } });

async function baselineOf(world: World) {
  const read = await world.evidence.fetchBaseline({
    config: config(),
    blue: '7',
    from: at(0),
    until: at(10),
    outline: false,
  });
  if (read === 'unavailable') throw new Error('unavailable');
  return read;
}

describe('requests that came to a warm environment', () => {
  test('are the only ones that are timed, on both sides', async () => {
    const world = cloudwatchWorld();
    minute(world, '7', 0, FAST, FAST);
    minute(world, '8', 0, [...FAST, ...COLD], FAST);
    const { minutes, queries } = await reading(world.evidence.fetchMinutes(query()));
    expect(minutes[0]?.green).toMatchObject({ invocations: 60, durations: 50, slow: [0], verySlow: [0] });
    expect(minutes[0]?.blue).toMatchObject({ invocations: 50, durations: 50 });
    expect(JSON.stringify(queries)).not.toContain('note');
  });

  test('are not told apart where the settings say all, or where the endpoint is a function of the user', async () => {
    for (const settings of [ALL, config({}, false)]) {
      const world = cloudwatchWorld();
      minute(world, '8', 0, [...FAST, ...COLD], FAST);
      const { minutes } = await reading(world.evidence.fetchMinutes(query({ config: settings })));
      expect(minutes[0]?.green).toMatchObject({ invocations: 60, durations: 60, slow: [10], verySlow: [10] });
      expect(JSON.stringify(world.sent)).not.toContain('"MetricName":"W"');
    }
  });

  test('cost no query where the latency gate is off', async () => {
    const world = cloudwatchWorld();
    await world.evidence.fetchMinutes(query({ config: config({ gates: { latency: false } }), thresholds: [] }));
    expect(JSON.stringify(world.sent)).not.toContain('WarmDuration');
  });

  test('fix the thresholds, and are counted beyond them minute by minute', async () => {
    const world = cloudwatchWorld();
    for (let at = 0; at < 10; at += 1) minute(world, '7', at, [...FAST, ...COLD], FAST);
    const { baseline } = await baselineOf(world);
    expect(baseline.baselineDurations).toBe(500);
    expect(baseline.thresholds.map(({ blueMs }) => blueMs)).toEqual([19.99]);
    expect(baseline.baseline[3]?.blue).toMatchObject({ invocations: 60, durations: 50, slow: [50] });
  });

  test('may be none in a minute: that is no missing data', async () => {
    const world = cloudwatchWorld();
    minute(world, '7', 0, FAST, FAST);
    minute(world, '8', 0, COLD, []);
    const { minutes, incomplete } = await reading(world.evidence.fetchMinutes(query()));
    expect(incomplete).toEqual([]);
    expect(minutes[0]?.green).toMatchObject({ invocations: 10, durations: 0, slow: [0] });
  });

  test('leave Lambda to say whether the minute has arrived', async () => {
    const world = cloudwatchWorld();
    world.lambdaMetric('8', 'Invocations', 0, 1, 10);
    world.warm('8', 0, repeat(10, 20));
    world.model('8', 0, { good: 10 });
    const { incomplete } = await reading(world.evidence.fetchMinutes(query()));
    expect(incomplete).toEqual([{ minute: at(0), why: 'durations missing for version 8' }]);
  });

  test('are never more than the requests, though logs may be delivered twice', async () => {
    const world = cloudwatchWorld();
    minute(world, '8', 0, repeat(10, 200), repeat(20, 200));
    const { minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(minutes[0]?.green).toMatchObject({ invocations: 10, durations: 10, slow: [10] });
  });
});

describe('a version that tells no warm requests from cold ones', () => {
  test('is a blue of an older model server: its thresholds come from all requests, and the queries say so', async () => {
    const world = cloudwatchWorld();
    for (let at = 0; at < 10; at += 1) minute(world, '7', at, [...FAST, ...COLD], []);
    const { baseline, queries } = await baselineOf(world);
    expect(baseline.baselineDurations).toBe(600);
    expect(baseline.thresholds.at(-1)).toMatchObject({ quantile: 0.99, blueMs: 1499.99 });
    expect(baseline.baseline[0]?.blue).toMatchObject({ durations: 60, slow: [60, 10] });
    expect(queries[0]).toEqual({
      note: "version 7 counts no warm requests apart: every request's duration is Lambda's, for both versions",
    });
  });

  test.each([
    ['blue', '7', '8'],
    ['green, as after a rollback', '8', '7'],
  ])('is timed by Lambda together with the other, also when it is %s', async (_, older, newer) => {
    const world = cloudwatchWorld();
    for (const at of [0, 1]) {
      minute(world, older, at, [...FAST, ...COLD], []);
      minute(world, newer, at, [...FAST, ...COLD], FAST);
    }
    const { minutes, queries } = await reading(world.evidence.fetchMinutes(query()));
    for (const { blue, green } of minutes) {
      expect(blue).toMatchObject({ invocations: 60, durations: 60, slow: [10] });
      expect(green).toMatchObject({ invocations: 60, durations: 60, slow: [10], verySlow: [10] });
    }
    expect(JSON.stringify(queries)).toContain(`version ${older} counts no warm requests apart`);
  });

  test('is so while green alone is watched', async () => {
    const world = cloudwatchWorld();
    minute(world, '7', -30, [...FAST, ...COLD], []);
    minute(world, '8', 0, [...FAST, ...COLD], FAST);
    const windows = [{ from: at(0), until: at(1), weight: 50 }];
    const { minutes } = await reading(world.evidence.fetchMinutes(query({ windows, blueMinutesEarlier: 30 })));
    expect(minutes[0]?.blue).toMatchObject({ durations: 60, slow: [10] });
    expect(minutes[0]?.green).toMatchObject({ durations: 60, slow: [10] });
  });

  test('is not one that had few requests yet, each perhaps the first of its environment', async () => {
    const world = cloudwatchWorld();
    minute(world, '7', 0, FAST, FAST);
    minute(world, '8', 0, COLD, []);
    const { minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(minutes[0]?.green).toMatchObject({ invocations: 10, durations: 0, slow: [0] });
  });

  test('makes the evidence unavailable when its durations are not given whole', async () => {
    const whole = cloudwatchWorld();
    minute(whole, '7', 0, FAST, []);
    const broken = cloudwatchWorld(async ({ input }, nth) => {
      const page = (await whole.service.call('GetMetricData', input, { kind: 'user' })) as {
        MetricDataResults: { StatusCode: string }[];
      };
      if (nth === 2) page.MetricDataResults[0]!.StatusCode = 'InternalError';
      return page;
    });
    expect(await broken.evidence.fetchMinutes(query())).toBe('unavailable');
  });
});
