import type { Behaviour } from '../../emulator/gateway/probes/probe';
import { type Answers, type Front, json, said, withGateway } from './fake-emulator';

const INVOKE = '/2015-03-31/functions/digits/invocations';
const URL_ID = 'abcdefghijklmnopqrstuvwxyz012345';
const SUPPLIED: readonly Behaviour[] = ['alias-weights', 'version-metrics', 'function-url-alias'];

interface World {
  readonly weights?: Readonly<Record<string, number>>;
  readonly failed?: boolean;
  readonly status?: number;
  /** What the function says that it took. */
  readonly ms?: number;
}

/** An emulator that runs an alias on its first version unless the gateway says which. */
const emulator =
  ({ weights = {}, failed = false, status = 200, ms = 0.25 }: World = {}): Answers =>
  ({ path, headers, query }) => {
    if (path === '/2015-03-31/functions/') return json({ Functions: [{ FunctionName: 'digits' }] });
    if (path.endsWith('/aliases')) return json({ Aliases: [{ Name: 'live' }] });
    const config = { FunctionUrl: `https://${URL_ID}.lambda-url.us-east-1.on.aws/` };
    if (path.endsWith('/urls')) return json({ FunctionUrlConfigs: [config] });
    if (path.endsWith('/url')) return query.get('Qualifier') === 'live' ? json(config) : undefined;
    if (path.endsWith('/aliases/live')) {
      return json({ FunctionVersion: '7', RoutingConfig: { AdditionalVersionWeights: weights } });
    }
    if (status !== 200) return json({ Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' }, {}, status);
    const run = headers['x-greenlight-run'];
    const version = typeof run === 'string' ? run.split('=')[1]! : '7';
    const ran = run && { 'x-greenlight-ran': JSON.stringify({ version, failed, ms }) };
    const error = failed && path === INVOKE && { 'x-amz-function-error': 'Unhandled' };
    return json({ version }, { 'x-amz-executed-version': '7', ...ran, ...error });
  };

async function counted({ send }: Front, metric: string, stat: string, version?: string): Promise<readonly number[]> {
  const Dimensions = [
    { Name: 'FunctionName', Value: 'digits' },
    { Name: 'Resource', Value: 'digits:live' },
    ...(version === undefined ? [] : [{ Name: 'ExecutedVersion', Value: version }]),
  ];
  const Metric = { Namespace: 'AWS/Lambda', MetricName: metric, Dimensions };
  const now = Date.now() / 1000;
  const answered = await send({
    headers: { 'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData' },
    body: {
      StartTime: now - 300,
      EndTime: now + 60,
      MetricDataQueries: [{ Id: 'a', MetricStat: { Metric, Period: 60, Stat: stat } }],
    },
  });
  return (said(answered) as { MetricDataResults: { Values: number[] }[] }).MetricDataResults[0]!.Values;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

describe('an alias with weights', () => {
  it.each([
    [0.29, '8'],
    [0.3, '7'],
  ])('runs on the version that is drawn: %d of a weight of 0.3 is version %s', async (drawn, version) => {
    const work = async ({ send }: Front): Promise<void> => {
      const answered = await send({ target: `${INVOKE}?Qualifier=live`, body: '{}' });
      expect(said(answered)).toEqual({ version });
      expect(answered.headers['x-amz-executed-version']).toBe(version);
      expect(answered.headers).not.toHaveProperty('x-greenlight-ran');
    };
    await withGateway(SUPPLIED, emulator({ weights: { 8: 0.3 } }), work, () => drawn);
  });

  it('may be named in the path, in an ARN', async () => {
    const name = encodeURIComponent('arn:aws:lambda:us-east-1:000000000000:function:digits:live');
    const work = async ({ send }: Front): Promise<void> => {
      expect(said(await send({ target: `/2015-03-31/functions/${name}/invocations` }))).toEqual({ version: '8' });
    };
    await withGateway(SUPPLIED, emulator({ weights: { 8: 1 } }), work);
  });

  it('is called through its function URL likewise, by host and by path', async () => {
    const work = async ({ send, reached }: Front): Promise<void> => {
      const host = `${URL_ID}.lambda-url.us-east-1.on.aws`;
      expect(said(await send({ target: '/v2/health/ready?a=1', headers: { host } }))).toEqual({ version: '8' });
      expect(reached.at(-1)).toMatchObject({ target: '/v2/health/ready?a=1', headers: { host } });
      expect(said(await send({ target: `/_aws/lambda-url/${URL_ID}/x` }))).toEqual({ version: '8' });
    };
    await withGateway(SUPPLIED, emulator({ weights: { 8: 1 } }), work);
  });

  it('leaves a version, a function without qualifier and an asynchronous call alone', async () => {
    await withGateway(SUPPLIED, emulator({ weights: { 8: 1 } }), async ({ send, reached }) => {
      await send({ target: `${INVOKE}?Qualifier=7` });
      await send({ target: INVOKE });
      await send({ target: `${INVOKE}?Qualifier=live`, headers: { 'x-amz-invocation-type': 'Event' } });
      expect(reached.map((request) => request.headers['x-greenlight-run'])).toEqual([undefined, undefined, undefined]);
    });
  });

  it('is the emulator’s own business when it can do it', async () => {
    await withGateway(['version-metrics'], emulator({ weights: { 8: 1 } }), async (front) => {
      await front.send({ target: `${INVOKE}?Qualifier=live` });
      expect(front.reached.at(-1)!.headers).not.toHaveProperty('x-greenlight-run');
    });
  });
});

describe('the metrics of an alias', () => {
  it('count invocations, errors and durations of each version that ran', async () => {
    const draws = [0.1, 0.9, 0.9];
    let drawn = 0;
    const work = async (front: Front): Promise<void> => {
      while (drawn < draws.length) await front.send({ target: `${INVOKE}?Qualifier=live`, body: '{}' });
      expect(total(await counted(front, 'Invocations', 'Sum', '8'))).toBe(1);
      expect(total(await counted(front, 'Invocations', 'Sum', '7'))).toBe(2);
      expect(total(await counted(front, 'Invocations', 'Sum'))).toBe(3);
      expect(total(await counted(front, 'Errors', 'Sum', '7'))).toBe(2);
      expect(total(await counted(front, 'Errors', 'SampleCount', '7'))).toBe(2);
      expect((await counted(front, 'Duration', 'p50', '7'))[0]).toBe(0.25);
    };
    await withGateway(SUPPLIED, emulator({ weights: { 8: 0.5 }, failed: true }), work, () => draws[drawn++]!);
  });

  it('have no datapoint for a version that had no caller', async () => {
    await withGateway(SUPPLIED, emulator(), async (front) => {
      await front.send({ target: `${INVOKE}?Qualifier=live` });
      expect(await counted(front, 'Invocations', 'Sum', '8')).toEqual([]);
    });
  });

  it('count a call that was turned away as a throttle and as nothing else', async () => {
    await withGateway(SUPPLIED, emulator({ status: 429 }), async (front) => {
      await front.send({ target: `${INVOKE}?Qualifier=live` });
      expect(total(await counted(front, 'Throttles', 'Sum', '7'))).toBe(1);
      expect(await counted(front, 'Invocations', 'Sum', '7')).toEqual([]);
    });
  });

  it('count what is over at once, however long it says that it took', async () => {
    await withGateway(SUPPLIED, emulator({ ms: 5_000 }), async (front) => {
      await front.send({ target: `${INVOKE}?Qualifier=live` });
      expect(total(await counted(front, 'Invocations', 'Sum', '7'))).toBe(1);
    });
  });

  it('count what a function URL’s function threw', async () => {
    await withGateway(SUPPLIED, emulator({ failed: true }), async (front) => {
      await front.send({ headers: { host: `${URL_ID}.lambda-url.us-east-1.on.aws` } });
      expect(total(await counted(front, 'Errors', 'Sum', '7'))).toBe(1);
    });
  });
});
