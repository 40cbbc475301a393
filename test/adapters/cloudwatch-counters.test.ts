import { at, cloudwatchWorld, config, repeat } from './cloudwatch-world';
import { query, queriesOf, reading } from './minutes-query';

type World = ReturnType<typeof cloudwatchWorld>;

const fallbacks = {
  name: 'fallbacks',
  events: { namespace: 'Shop', metric: 'Fallbacks', dimensions: { Endpoint: 'digits', Version: 'v{version}' } },
};
const ofAnswers = {
  ...fallbacks,
  of: { namespace: 'Shop', metric: 'Answers', dimensions: { Version: '{version}' }, stat: 'SampleCount' },
};
const withGate = (gate: object, builtIn = true) => config({ gates: { custom: [gate] } }, builtIn);

const count = (world: World, version: string, minute: number, events: number): void =>
  world.counter('Shop', 'Fallbacks', { Endpoint: 'digits', Version: `v${version}` }, minute, events);

function served(requests = 10): World {
  const world = cloudwatchWorld();
  for (const version of ['7', '8']) {
    world.requests(version, 0, repeat(requests, 20));
    world.model(version, 0, { good: requests });
  }
  return world;
}

describe('throttles', () => {
  test('are counted of each version, and not among its requests', async () => {
    const world = served();
    world.throttles('7', 0, 2);
    world.throttles('8', 0, 5);
    world.throttles('8', 1, 1);
    const { minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(
      minutes.map(({ blue, green }) => [blue.invocations, blue.throttles, green.invocations, green.throttles]),
    ).toEqual([
      [10, 2, 10, 5],
      [0, 0, 0, 1],
    ]);
  });

  test('are asked of each version under the dimensions of requests, and only where the alias had any', async () => {
    const world = served();
    await world.evidence.fetchMinutes(query());
    expect(world.sent).toHaveLength(1);
    world.throttles('8', 0, 1);
    const { queries } = await reading(world.evidence.fetchMinutes(query()));
    expect(queriesOf(world.sent[2]!).map(({ Id }) => Id)).toEqual(['bThrottles', 'gThrottles']);
    expect(queries).toContainEqual(
      expect.objectContaining({
        dimensions: { FunctionName: 'digits-fn', Resource: 'digits-fn:live', ExecutedVersion: '8' },
        series: { gThrottles: 'Throttles Sum' },
      }),
    );
  });

  test('are those of the alias while blue is alone behind it', async () => {
    const world = served();
    world.throttles('7', 0, 3);
    const read = await world.evidence.fetchBaseline({
      config: config(),
      blue: '7',
      from: at(0),
      until: at(2),
      outline: false,
    });
    expect(read !== 'unavailable' && read.baseline.baseline.map(({ blue }) => blue.throttles)).toEqual([3, 0]);
  });

  test('cost no query where their gate is off', async () => {
    const world = served();
    world.throttles('8', 0, 3);
    const { minutes } = await reading(
      world.evidence.fetchMinutes(query({ config: config({ gates: { throttles: false } }) })),
    );
    expect(JSON.stringify(world.sent)).not.toContain('Throttles');
    expect(minutes[0]?.green.throttles).toBe(0);
  });

  test('make the evidence unavailable when they are not given whole', async () => {
    const whole = served();
    whole.throttles('8', 0, 3);
    const broken = cloudwatchWorld(async ({ input }, nth) => {
      const page = (await whole.service.call('GetMetricData', input, { kind: 'user' })) as {
        MetricDataResults: { StatusCode: string }[];
      };
      if (nth === 2) page.MetricDataResults[0]!.StatusCode = 'PartialData';
      return page;
    });
    expect(await broken.evidence.fetchMinutes(query())).toBe('unavailable');
  });
});

describe("a gate of the user's own", () => {
  test.each([true, false])('counts its events of the requests, per version (built-in server: %s)', async (builtIn) => {
    const world = served();
    count(world, '7', 0, 1);
    count(world, '8', 0, 4);
    const { minutes } = await reading(world.evidence.fetchMinutes(query({ config: withGate(fallbacks, builtIn) })));
    expect(minutes[0]?.blue.custom).toEqual([{ events: 1, requests: 10 }]);
    expect(minutes[0]?.green.custom).toEqual([{ events: 4, requests: 10 }]);
    expect(minutes[1]?.green.custom).toEqual([{ events: 0, requests: 0 }]);
  });

  test('asks for the version in the place of {version}, with the statistic of the setting', async () => {
    const world = served();
    await world.evidence.fetchMinutes(query({ config: withGate(ofAnswers) }));
    const custom = queriesOf(world.sent[0]!).filter(({ Id }) => Id.includes('Custom'));
    expect(
      custom.map(({ Id, MetricStat: { Metric, Stat } }) => [
        Id,
        Metric.Namespace,
        Metric.MetricName,
        Metric.Dimensions,
        Stat,
      ]),
    ).toEqual(
      ['7', '8'].flatMap((version, side) => [
        [
          `${'bg'[side]}Custom0Events`,
          'Shop',
          'Fallbacks',
          [
            { Name: 'Endpoint', Value: 'digits' },
            { Name: 'Version', Value: `v${version}` },
          ],
          'Sum',
        ],
        [`${'bg'[side]}Custom0Of`, 'Shop', 'Answers', [{ Name: 'Version', Value: version }], 'SampleCount'],
      ]),
    );
  });

  test('takes a missing datapoint of its events for none', async () => {
    const { minutes } = await reading(served().evidence.fetchMinutes(query({ config: withGate(fallbacks) })));
    expect(minutes[0]?.green.custom).toEqual([{ events: 0, requests: 10 }]);
  });

  test('counts events of another counter', async () => {
    const world = served();
    count(world, '8', 0, 4);
    for (let answer = 0; answer < 30; answer += 1) world.counter('Shop', 'Answers', { Version: '8' }, 0, 17);
    const { minutes } = await reading(world.evidence.fetchMinutes(query({ config: withGate(ofAnswers) })));
    expect(minutes[0]?.green.custom).toEqual([{ events: 4, requests: 30 }]);
  });

  test('makes a minute wait that has more events than the other counter says there was to count', async () => {
    const world = served();
    count(world, '8', 0, 4);
    world.counter('Shop', 'Answers', { Version: '8' }, 0, 1);
    const { minutes, incomplete } = await reading(world.evidence.fetchMinutes(query({ config: withGate(ofAnswers) })));
    expect(incomplete).toEqual([{ minute: at(0), why: 'custom gate fallbacks: 4 events of 1 for version 8' }]);
    expect(minutes.map(({ minute }) => minute)).toEqual([at(1)]);
  });

  test('holds events of requests to the requests, because logs may be delivered twice', async () => {
    const world = served();
    count(world, '8', 0, 14);
    const { minutes } = await reading(world.evidence.fetchMinutes(query({ config: withGate(fallbacks) })));
    expect(minutes[0]?.green.custom).toEqual([{ events: 10, requests: 10 }]);
  });

  test("has blue's own minutes too, and keeps the order of the settings", async () => {
    const world = served();
    count(world, '7', 0, 2);
    const retries = { name: 'retries', events: { ...fallbacks.events, metric: 'Retries' } };
    world.counter('Shop', 'Retries', { Endpoint: 'digits', Version: 'v7' }, 0, 3);
    const both = config({ gates: { custom: [retries, fallbacks] } });
    const read = await world.evidence.fetchBaseline({
      config: both,
      blue: '7',
      from: at(0),
      until: at(1),
      outline: false,
    });
    expect(read !== 'unavailable' && read.baseline.baseline[0]?.blue.custom).toEqual([
      { events: 3, requests: 10 },
      { events: 2, requests: 10 },
    ]);
  });
});
