import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hookAnswerSchema, type HookAnswer, hookEventSchema } from '../../lambdas/contract/hooks';
import { HOOK_EVENT } from '../repository/docs/hooks-page';

const run = promisify(execFile);
const EXAMPLES = join(__dirname, '..', '..', 'examples', 'hooks');

/** What the stand-in for the other system answers, and what it was asked. */
const asked: IncomingMessage[] = [];
let answers: (query: string) => { readonly status?: number; readonly body: unknown };
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    const { status = 200, body } = answers(new URL(request.url ?? '/', 'http://here').searchParams.get('query') ?? '');
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => new Promise((closed) => server.close(closed)));
beforeEach(() => asked.splice(0));

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** The function as Lambda runs it: its own process, its environment, an event in and an answer out. */
async function hook(
  file: string,
  env: Readonly<Record<string, string>>,
  event: object = HOOK_EVENT,
): Promise<HookAnswer> {
  const code = `import { handler } from ${JSON.stringify(`file://${encodeURI(join(EXAMPLES, file))}`)};
    console.log(JSON.stringify(await handler(${JSON.stringify(event)})));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { env: { ...env } });
  return hookAnswerSchema.parse(JSON.parse(stdout));
}

it('are asked with an event as the schema says', () => {
  expect(hookEventSchema.parse(HOOK_EVENT)).toEqual(HOOK_EVENT);
});

describe('the example for Prometheus', () => {
  const env = () => ({
    ...{ PROMETHEUS_URL: address(), LIMIT: '0.02', TOKEN: 'secret' },
    QUERY: 'sum(rate(refunds_total{v="{version}"}[{minutes}m]))',
  });
  const vector =
    (...values: readonly string[]) =>
    () => ({
      body: { status: 'success', data: { resultType: 'vector', result: values.map((one) => ({ value: [1, one] })) } },
    });

  it.each([
    ['0.02', 'pass'],
    ['0.021', 'fail'],
  ])('says of %s where 0.02 is the limit: %s', async (value, verdict) => {
    answers = vector(value);
    expect(await hook('prometheus.mjs', env())).toMatchObject({
      verdict,
      numbers: [{ name: 'prometheus', value: Number(value), limit: 0.02 }],
    });
    const { searchParams } = new URL(asked[0]?.url ?? '/', 'http://here');
    expect(searchParams.get('query')).toBe('sum(rate(refunds_total{v="7"}[17m]))');
    expect(searchParams.get('time')).toBe(HOOK_EVENT.at);
    expect(asked[0]?.headers.authorization).toBe('Bearer secret');
  });

  it.each([['no series'], ['NaN']])('cannot tell from %s', async (what) => {
    answers = what === 'NaN' ? vector('NaN') : vector();
    expect(await hook('prometheus.mjs', env())).toMatchObject({ verdict: 'inconclusive' });
  });

  it('gives no answer where Prometheus gives none, or several', async () => {
    answers = () => ({ status: 503, body: { status: 'error', error: 'too busy' } });
    await expect(hook('prometheus.mjs', env())).rejects.toThrow('Prometheus answered 503: too busy');
    answers = () => ({ status: 502, body: '<html>Bad gateway</html>' });
    await expect(hook('prometheus.mjs', env())).rejects.toThrow('Prometheus answered 502: <html>Bad gateway');
    answers = vector('1', '2');
    await expect(hook('prometheus.mjs', env())).rejects.toThrow('the query gives 2 series');
    await expect(hook('prometheus.mjs', { ...env(), LIMIT: 'low' })).rejects.toThrow('LIMIT');
  });
});

describe('the example for Datadog', () => {
  const env = () => ({
    ...{ DD_SITE: address(), DD_API_KEY: 'api', DD_APP_KEY: 'app' },
    QUERY: 'avg:checkout.refunds{model_version:{version}}',
  });
  const series = (green: readonly (number | null)[], blue: readonly number[]) => (query: string) => ({
    body: {
      status: 'ok',
      series: [{ pointlist: (query.includes(':7}') ? green : blue).map((value, index) => [index, value]) }],
    },
  });

  it.each([
    [[10, 11, 12, null, 11, 11], 'pass'],
    [[12, 12, 12, 12, 12, null], 'fail'],
  ] as const)('compares green with blue: %j against 10 is a %s', async (green, verdict) => {
    answers = series(green, [10, 10]);
    const answer = await hook('datadog.mjs', env());
    expect(answer).toMatchObject({
      verdict,
      numbers: [
        { name: 'green', limit: 11 },
        { name: 'blue', value: 10 },
      ],
    });
    expect(asked.map(({ headers }) => headers['dd-api-key'])).toEqual(['api', 'api']);
    const { searchParams } = new URL(asked[0]?.url ?? '/', 'http://here');
    expect(Number(searchParams.get('to')) - Number(searchParams.get('from'))).toBe(17 * 60);
  });

  it('cannot tell from too few points, and gives no answer where Datadog gives none', async () => {
    answers = series([10, null], [10, 10]);
    expect(await hook('datadog.mjs', env())).toMatchObject({ verdict: 'inconclusive' });
    const untold = { ...HOOK_EVENT, traffic: { ...HOOK_EVENT.traffic, since: undefined } };
    expect(await hook('datadog.mjs', env(), untold)).toMatchObject({ verdict: 'inconclusive' });
    answers = () => ({ status: 403, body: { errors: ['Forbidden'] } });
    await expect(hook('datadog.mjs', env())).rejects.toThrow('Datadog answered 403: Forbidden');
    answers = () => ({ status: 502, body: '<html>Bad gateway</html>' });
    await expect(hook('datadog.mjs', env())).rejects.toThrow('Datadog answered 502: <html>Bad gateway');
    await expect(hook('datadog.mjs', { ...env(), MIN_POINTS: 'few' })).rejects.toThrow('MIN_POINTS');
  });
});
