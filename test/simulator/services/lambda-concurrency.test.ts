import type { InvocationResponse } from '@aws-sdk/client-lambda';
import { blueAndGreen, payloadOf } from './lambda-setup';
import { metric } from './metric-query';

const LIVE = { FunctionName: 'digits', Qualifier: 'live' };
const request = { method: 'GET', path: '/v2/health/ready' };

const lasting = (durationMs: number) => blueAndGreen((_, { version }) => ({ payload: { version }, durationMs }));

describe('an account of ten concurrent executions', () => {
  it('throttles the eleventh call at once, counts it, and takes calls again when those have ended', async () => {
    const { call, cloudwatch, lambda, world } = await lasting(2_000);
    lambda.concurrency.limit = 10;
    const calls = Array.from({ length: 12 }, () => call<InvocationResponse>('Invoke', LIVE));
    const settled = await world.clock.finish(Promise.allSettled(calls));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    for (const one of settled.slice(10))
      expect(one).toMatchObject({
        status: 'rejected',
        reason: { name: 'TooManyRequestsException', message: 'Rate Exceeded.' },
      });
    expect(payloadOf(await world.clock.finish(call<InvocationResponse>('Invoke', LIVE)))).toEqual({ version: '1' });
    await world.clock.advance(300);
    const FunctionName = 'digits';
    expect(await metric(cloudwatch, world, 'Throttles', { FunctionName }, 'Sum')).toContain(2);
  });

  it('answers 429 through a URL to what comes at the same moment, and not to what comes later', async () => {
    const { lambda, world } = await lasting(10);
    lambda.concurrency.limit = 10;
    const now = world.clock.now();
    const at = (atMs: number, count: number) => Array.from({ length: count }, () => ({ ...request, atMs }));
    const answers = await lambda.invokeUrlBatch('digits', 'live', [...at(now, 11), ...at(now + 500, 10)]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([
      ...Array<number>(10).fill(200),
      429,
      ...Array<number>(10).fill(200),
    ]);
  });

  it('has nothing to reserve and nothing to provision, in Lambda’s words', async () => {
    const { call, lambda } = await lasting(10);
    lambda.concurrency.limit = 10;
    const below = "for function decreases account's UnreservedConcurrentExecution below its minimum value of [10].";
    expect(() => lambda.reserve('digits', 1)).toThrow(`Specified ReservedConcurrentExecutions ${below}`);
    const one = { FunctionName: 'digits', Qualifier: '1', ProvisionedConcurrentExecutions: 1 };
    await expect(call('PutProvisionedConcurrencyConfig', one)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `Specified ConcurrentExecutions ${below}`,
    });
  });
});

it('leaves 100 executions to all functions of a larger account', async () => {
  const { call, lambda } = await lasting(10);
  lambda.concurrency.limit = 110;
  lambda.reserve('digits', 4);
  expect(() => lambda.reserve('digits', 11)).toThrow('minimum value of [100]');
  lambda.reserve('digits', undefined);
  const provisioned = (count: number) =>
    call('PutProvisionedConcurrencyConfig', {
      FunctionName: 'digits',
      Qualifier: '1',
      ProvisionedConcurrentExecutions: count,
    });
  await provisioned(10);
  await provisioned(10);
  await expect(provisioned(11)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

it('keeps what is reserved of a function for it, and holds it to that', async () => {
  const { call, lambda, world } = await lasting(2_000);
  lambda.concurrency.limit = 110;
  lambda.reserve('digits', 2);
  const settled = await world.clock.finish(
    Promise.allSettled([1, 2, 3].map(() => call<InvocationResponse>('Invoke', LIVE))),
  );
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
});
