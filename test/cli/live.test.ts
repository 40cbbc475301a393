import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedApp } from '../../cli/app/recorded-app';
import type { LiveApp } from '../../cli/live/app';
import { type LiveServer, serveLive } from '../../cli/live/server';
import { ENV } from '../../lambdas/contract/names';
import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { personIn, saveRecording } from '../../simulator/app/save-recording';
import { Scene } from '../scenarios/harness';
import { greenlight } from './cli-on-scene';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** As any program on this machine can ask. */
const ask = (
  url: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

let scene: Scene;
let live: LiveServer;
const appOf = (more: Partial<LiveApp> = {}): LiveApp => ({
  ...personIn(scene.app),
  ...{ inAws: false, title: 'Greenlight', by: 'ada', everyMs: 100 },
  ...more,
});

beforeAll(async () => {
  scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  await scene.rollout(
    { name: 'bad', errorRate: 0.1 },
    { strategy: 'Canary10Percent5Minutes', reason: 'an experiment' },
  );
  live = await serveLive(appOf());
});
afterAll(() => live.stop());

const LOOK = JSON.stringify({ endpoint: 'digits', operation: { do: 'look' } });
const JSON_TYPE = { 'content-type': 'application/json' };

describe('the live page', () => {
  it('listens on loopback alone, under a path of 32 random letters that differs from run to run', async () => {
    expect(live.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    const other = await serveLive(appOf());
    expect(new URL(other.url).pathname).not.toBe(new URL(live.url).pathname);
    await other.stop();
    await expect(ask(other.url)).rejects.toThrow('ECONNREFUSED');
  });

  it.each(['/', '/parts', '/x/parts', '/live.js'])('answers nothing without its token: %s', async (path) => {
    const { status, text } = await ask(new URL(path, live.url).href);
    expect([status, text]).toEqual([404, 'There is nothing here: the address of the page has a token.']);
  });

  it.each([
    ['reports/digits/%E0%A4', {}, 400, /^NotServed: the address: "%E0%A4" has a %/],
    ['act', { method: 'POST', headers: JSON_TYPE, body: '{' }, 400, /^NotServed: body: is no JSON: /],
    [
      'act',
      { method: 'POST', headers: JSON_TYPE, body: '"'.padEnd(17_000, 'x') },
      413,
      /^NotServed: body: has more than 16384/,
    ],
    ['act', { method: 'POST', headers: JSON_TYPE, body: '[]' }, 400, /expected object/],
  ])('says what it cannot read: %s', async (path, sent, status, words) => {
    const answer = await ask(live.url + path, sent);
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(words)]);
  });

  it('refuses a name of elsewhere that leads here, on each of its paths', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${new URL(live.url).port}`,
      '127.0.0.1',
      '127.0.0.1.evil.example',
    ])
      for (const path of ['', 'parts', 'act'])
        expect([host, path, (await ask(`${live.url}${path}`, { headers: { host } })).status]).toEqual([
          host,
          path,
          403,
        ]);
    const { port } = new URL(live.url);
    expect((await ask(live.url, { headers: { host: `localhost:${port}` } })).status).toBe(200);
  });

  it('lets no other site read, frame, load or press', async () => {
    const { headers } = await ask(live.url, { headers: { origin: 'https://evil.example' } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers['content-security-policy']).toMatch(
      /default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
    );
    expect([headers['referrer-policy'], headers['x-content-type-options'], headers['cache-control']]).toEqual([
      ...['no-referrer', 'nosniff', 'no-store'],
    ]);
    const press = (more: Record<string, string>) =>
      ask(`${live.url}act`, { method: 'POST', headers: { ...JSON_TYPE, ...more }, body: LOOK });
    expect((await press({ origin: 'https://evil.example' })).status).toBe(403);
    // A form of another site can send no JSON without being asked first.
    expect((await press({ 'content-type': 'text/plain' })).status).toBe(403);
    expect((await ask(`${live.url}act`, { method: 'OPTIONS' })).status).toBe(405);
    expect((await press({ origin: new URL(live.url).origin })).status).toBe(200);
  });

  it('sends parts only when they are otherwise, and names the field that a press lacks', async () => {
    const { status, headers, text } = await ask(`${live.url}parts?theme=dark`);
    const { parts, endpoint } = JSON.parse(text) as { parts: Record<string, string>; endpoint: string };
    expect([status, endpoint]).toEqual([200, 'digits']);
    expect(parts['gates']).toContain('✕ worse than tolerated');
    expect(parts['reports']).toMatch(/Stopped in the canary.*reports\/digits\//s);
    // No address of an account that is none.
    expect(JSON.stringify(parts)).not.toContain('console.aws');
    const again = await ask(`${live.url}parts?theme=dark`, { headers: { 'if-none-match': String(headers['etag']) } });
    expect([again.status, again.text]).toEqual([304, '']);
    const wrong = await ask(`${live.url}act`, { method: 'POST', headers: JSON_TYPE, body: '{"endpoint":"digits"}' });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('operation')]);
    const large = await ask(`${live.url}act`, { method: 'POST', headers: JSON_TYPE, body: 'x'.repeat(20_000) });
    expect([large.status, large.text]).toEqual([413, 'NotServed: body: has more than 16384 bytes']);
  });

  it('has each report behind it, and nothing else of the bucket', async () => {
    const { text } = await ask(`${live.url}parts`);
    const [, path = ''] = /href=\\?"(reports\/digits\/[\w-]+)/.exec(text) ?? [];
    expect((await ask(`${live.url}${path}`)).text).toContain('was stopped in the canary');
    for (const other of ['reports/digits/..%2f..%2fmodels', 'reports/digits/none', 'reports/digits/%2e%2e'])
      expect([other, (await ask(`${live.url}${other}`)).status]).toEqual([other, 404]);
  });

  it('shows the folder of a run that has ended, with its bands, and no buttons', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'greenlight-live-'));
    await scene.world.run(saveRecording(scene.app, folder));
    const shown = await serveLive(appOf({ ...recordedApp(folder) }));
    const { text } = await ask(`${shown.url}parts`);
    const { parts } = JSON.parse(text) as { parts: Record<string, string> };
    expect(parts['rollout']).not.toContain('cwdb-action action');
    expect(parts['reports']).toContain('Stopped in the canary');
    const press = await ask(`${shown.url}act`, { method: 'POST', headers: JSON_TYPE, body: LOOK });
    expect([press.status, press.text]).toEqual([409, 'A recording cannot be acted upon.']);
    await shown.stop();
  });
});

describe('greenlight ui', () => {
  it('says its address, opens it, and leaves no server at Ctrl-C', async () => {
    const opened: string[] = [];
    let stop = (): void => undefined;
    const ran = greenlight(scene, 'ui digits', {
      isTerminal: true,
      openFile: async (address) => void opened.push(address),
      onInterrupt: (then) => {
        stop = then;
        setImmediate(() => stop());
      },
    });
    const { code, out } = await ran;
    const [address = ''] = /http:\S+/.exec(out) ?? [];
    expect([code, opened]).toEqual([0, [address]]);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/\?endpoint=digits$/);
    await expect(ask(address)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('greenlight open', () => {
  const at = (env: Readonly<Record<string, string>>) => ({
    findApp: async () => ({
      ports: personIn(scene.app).ports,
      context: lambdaContext({}, { [ENV.stateMachine]: scene.app.stateMachineArn, ...env }),
      recording: undefined,
    }),
  });

  it("prints the address of the app's dashboard, and opens it where a person looks", async () => {
    const opened: string[] = [];
    const openFile = async (address: string) => void opened.push(address);
    const found = at({ [ENV.dashboard]: 'Greenlight-eu-west-1' });
    const { out } = await greenlight(scene, 'open digits', { ...found, openFile, isTerminal: true });
    expect(out.trim()).toBe(
      'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/Greenlight-eu-west-1',
    );
    expect(opened).toEqual([out.trim()]);
    await greenlight(scene, 'open digits', { ...found, openFile });
    expect(opened).toHaveLength(1);
  });

  it('leads to the newest execution where there is no dashboard, and has nothing for a recording', async () => {
    const { out } = await greenlight(scene, 'open digits', at({}));
    expect(out).toMatch(/states\/home\?region=eu-west-1#\/v2\/executions\/details\/arn:aws:states:/);
    const recorded = await greenlight(scene, 'open digits', {
      findApp: async () => ({ ports: personIn(scene.app).ports, context: undefined, recording: 'state.json' }),
    });
    expect([recorded.code, recorded.err]).toEqual([expect.any(Number), expect.stringContaining('RecordingOnly')]);
  });
});
