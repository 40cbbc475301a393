import type { InvocationResponse } from '@aws-sdk/client-lambda';
import type { FunctionRuntime } from '../../../simulator/runtime/function-runtime';
import { blueAndGreen, lambdaSetup, payloadOf } from './lambda-setup';
import { metric } from './metric-query';

const FN = { FunctionName: 'digits' };
const LIVE = { ...FN, Qualifier: 'live' };
const half = { ...FN, Name: 'live', RoutingConfig: { AdditionalVersionWeights: { '2': 0.5 } } };
const request = { method: 'POST', path: '/v2/models/digits/infer', headers: { 'X-A': 'b' }, body: '{}' };

describe('an invoke', () => {
  it('says which version answered and takes as long as the function ran', async () => {
    const { call, world } = await blueAndGreen((_, { version, environment }) => ({
      payload: { version, model: environment.MODEL },
      durationMs: 250,
      logs: ['a line'],
    }));
    const start = world.clock.now();
    const response = await world.clock.finish(
      call<InvocationResponse>('Invoke', { ...LIVE, LogType: 'Tail', Payload: '{}' }),
    );
    expect(response).toMatchObject({ StatusCode: 200, ExecutedVersion: '1' });
    expect(payloadOf(response)).toEqual({ version: '1', model: 'blue' });
    expect(Buffer.from(response.LogResult ?? '', 'base64').toString()).toBe('a line');
    expect(world.clock.now() - start).toBeGreaterThanOrEqual(250);
  });

  it('of a function that throws is a success of the call with an error inside', async () => {
    const { call, world } = await blueAndGreen(() => ({ error: { type: 'TypeError', message: 'no' } }));
    const response = await world.clock.finish(call<InvocationResponse>('Invoke', LIVE));
    expect(response).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '1' });
    expect(payloadOf(response)).toEqual({ errorType: 'TypeError', errorMessage: 'no', trace: [] });
  });

  it('of a function that is slower than its timeout ends as a timeout at that time', async () => {
    const { call, cloudwatch, world } = await blueAndGreen(() => ({ durationMs: 60_000 }), {
      spec: { timeoutSeconds: 3 },
    });
    const start = world.clock.now();
    const response = await world.clock.finish(call<InvocationResponse>('Invoke', LIVE));
    expect(payloadOf(response)).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(payloadOf(response)).toMatchObject({
      errorMessage: expect.stringContaining('timed out after 3.00 seconds') as string,
    });
    expect(world.clock.now() - start).toBeLessThan(3_200);
    await world.clock.advance(300);
    expect(await metric(cloudwatch, world, 'Errors', { FunctionName: 'digits' }, 'Sum')).toEqual([1]);
  });

  it('cuts off code inside the engine that never answers, and tells it so', async () => {
    let signal: AbortSignal | undefined;
    const hanging: FunctionRuntime = {
      inWorldTime: true,
      invoke: (_, __, context) => {
        signal = context.signal;
        return new Promise(() => undefined);
      },
      stop: async () => undefined,
    };
    const { call, world } = lambdaSetup(undefined, { spec: { runtime: hanging, timeoutSeconds: 5 } });
    const response = await world.clock.finish(call<InvocationResponse>('Invoke', FN));
    expect(payloadOf(response)).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(signal?.aborted).toBe(true);
  });

  it.each([
    ['a function', { FunctionName: 'other' }],
    ['a version', { ...FN, Qualifier: '9' }],
    ['an alias', { ...FN, Qualifier: 'dev' }],
  ])('of %s that is not there is refused', async (_, input) => {
    const { call } = await blueAndGreen();
    await expect(call('Invoke', input)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('of an inactive version fails, leaves no datapoint, and wakes the version up', async () => {
    const { call, cloudwatch, lambda, world } = await blueAndGreen();
    lambda.setState('digits', '1', 'Inactive');
    await expect(call('Invoke', LIVE)).rejects.toMatchObject({ name: 'ResourceNotReadyException' });
    await expect(call('Invoke', LIVE)).rejects.toMatchObject({ name: 'ResourceConflictException' });
    expect(await lambda.invokeUrl('digits', 'live', request)).toMatchObject({ statusCode: 502 });
    await world.clock.advance(300);
    expect(await metric(cloudwatch, world, 'Errors', { FunctionName: 'digits' }, 'SampleCount')).toEqual([]);
    await expect(world.clock.finish(call('Invoke', LIVE))).resolves.toMatchObject({ StatusCode: 200 });
  });

  it('asynchronously is accepted at once and tried again after one and after two minutes', async () => {
    const times: number[] = [];
    const { call, world } = lambdaSetup(() => {
      times.push(world.clock.now());
      return { error: { type: 'Error', message: 'again' }, durationMs: 0 };
    });
    expect(await call('Invoke', { ...FN, InvocationType: 'Event' })).toMatchObject({ StatusCode: 202 });
    await world.clock.advance(600);
    expect(times.map((time) => (time - times[0]!) / 1000)).toEqual([0, 60, 180]);
  });

  it('with a payload that is not JSON is refused', async () => {
    const { call } = lambdaSetup();
    await expect(call('Invoke', { ...FN, Payload: '{' })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
  });
});

describe('a function URL', () => {
  it('gives the function an event of payload format 2.0 and its answer on', async () => {
    const { lambda } = await blueAndGreen((event) => ({
      payload: { statusCode: 201, headers: { 'x-v': '1' }, body: JSON.stringify(event) },
    }));
    const response = await lambda.invokeUrl('digits', 'live', { ...request, query: 'a=1' });
    expect(response).toMatchObject({
      statusCode: 201,
      headers: { 'x-v': '1' },
      executedVersion: '1',
      functionError: false,
    });
    expect(JSON.parse(response.body)).toMatchObject({
      version: '2.0',
      rawPath: '/v2/models/digits/infer',
      rawQueryString: 'a=1',
      headers: { 'x-a': 'b' },
      queryStringParameters: { a: '1' },
      requestContext: { http: { method: 'POST' }, time: '23/Nov/2026:09:00:20 +0000' },
      body: '{}',
      isBase64Encoded: false,
    });
  });

  it('turns a thrown error into a 502 and a throttle into a 429', async () => {
    const { lambda } = await blueAndGreen(() => ({ error: { type: 'Error', message: 'no' } }));
    expect(await lambda.invokeUrl('digits', 'live', request)).toMatchObject({ statusCode: 502, functionError: true });
    lambda.setThrottleRate('digits', 1);
    expect(await lambda.invokeUrl('digits', 'live', request)).toMatchObject({ statusCode: 429, functionError: false });
  });

  it('splits a batch by weight, request by request, in the order that it came', async () => {
    const { call, lambda } = await blueAndGreen((event) => ({ payload: (event as { body: string }).body }));
    await call('UpdateAlias', half);
    const requests = Array.from({ length: 2000 }, (_, i) => ({ ...request, body: String(i) }));
    const responses = await lambda.invokeUrlBatch('digits', 'live', requests);
    expect(responses.map((response) => response.body)).toEqual(requests.map((each) => each.body));
    const green = responses.filter((response) => response.executedVersion === '2').length;
    // 2,000 fair draws have a standard deviation of 22.
    expect(Math.abs(green - 1000)).toBeLessThan(110);
  });

  it('splits the same way for the same seed and another way for another', async () => {
    const versions = async (seed: number) => {
      const { call, lambda } = await blueAndGreen(undefined, { seed });
      await call('UpdateAlias', half);
      const responses = await lambda.invokeUrlBatch('digits', 'live', new Array<typeof request>(50).fill(request));
      return responses.map((response) => response.executedVersion).join('');
    };
    expect(await versions(1)).toBe(await versions(1));
    expect(await versions(1)).not.toBe(await versions(2));
  });

  it('sends nothing to a version of weight zero', async () => {
    const { call, lambda } = await blueAndGreen();
    await call('UpdateAlias', { ...half, RoutingConfig: { AdditionalVersionWeights: { '2': 0 } } });
    const responses = await lambda.invokeUrlBatch('digits', 'live', new Array<typeof request>(500).fill(request));
    expect(new Set(responses.map((response) => response.executedVersion))).toEqual(new Set(['1']));
  });
});
