import { at, cloudwatchWorld, config, MINUTE, repeat, START_MS } from './cloudwatch-world';
import { NOTHING, queriesOf, query, reading, type SentQuery } from './minutes-query';

describe('evidence, minute by minute', () => {
  test('asks for exactly the dimensions that Lambda and the model server use, in one call', async () => {
    const { evidence, sent } = cloudwatchWorld();
    await evidence.fetchMinutes(query());
    expect(sent).toHaveLength(1);
    expect(sent[0]?.input).toMatchObject({
      StartTime: new Date(START_MS),
      EndTime: new Date(START_MS + 2 * MINUTE),
    });
    const series = queriesOf(sent[0]!).map(({ Id: id, MetricStat: stat }) => ({
      id,
      asks: `${stat.Metric.Namespace} ${stat.Metric.MetricName} ${stat.Stat} ${stat.Period}`,
      dimensions: stat.Metric.Dimensions,
    }));
    const behind = (version: string) => [
      { Name: 'FunctionName', Value: 'digits-fn' },
      { Name: 'Resource', Value: 'digits-fn:live' },
      { Name: 'ExecutedVersion', Value: version },
    ];
    const model = (version: string) => [
      { Name: 'E', Value: 'digits' },
      { Name: 'V', Value: version },
    ];
    const common = (prefix: string, version: string) => [
      { id: `${prefix}Inferences`, asks: 'Greenlight F SampleCount 60', dimensions: model(version) },
      { id: `${prefix}ModelErrors`, asks: 'Greenlight F Sum 60', dimensions: model(version) },
      { id: `${prefix}NonFinite`, asks: 'Greenlight NonFiniteOutputs Sum 60', dimensions: model(version) },
      { id: `${prefix}Timed`, asks: 'Greenlight W SampleCount 60', dimensions: model(version) },
      { id: `${prefix}A`, asks: 'Greenlight A SampleCount 60', dimensions: model(version) },
      { id: `${prefix}AIn0To0`, asks: 'Greenlight A PR(0.894:1.12) 60', dimensions: model(version) },
      { id: `${prefix}AIn1To1`, asks: 'Greenlight A PR(1.12:1.4) 60', dimensions: model(version) },
      { id: `${prefix}GateMEvents`, asks: 'Greenlight M Sum 60', dimensions: model(version) },
    ];
    expect(series).toEqual([
      { id: 'bRequests', asks: 'AWS/Lambda Invocations Sum 60', dimensions: behind('7') },
      { id: 'bErrors', asks: 'AWS/Lambda Errors Sum 60', dimensions: behind('7') },
      { id: 'bDurations', asks: 'AWS/Lambda Duration SampleCount 60', dimensions: behind('7') },
      { id: 'bBeyond0', asks: 'Greenlight W TC(100:) 60', dimensions: model('7') },
      ...common('b', '7'),
      { id: 'gRequests', asks: 'AWS/Lambda Invocations Sum 60', dimensions: behind('8') },
      { id: 'gErrors', asks: 'AWS/Lambda Errors Sum 60', dimensions: behind('8') },
      { id: 'gDurations', asks: 'AWS/Lambda Duration SampleCount 60', dimensions: behind('8') },
      { id: 'gBeyond0', asks: 'Greenlight W TC(105:) 60', dimensions: model('8') },
      { id: 'gBeyond1', asks: 'Greenlight W TC(127.6:) 60', dimensions: model('8') },
      ...common('g', '8'),
      { id: 'aThrottles', asks: 'AWS/Lambda Throttles Sum 60', dimensions: behind('').slice(0, 2) },
    ]);
  });

  test('counts requests, errors, slow requests, model failures and classes of both versions', async () => {
    const world = cloudwatchWorld();
    world.requests('7', 0, [50, 60, 100, 101, 500], 1);
    world.model('7', 0, { good: 3, bad: 1, classes: [0, 0, 1] });
    world.requests('8', 0, [104, 105, 106, 127, 128, 900]);
    world.model('8', 0, { good: 5, nonFinite: 1, classes: [1, 2, 7, 1_000_000, 0] });
    const { minutes, incomplete } = await reading(world.evidence.fetchMinutes(query()));
    expect(incomplete).toEqual([]);
    expect(minutes).toEqual([
      {
        minute: at(0),
        weight: 0.1,
        blue: {
          invocations: 5,
          errors: 2,
          modelErrors: 1,
          nonFiniteOutputs: 0,
          throttles: 0,
          durations: 5,
          slow: [2],
          verySlow: [2],
          classes: [2, 1, 0],
          custom: [],
        },
        green: {
          invocations: 6,
          errors: 1,
          modelErrors: 0,
          nonFiniteOutputs: 1,
          throttles: 0,
          durations: 6,
          slow: [4],
          verySlow: [2],
          classes: [1, 1, 3],
          custom: [],
        },
      },
      { minute: at(1), weight: 0.1, blue: NOTHING, green: NOTHING },
    ]);
  });

  test('asks a user own function for nothing that only the model server emits', async () => {
    const world = cloudwatchWorld();
    world.requests('7', 0, [50]);
    world.requests('8', 0, [50]);
    const { minutes } = await reading(
      world.evidence.fetchMinutes(
        query({ config: config({}, false), measures: [], windows: [{ from: at(0), until: at(1), weight: 5 }] }),
      ),
    );
    expect(queriesOf(world.sent[0]!).every(({ MetricStat }) => MetricStat.Metric.Namespace === 'AWS/Lambda')).toBe(
      true,
    );
    expect(minutes[0]?.green).toEqual({ ...NOTHING, invocations: 1, durations: 1, classes: [] });
  });

  test('reads each minute with the weight of its window, in order, and none outside', async () => {
    const world = cloudwatchWorld();
    const windows = [
      { from: at(5), until: at(7), weight: 25 },
      { from: at(0), until: at(2), weight: 10 },
      { from: at(9), until: at(9), weight: 50 },
    ];
    const { minutes } = await reading(world.evidence.fetchMinutes(query({ windows })));
    expect(minutes.map(({ minute, weight }) => [minute, weight])).toEqual([
      [at(0), 0.1],
      [at(1), 0.1],
      [at(5), 0.25],
      [at(6), 0.25],
    ]);
    expect(world.sent[0]?.input).toMatchObject({ StartTime: new Date(at(0)), EndTime: new Date(at(7)) });
  });

  test('asks nothing when there is no minute to read', async () => {
    const world = cloudwatchWorld();
    expect(await world.evidence.fetchMinutes(query({ windows: [] }))).toEqual({
      minutes: [],
      incomplete: [],
      queries: [],
    });
    expect(world.sent).toEqual([]);
  });

  test('takes Invocations without Errors for no errors, and no slow counts beside durations for none slow', async () => {
    const world = cloudwatchWorld();
    world.lambdaMetric('7', 'Invocations', 0, 1, 4);
    world.lambdaMetric('7', 'Duration', 0, 20, 4);
    world.model('7', 0, { good: 4 });
    const { minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(minutes[0]?.blue).toEqual({ ...NOTHING, invocations: 4 });
  });

  test.each([
    ['durations are missing', 0, 4, 'durations missing for version 8'],
    ['under 90 % of the durations are there', 8, 4, 'durations missing for version 8: 8 of 10'],
    ['the model metrics are missing', 10, 0, 'model metrics missing for version 8'],
  ])('leaves a minute out when %s', async (_, durations, good, why) => {
    const world = cloudwatchWorld();
    world.requests('7', 0, [50]);
    world.model('7', 0, { good: 1 });
    world.lambdaMetric('8', 'Invocations', 0, 1, 10);
    world.lambdaMetric('8', 'Duration', 0, 20, durations);
    world.model('8', 0, { good });
    const { minutes, incomplete } = await reading(world.evidence.fetchMinutes(query()));
    expect(incomplete).toEqual([{ minute: at(0), why }]);
    expect(minutes.map(({ minute }) => minute)).toEqual([at(1)]);
  });

  test('keeps a minute with 90 % of its durations, and one in which some requests were answered 4xx', async () => {
    const world = cloudwatchWorld();
    world.lambdaMetric('8', 'Invocations', 0, 1, 10);
    world.lambdaMetric('8', 'Duration', 0, 20, 9);
    world.model('8', 0, { good: 3 });
    const { incomplete, minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(incomplete).toEqual([]);
    // The other seven are the callers' own fault, or ask for something else: a failure is a share of the three.
    expect(minutes[0]?.green.invocations).toBe(3);
  });

  test('reads a minute with no inference in it as one without requests, and waits where nothing has arrived', async () => {
    const world = cloudwatchWorld();
    for (const minute of [0, 1]) {
      world.lambdaMetric('8', 'Invocations', minute, 1, 500);
      world.lambdaMetric('8', 'Duration', minute, 20, 500);
    }
    world.counter('Greenlight', 'NonFiniteOutputs', { E: 'digits', V: '8' }, 0, 0);
    const { incomplete, minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(minutes[0]).toMatchObject({ minute: at(0), green: { ...NOTHING, durations: 0 } });
    expect(incomplete).toEqual([{ minute: at(1), why: 'model metrics missing for version 8' }]);
  });

  test('needs no model metrics of a version whose every request crashed', async () => {
    const world = cloudwatchWorld();
    world.requests('8', 0, [20, 20], 2);
    const { minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(minutes[0]?.green).toMatchObject({ invocations: 2, errors: 2 });
  });

  test('leaves a minute out that has more errors than requests', async () => {
    const world = cloudwatchWorld();
    world.lambdaMetric('8', 'Errors', 1, 1, 2);
    const { incomplete } = await reading(world.evidence.fetchMinutes(query()));
    expect(incomplete).toEqual([{ minute: at(1), why: '2 errors and 0 requests of version 8' }]);
  });

  test('holds doubled log events to the requests there were', async () => {
    const world = cloudwatchWorld();
    world.requests('8', 0, repeat(4, 20), 1);
    world.model('8', 0, { good: 0, bad: 2, nonFinite: 4 });
    const { minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(minutes[0]?.green).toMatchObject({ invocations: 4, errors: 4, modelErrors: 2, nonFiniteOutputs: 1 });
  });

  test('rounds what CloudWatch interpolates, and never counts more slow requests than requests', async () => {
    const values: Record<string, number> = {
      gRequests: 10,
      gDurations: 10,
      gTimed: 10,
      gInferences: 10,
      gModelErrors: 0,
      gNonFinite: 0,
      gBeyond0: 10.7,
      gBeyond1: 2.6,
    };
    const world = cloudwatchWorld(({ input }) => ({
      MetricDataResults: (input['MetricDataQueries'] as SentQuery[]).map(({ Id }) => ({
        Id,
        StatusCode: 'Complete',
        Timestamps: Id in values ? [new Date(at(0))] : [],
        Values: Id in values ? [values[Id]] : [],
      })),
    }));
    const { minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(minutes[0]?.green).toMatchObject({ slow: [10], verySlow: [3] });
  });

  test('never counts more requests beyond a longer duration than beyond a shorter one, whatever CloudWatch estimates', async () => {
    const values: Record<string, number> = {
      gRequests: 10,
      gDurations: 10,
      gTimed: 10,
      gInferences: 10,
      gModelErrors: 0,
      gNonFinite: 0,
      gBeyond0: 5.6,
      gBeyond1: 6.7,
      gBeyond2: 7.2,
    };
    const world = cloudwatchWorld(({ input }) => ({
      MetricDataResults: (input['MetricDataQueries'] as SentQuery[]).map(({ Id }) => ({
        Id,
        StatusCode: 'Complete',
        Timestamps: Id in values ? [new Date(at(0))] : [],
        Values: Id in values ? [values[Id]] : [],
      })),
    }));
    const thresholds = [
      { quantile: 0.9, blueMs: 100, greenToleratedMs: 105, greenHarmfulMs: 107 },
      { quantile: 0.95, blueMs: 110, greenToleratedMs: 115.5, greenHarmfulMs: 140 },
    ];
    const { minutes } = await reading(world.evidence.fetchMinutes(query({ thresholds })));
    // 107 ms lies between 105 and 115.5: its estimate of 7.2 is held to the 6 beyond 105, and that of 6.7 to the same.
    expect(minutes[0]?.green).toMatchObject({ slow: [6, 6], verySlow: [6, 6] });
  });

  test('reads harmful durations only at a look that may pass, and counts all that is slow as harmful at others', async () => {
    const world = cloudwatchWorld();
    world.requests('8', 0, [104, 106, 130]);
    world.model('8', 0, { good: 3 });
    const atLast = await reading(world.evidence.fetchMinutes(query({ mayPass: true })));
    const before = await reading(world.evidence.fetchMinutes(query({ mayPass: false })));
    expect(atLast.minutes[0]?.green).toMatchObject({ slow: [2], verySlow: [1] });
    expect(before.minutes[0]?.green).toMatchObject({ slow: [2], verySlow: [2] });
    // One harmful duration, and of both versions the metric of the one gate that only observes.
    expect(queriesOf(world.sent[1]!)).toHaveLength(queriesOf(world.sent[0]!).length - 3);
  });

  test('counts every row of a request that has several', async () => {
    const world = cloudwatchWorld();
    world.requests('8', 0, [20]);
    world.model('8', 0, { good: 1, classes: [...repeat(33, 0), ...repeat(67, 1)] });
    const { minutes } = await reading(world.evidence.fetchMinutes(query()));
    expect(minutes[0]?.green.classes).toEqual([33, 67, 0]);
  });
});
