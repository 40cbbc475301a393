import { LambdaClient } from '@aws-sdk/client-lambda';
import { Readable } from 'node:stream';
import { cloudwatchFunctionCalls } from '../../lambdas/adapters/cloudwatch/function-calls';
import { lambdaEndpointCalls } from '../../lambdas/adapters/lambda/endpoint-calls';
import { lambdaVersions } from '../../lambdas/adapters/lambda/versions';
import type { FunctionRuntime } from '../../simulator/runtime/function-runtime';
import { CloudWatchService } from '../../simulator/services/cloudwatch-service';
import { LambdaService } from '../../simulator/services/lambda-service';
import { testWorld } from '../simulator/services/test-world';
import { at, START_MS } from './cloudwatch-world';
import { contextWith, standIn } from './stand-ins';

const MINUTE = 60_000;
const request = { method: 'POST', path: '/fail' } as const;

/** The function `fn` with version 1 behind `live`; its calls write these lines. */
async function world(logs: readonly string[] = []) {
  const { clock, ...rest } = testWorld();
  const runtime: FunctionRuntime = {
    invoke: async (_, events) => events.map(() => ({ ok: true, payload: { statusCode: 500 }, logs, durationMs: 5 })),
    stop: async () => undefined,
  };
  const service = new LambdaService({ clock, ...rest }, new CloudWatchService({ clock, ...rest }));
  service.createFunction({ functionName: 'fn', logicalId: 'Fn', runtime });
  const call = (command: string, input: object) =>
    service.call(command, { FunctionName: 'fn', ...input }, { kind: 'user' });
  await call('PublishVersion', {});
  await clock.advance(10);
  await call('CreateAlias', { Name: 'live', FunctionVersion: '1' });
  const { client, sent } = standIn(service);
  const context = contextWith({ lambda: client });
  return { call, clock, sent, calls: lambdaEndpointCalls(context), versions: lambdaVersions(context) };
}

describe('a call with its log', () => {
  test('brings the lines as they were written, with the answer', async () => {
    const lines = ['{"_aws":{}}', '{"message":"größer"}'];
    const { calls, clock, sent } = await world(lines);
    const { answer, log } = await clock.finish(calls.callVersionWithLog('fn', '1', request));
    expect(answer).toMatchObject({ kind: 'answered', status: 500 });
    expect(log).toEqual(lines);
    expect(sent.at(-1)?.input).toMatchObject({ Qualifier: '1', LogType: 'Tail' });
  });

  test('brings the last 4 KB, and no line where nothing was written', async () => {
    const long = await world(['a'.repeat(5000), 'the end']);
    const { log } = await long.clock.finish(long.calls.callVersionWithLog('fn', '1', request));
    expect(log.map((line) => line.length)).toEqual([4096 - 'the end'.length - 1, 'the end'.length]);
    const silent = await world();
    expect((await silent.clock.finish(silent.calls.callVersionWithLog('fn', '1', request))).log).toEqual([]);
  });

  test('is not asked for by a call that does not read it', async () => {
    const { calls, clock, sent } = await world(['x']);
    await clock.finish(calls.callVersion('fn', '1', request));
    expect(sent.at(-1)?.input).toMatchObject({ LogType: 'None' });
  });
});

describe('a call for which no execution is free', () => {
  /** The SDK's own client, that tries again at once: Lambda answers its tries with these. */
  function calling(statuses: readonly number[]) {
    const [left, token] = [[...statuses], { getRetryCount: () => statuses.length - left.length }];
    const lambda = new LambdaClient({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      retryStrategy: {
        acquireInitialRetryToken: async () => ({ ...token, getRetryDelay: () => 0 }),
        refreshRetryTokenForRetry: async () => {
          if (left.length === 0) throw new Error('no try is left');
          return { ...token, getRetryDelay: () => 0 };
        },
        recordSuccess: () => undefined,
      },
      requestHandler: {
        handle: async () => {
          const statusCode = left.shift();
          const name = statusCode === 429 ? 'TooManyRequestsException' : 'ServiceException';
          const headers: Record<string, string> = statusCode === 200 ? {} : { 'x-amzn-errortype': name };
          const body = Readable.from([statusCode === 200 ? '{"statusCode":200}' : '{"Message":"no"}']);
          return { response: { statusCode, headers, body } as never };
        },
      },
    });
    return lambdaEndpointCalls(contextWith({ lambda })).callVersionWithLog('fn', '1', request);
  }

  test('says how often Lambda did not take it before it was answered, whatever else it was tried again for', async () => {
    expect(await calling([429, 500, 429, 200])).toMatchObject({ answer: { status: 200 }, turnedAway: 2 });
    expect(await calling([503, 500, 200])).not.toHaveProperty('turnedAway');
    expect(await calling([200])).not.toHaveProperty('turnedAway');
  });

  test('keeps the name that the workflow waits for, with the tries that it took', async () => {
    await expect(calling([429, 500, 429, 429])).rejects.toMatchObject({ name: 'TooManyRequestsException', tries: 3 });
  });
});

test('provisioned concurrency of the alias itself is seen, that of its version is not it', async () => {
  const { call, versions } = await world();
  expect(await versions.readProvisionedOnLive('fn')).toBeUndefined();
  await versions.provisionVersion('fn', '1', 1);
  expect(await versions.readProvisionedOnLive('fn')).toBeUndefined();
  await versions.unprovision('fn', '1');
  await call('PutProvisionedConcurrencyConfig', { Qualifier: 'live', ProvisionedConcurrentExecutions: 1 });
  expect(await versions.readProvisionedOnLive('fn')).toEqual({ status: 'IN_PROGRESS' });
});

describe('calls of a function', () => {
  function counted(answer?: () => unknown) {
    const service = new CloudWatchService(testWorld());
    const record = (dimensions: Record<string, string>, minute: number, count: number) =>
      service.record('AWS/Lambda', 'Invocations', dimensions, START_MS + minute * MINUTE, 1, count, 0);
    record({ FunctionName: 'fn' }, 0, 3);
    record({ FunctionName: 'fn' }, 2, 4);
    record({ FunctionName: 'fn' }, 3, 9);
    record({ FunctionName: 'fn', Resource: 'fn:live' }, 0, 1);
    record({ FunctionName: 'fn', Resource: 'fn:1' }, 1, 5);
    const { client } = standIn(service, answer);
    return cloudwatchFunctionCalls(contextWith({ cloudwatch: client })).callsPerMinute('fn', at(0), at(3));
  }

  test('are told minute by minute, by whatever name it was called', async () => {
    expect(await counted()).toEqual([
      { minute: at(0), calls: 3, throughLive: 1 },
      { minute: at(2), calls: 4, throughLive: 0 },
    ]);
  });

  test('are unknown when the answer is not complete', async () => {
    expect(await counted(() => ({ MetricDataResults: [] }))).toBe('unavailable');
  });
});
