import { parseEmbeddedMetrics } from '../../../simulator/services/cloudwatch/embedded-metrics';
import { blueAndGreen } from './lambda-setup';
import { metric } from './metric-query';
import { START_MS } from './test-world';

describe('the metrics of Lambda', () => {
  const LIVE = { FunctionName: 'digits', Resource: 'digits:live' };
  const GREEN = { ...LIVE, ExecutedVersion: '2' };
  const request = { method: 'POST', path: '/' };

  it('are written for the function, the alias, and each version behind it, with 0 errors for a success', async () => {
    const { call, cloudwatch, lambda, world } = await blueAndGreen((_, { version }) =>
      version === '2' ? { error: { type: 'Error', message: 'no' }, durationMs: 20 } : { durationMs: 10 },
    );
    await call('UpdateAlias', {
      FunctionName: 'digits',
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { '2': 0.5 } },
    });
    const responses = await lambda.invokeUrlBatch('digits', 'live', new Array<typeof request>(100).fill(request));
    const green = responses.filter((response) => response.executedVersion === '2').length;
    await world.clock.advance(300);
    const read = (name: string, dimensions: Record<string, string>, stat: string) =>
      metric(cloudwatch, world, name, dimensions, stat);
    expect(await read('Invocations', { FunctionName: 'digits' }, 'Sum')).toEqual([100]);
    expect(await read('Invocations', LIVE, 'Sum')).toEqual([100]);
    expect(await read('Invocations', GREEN, 'Sum')).toEqual([green]);
    expect(await read('Errors', GREEN, 'Sum')).toEqual([green]);
    expect(await read('Errors', LIVE, 'SampleCount')).toEqual([100]);
    expect(await read('Errors', { ...LIVE, ExecutedVersion: '1' }, 'Sum')).toEqual([0]);
    expect(await read('Duration', GREEN, 'Maximum')).toEqual([20]);
    expect(await read('Throttles', LIVE, 'Sum')).toEqual([0]);
    expect(await read('Invocations', { FunctionName: 'digits', Resource: 'digits:2' }, 'Sum')).toEqual([]);
  });

  it('of a direct call of a version are apart from those of the alias', async () => {
    const { call, cloudwatch, world } = await blueAndGreen();
    await world.clock.finish(call('Invoke', { FunctionName: 'digits', Qualifier: '2' }));
    await world.clock.finish(call('Invoke', { FunctionName: 'digits' }));
    await world.clock.advance(300);
    expect(
      await metric(cloudwatch, world, 'Invocations', { FunctionName: 'digits', Resource: 'digits:2' }, 'Sum'),
    ).toEqual([1]);
    expect(
      await metric(cloudwatch, world, 'Invocations', { FunctionName: 'digits', Resource: 'digits' }, 'Sum'),
    ).toEqual([1]);
    expect(await metric(cloudwatch, world, 'Invocations', LIVE, 'Sum')).toEqual([]);
    expect(await metric(cloudwatch, world, 'Invocations', GREEN, 'Sum')).toEqual([]);
  });

  it('per version of an alias without weights can be turned off', async () => {
    const { cloudwatch, lambda, world } = await blueAndGreen(undefined, {
      invoker: { versionMetricsWithoutWeights: false },
    });
    await lambda.invokeUrl('digits', 'live', request);
    await world.clock.advance(300);
    expect(await metric(cloudwatch, world, 'Invocations', LIVE, 'Sum')).toEqual([1]);
    expect(await metric(cloudwatch, world, 'Invocations', { ...LIVE, ExecutedVersion: '1' }, 'Sum')).toEqual([]);
  });

  it('count a throttle as a throttle and not as an invocation', async () => {
    const { call, cloudwatch, lambda, world } = await blueAndGreen();
    lambda.setThrottleRate('digits', 1);
    await expect(call('Invoke', { FunctionName: 'digits', Qualifier: 'live' })).rejects.toMatchObject({
      name: 'TooManyRequestsException',
    });
    await world.clock.advance(300);
    expect(await metric(cloudwatch, world, 'Throttles', LIVE, 'Sum')).toEqual([1]);
    expect(await metric(cloudwatch, world, 'Invocations', LIVE, 'Sum')).toEqual([]);
  });

  it('count the throttles of one version apart, also in simulated traffic', async () => {
    const { call, cloudwatch, lambda, world } = await blueAndGreen();
    lambda.setThrottleRate('digits', 0.5, '2');
    await call('UpdateAlias', {
      FunctionName: 'digits',
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { '2': 0.5 } },
    });
    const { byVersion, refused } = lambda.simulateTraffic(
      { functionName: 'digits', qualifier: 'live', requests: 400 },
      (_, count) => ({ errors: 0, durations: [[10, count]] }),
    );
    const answers = await lambda.invokeUrlBatch('digits', 'live', new Array<typeof request>(400).fill(request));
    const turnedAway = answers.filter(({ statusCode }) => statusCode === 429).length;
    await world.clock.advance(300);
    expect(refused).toBeGreaterThan(60);
    expect(turnedAway).toBeGreaterThan(60);
    expect(await metric(cloudwatch, world, 'Throttles', GREEN, 'Sum')).toEqual([refused + turnedAway]);
    expect(await metric(cloudwatch, world, 'Throttles', LIVE, 'Sum')).toEqual([refused + turnedAway]);
    expect(await metric(cloudwatch, world, 'Throttles', { ...LIVE, ExecutedVersion: '1' }, 'Sum')).toEqual([0]);
    expect(byVersion.get('2')?.requests).toBeLessThan(byVersion.get('1')?.requests ?? 0);
  });

  it('are stamped with the minute in which the invocation began', async () => {
    const { cloudwatch, lambda, world } = await blueAndGreen();
    const atMs = START_MS + 10 * 60_000;
    await lambda.invokeUrlBatch('digits', 'live', [
      { ...request, atMs },
      { ...request, atMs: atMs + 59_999 },
      { ...request, atMs: atMs + 60_000 },
    ]);
    await world.clock.advance(1200);
    expect(await metric(cloudwatch, world, 'Invocations', LIVE, 'Sum')).toEqual([2, 1]);
  });

  it('come from a traffic model as from real invocations, in the shares of the weights', async () => {
    const { call, cloudwatch, lambda, world } = await blueAndGreen();
    await call('UpdateAlias', {
      FunctionName: 'digits',
      Name: 'live',
      RoutingConfig: { AdditionalVersionWeights: { '2': 0.2 } },
    });
    const { byVersion, refused } = lambda.simulateTraffic(
      { functionName: 'digits', qualifier: 'live', requests: 1000 },
      (version, count) => ({
        errors: version.version === '2' ? 3 : 0,
        durations: [[12, count]],
        metrics: [
          {
            namespace: 'Greenlight',
            metric: 'PredictedClass',
            dimensions: { Version: version.version },
            values: [[4, count]],
          },
        ],
      }),
    );
    await world.clock.advance(300);
    const green = byVersion.get('2')!.requests;
    expect(refused).toBe(0);
    expect(Math.abs(green - 200)).toBeLessThan(60);
    expect(await metric(cloudwatch, world, 'Errors', GREEN, 'Sum')).toEqual([3]);
    expect(await metric(cloudwatch, world, 'Errors', GREEN, 'SampleCount')).toEqual([green]);
    expect(await metric(cloudwatch, world, 'PredictedClass', { Version: '2' }, 'PR(3:4)', 'Greenlight')).toEqual([100]);
  });
});

describe('embedded metrics', () => {
  const line = (root: object, directive: object = {}) =>
    JSON.stringify({
      _aws: {
        Timestamp: 1,
        CloudWatchMetrics: [
          { Namespace: 'Greenlight', Dimensions: [['Version']], Metrics: [{ Name: 'Class' }], ...directive },
        ],
      },
      Version: '7',
      Class: [1, 1, 4],
      ...root,
    });

  it('in the logs become custom metrics at the time of the invocation', async () => {
    const { cloudwatch, lambda, world } = await blueAndGreen(() => ({ logs: ['plain', line({})] }));
    await lambda.invokeUrl('digits', 'live', { method: 'POST', path: '/', atMs: START_MS + 60_000 });
    await world.clock.advance(300);
    expect(await metric(cloudwatch, world, 'Class', { Version: '7' }, 'SampleCount', 'Greenlight')).toEqual([3]);
    expect(await metric(cloudwatch, world, 'Class', { Version: '7' }, 'TC(0:1)', 'Greenlight')).toEqual([2]);
  });

  it('are written once for each set of dimensions', () => {
    expect(parseEmbeddedMetrics(line({}, { Dimensions: [['Version'], []] }))).toMatchObject([
      { dimensions: { Version: '7' }, values: [1, 1, 4] },
      { dimensions: {}, values: [1, 1, 4] },
    ]);
  });

  it.each([
    ['a dimension that the root lacks', line({}, { Dimensions: [['Other']] })],
    ['a metric that the root lacks', line({}, { Metrics: [{ Name: 'Other' }] })],
    ['a value that is no number', line({ Class: 'x' })],
    ['101 metrics', line({}, { Metrics: new Array<object>(101).fill({ Name: 'Class' }) })],
  ])('with %s are refused and counted', async (_, text) => {
    const { cloudwatch, lambda, world } = await blueAndGreen(() => ({ logs: [text] }));
    await lambda.invokeUrl('digits', 'live', { method: 'POST', path: '/' });
    await world.clock.advance(300);
    expect(await metric(cloudwatch, world, 'EMFValidationErrors', {}, 'Sum', 'AWS/Logs')).toEqual([1]);
  });

  it.each(['', 'plain', '{"level":"INFO"}', '{"_aws" broken', '[1]'])('are not seen in %j', (text) => {
    expect(parseEmbeddedMetrics(text)).toEqual([]);
  });
});
