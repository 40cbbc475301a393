import { at, cloudwatchWorld, repeat } from './cloudwatch-world';
import { classMeasure, NOTHING, queriesOf, query, reading } from './minutes-query';

describe('the calls behind the evidence', () => {
  test('splits the queries of many classes into calls of 500', async () => {
    const world = cloudwatchWorld();
    world.requests('7', 0, [20]);
    world.model('7', 0, { good: 1, classes: [299] });
    world.requests('8', 0, [20]);
    world.model('8', 0, { good: 1, classes: [150] });
    const { minutes } = await reading(world.evidence.fetchMinutes(query({ measures: classMeasure(300) })));
    expect(world.sent.map((call) => queriesOf(call).length)).toEqual([500, 120]);
    expect(minutes[0]?.blue.classes[299]).toBe(1);
    expect(minutes[0]?.green.classes[150]).toBe(1);
  });

  test('goes on through the pages of one call', async () => {
    const world = cloudwatchWorld();
    for (let minute = 0; minute < 30; minute += 1) {
      world.requests('8', minute, repeat(minute + 1, 20));
      world.model('8', minute, { good: minute + 1, classes: repeat(minute + 1, 0) });
    }
    const { sent, service } = world;
    const paged = cloudwatchWorld(({ input }) =>
      service.call('GetMetricData', { ...input, MaxDatapoints: 7 }, { kind: 'user' }),
    );
    const long = query({ windows: [{ from: at(0), until: at(30), weight: 10 }] });
    const { minutes } = await reading(paged.evidence.fetchMinutes(long));
    expect(paged.sent.length).toBeGreaterThan(20);
    expect(sent).toHaveLength(0);
    expect(minutes).toEqual((await reading(world.evidence.fetchMinutes(long))).minutes);
    expect(minutes[29]?.green).toMatchObject({ invocations: 30, classes: [30, 0, 0] });
  });

  test('compares green alone with the minutes of blue that lie earlier', async () => {
    const world = cloudwatchWorld();
    world.requests('7', -30, repeat(3, 200));
    world.model('7', -30, { good: 3 });
    world.requests('8', 0, repeat(5, 20));
    world.model('8', 0, { good: 5 });
    const watched = query({ blueMinutesEarlier: 30, windows: [{ from: at(0), until: at(1), weight: 99 }] });
    const { minutes } = await reading(world.evidence.fetchMinutes(watched));
    expect(minutes).toEqual([
      {
        minute: at(0),
        weight: 0.99,
        blue: { ...NOTHING, invocations: 3, durations: 3, slow: [3], verySlow: [3] },
        green: { ...NOTHING, invocations: 5, durations: 5 },
      },
    ]);
    expect(world.sent.map(({ input }) => input['StartTime'])).toEqual([new Date(at(-30)), new Date(at(0))]);
  });

  test('reads the alias as a whole for a version that is alone behind it and has no series of its own', async () => {
    const world = cloudwatchWorld();
    world.requests(undefined, 0, repeat(5, 20), 1);
    world.model('8', 0, { good: 4 });
    const watched = query({ blueMinutesEarlier: 30, windows: [{ from: at(0), until: at(1), weight: 99 }] });
    const { minutes } = await reading(world.evidence.fetchMinutes(watched));
    expect(minutes[0]?.green).toMatchObject({ invocations: 5, errors: 1 });
    expect(minutes[0]?.blue).toMatchObject({ invocations: 0 });
  });

  test('never reads the alias as a whole during a canary, where it is both versions', async () => {
    const world = cloudwatchWorld();
    world.requests(undefined, 0, repeat(5, 20));
    const { minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(minutes[0]).toMatchObject({ blue: NOTHING, green: NOTHING });
    expect(world.sent).toHaveLength(1);
  });

  test("nor for minutes of a canary in which blue had no request: those of the alias are all green's", async () => {
    const world = cloudwatchWorld();
    world.requests(undefined, -2, repeat(3, 20));
    world.requests('8', 0, repeat(5, 20));
    world.model('8', 0, { good: 5 });
    const watched = { blueMinutesEarlier: 2, windows: [{ from: at(0), until: at(1), weight: 99 }] };
    const { minutes } = await reading(world.evidence.fetchMinutes(query({ ...watched, blueShared: true })));
    expect(minutes[0]).toMatchObject({ blue: NOTHING, green: { invocations: 5 } });
    const alone = await reading(world.evidence.fetchMinutes(query(watched)));
    expect(alone.incomplete).toMatchObject([{ why: 'model metrics missing for version 7' }]);
  });

  test("nor for what Lambda turned away in such minutes: green's are no throttles of blue's", async () => {
    const world = cloudwatchWorld();
    world.requests('7', -2, repeat(5, 20));
    world.model('7', -2, { good: 5 });
    world.throttles('7', -2, 1);
    world.throttles('8', -2, 9);
    const watched = { blueMinutesEarlier: 2, windows: [{ from: at(0), until: at(1), weight: 99 }] };
    const { minutes } = await reading(world.evidence.fetchMinutes(query({ ...watched, blueShared: true })));
    expect(minutes[0]).toMatchObject({ blue: { invocations: 5, throttles: 1 } });
  });

  test('says what it asked, by dimensions', async () => {
    const { queries } = await reading(cloudwatchWorld().evidence.fetchMinutes(query({ measures: classMeasure(2) })));
    expect(queries).toHaveLength(5);
    expect(queries[2]).toEqual({
      from: at(0),
      until: at(2),
      periodSeconds: 60,
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: 'digits-fn', Resource: 'digits-fn:live', ExecutedVersion: '8' },
      series: {
        gRequests: 'Invocations Sum',
        gErrors: 'Errors Sum',
        gDurations: 'Duration SampleCount',
      },
    });
  });
});
