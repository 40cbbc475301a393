import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';
import { hookOf } from '../../../cli/rehearse/hook-argument';
import { HookRuntime } from '../../../cli/rehearse/hook-runtime';
import { rehearse } from '../../../cli/rehearse/rehearse';
import { createWorld } from '../../../simulator/world';
import { ArgumentsInvalid } from '../../../tools/arguments-invalid';
import { HOOK_EVENT } from '../../repository/docs/hooks-page';

/*
 * Hooks of the user's in a rehearsal: the code of their functions runs as processes of this machine, and decides.
 */
const DIGITS = 'examples/digits';
const scratch = mkdtempSync(join(tmpdir(), 'rehearse-hooks-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(scratch, name);
  writeFileSync(path, content);
  return path;
}

const argumentsOf = (...hooks: readonly string[]) => [
  ...[`${DIGITS}/v1-baseline.onnx`, `${DIGITS}/v2-better.onnx`, '--golden', `${DIGITS}/golden.json`],
  ...hooks.flatMap((hook) => ['--hook', hook]),
];

async function rehearsalOf(hooks: readonly string[], ...more: readonly string[]) {
  const out = join(scratch, 'out');
  const given = [...argumentsOf(...hooks), '--rpm', '5', '--strategy', 'AllAtOnce', '--out', out, ...more];
  const options = parseRehearsalArguments(given);
  if (options === 'help') throw new Error('no help was asked for');
  const { summary, record, remarks } = await rehearse(options, () => undefined);
  const asked = record.state?.hooks?.map(({ hook, verdict }) => `${hook} ${verdict}`);
  return { ...summary.rollouts[0], hooks: record.state?.hooks, asked, remarks, out };
}

const PASSES = file('pass.mjs', `export const handler = async () => ({ verdict: 'pass', reason: 'all is well' });`);

/** Tests green as a smoke test does: by the preview's URL, and by its qualified ARN with an SDK. */
const SMOKE = file(
  'smoke.cjs',
  `const { InvokeCommand, LambdaClient } = require(${JSON.stringify(require.resolve('@aws-sdk/client-lambda'))});
   exports.handler = async (event, context) => {
     console.log('what it prints is its log, no answer');
     const byUrl = await fetch(event.preview.url + 'v2/health/ready');
     const request = { rawPath: '/v2/health/ready', requestContext: { http: { method: 'GET' } }, headers: {} };
     const client = new LambdaClient({});
     const invoke = (FunctionName) => client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }));
     const byArn = await invoke(event.green.functionArn);
     const none = await invoke(event.green.functionArn + '9').catch(({ name }) => name);
     const versions = [byUrl.headers.get('x-greenlight-version'), byArn.ExecutedVersion, event.green.version];
     if (context.getRemainingTimeInMillis() < 1) throw new Error('no time');
     return {
       verdict: byUrl.ok && new Set(versions).size === 1 && none === 'ResourceNotFoundException' ? 'pass' : 'fail',
       reason: versions.join(', ') + ' ' + none,
       numbers: [{ name: 'weight', value: event.traffic.weight }],
     };
   };`,
);

it('are asked at their moments, and reach green by the preview and by its ARN', async () => {
  const hooks = [`beforeTraffic=${SMOKE}`, `beforePromotion=${PASSES}`, `afterPromotion=${PASSES}`];
  const settings = file('no-watch.json', JSON.stringify({ watchMinutes: 0 }));
  const rehearsal = await rehearsalOf(hooks, '--settings', settings);
  expect(rehearsal.hooks?.[0]).toMatchObject({ function: 'smoke-cjs', reason: '3, 3, 3 ResourceNotFoundException' });
  expect(rehearsal.asked).toEqual(['beforeTraffic pass', 'beforePromotion pass', 'afterPromotion pass']);
  expect(rehearsal).toMatchObject({ outcome: 'promoted' });
  expect(readFileSync(join(rehearsal.out, rehearsal.report ?? ''), 'utf8')).toContain('all is well');
});

it('are written as the example is: it asks green each request, and says what fails', async () => {
  const pixels = { name: 'pixels', shape: [1, 64], datatype: 'FP32', data: new Array(64).fill(1) };
  process.env['REQUESTS'] = JSON.stringify([{ inputs: [pixels] }, { inputs: [{ ...pixels, name: 'y' }] }]);
  try {
    const rehearsal = await rehearsalOf(['beforeTraffic=examples/hooks/smoke-test.mjs']);
    expect(rehearsal).toMatchObject({ outcome: 'rejected', error: 'HookFailed', weights: [] });
    expect(rehearsal.cause).toMatch(
      /fail after \d+ s: request 1: 400 .*; failing requests 1 \(limit 0\); slowest answer/,
    );
  } finally {
    delete process.env['REQUESTS'];
  }
});

it('are no pass where they never answer: the time limit is that of the settings', async () => {
  const hooks = { beforeTraffic: { function: 'deployed', timeoutSeconds: 2 } };
  const settings = file('settings.json', JSON.stringify({ hooks }));
  const hook = file('never.mjs', 'export const handler = () => new Promise(() => setInterval(() => {}, 1000));');
  const rehearsal = await rehearsalOf([`beforeTraffic=${hook}`], '--settings', settings);
  expect(rehearsal).toMatchObject({ outcome: 'rejected', error: 'HookError' });
  expect(rehearsal.cause).toMatch(/no answer after \d s: no answer came within 2 s/);
});

describe('what a process says is what its function would', () => {
  const ANSWER = { verdict: 'inconclusive', reason: 'too few orders' };
  async function saidBy(hook: string) {
    const world = createWorld({ template: { Resources: {} } });
    const runtime = new HookRuntime(world, [hookOf(`beforePromotion=${hook}`)]);
    try {
      return (await world.run(runtime.invoke({}, [HOOK_EVENT])))[0];
    } finally {
      await runtime.stop();
    }
  }

  it.each([
    ['an answer', `module.exports.handler = async () => (${JSON.stringify(ANSWER)})`, { ok: true, payload: ANSWER }],
    ['nothing', `exports.handler = () => { console.log('a log'); }`, { ok: true, payload: null, logs: ['a log'] }],
    [
      'an error, and its log',
      `exports.handler = () => { console.log('half way'); throw new RangeError('no orders'); }`,
      { ok: false, errorType: 'RangeError', errorMessage: 'no orders', logs: ['half way'] },
    ],
    [
      "an error in Lambda's words where it has no such name",
      `exports.check = 1`,
      { ok: false, errorType: 'TypeError' },
    ],
    [
      'how it ended, where it ends by itself',
      `exports.handler = () => { console.error('out'); process.exit(3); }`,
      { ok: false, errorType: 'Exit', errorMessage: 'it ended with 3', logs: ['out'] },
    ],
  ])('%s, of a module', async (name, code, said) => {
    expect(await saidBy(file(`${name.replace(/\W/g, '')}.cjs`, code))).toMatchObject(said);
  });

  it('by another name of the module', async () => {
    const module = file('two.mjs', `export const other = ({ hook }) => ({ verdict: 'pass', reason: hook });`);
    expect(await saidBy(`${module}:other`)).toMatchObject({ payload: { reason: 'beforePromotion' } });
  });

  it.each([
    ['cat', { ok: true, payload: HOOK_EVENT.id }],
    [`cat >/dev/null; echo log >&2; echo '${JSON.stringify(ANSWER)}'`, { ok: true, payload: ANSWER, logs: ['log'] }],
    ['echo no JSON', { ok: true, payload: 'no JSON\n' }],
    ['echo broken >&2; exit 4', { ok: false, errorMessage: 'it ended with 4', logs: ['broken'] }],
  ])('of a command: %s', async (command, said) => {
    const result = await saidBy(command);
    const [id] = [result?.ok === true ? (result.payload as { id?: string }).id : undefined];
    expect(id === undefined ? result : { ...result, payload: id }).toMatchObject(said);
  });
});

it.each([
  ['smoke.mjs', /--hook smoke\.mjs: must be NAME=WHAT, NAME one of beforeTraffic, beforePromotion, afterPromotion/],
  ['before=smoke.mjs', /--hook before=smoke\.mjs: must be NAME=smoke\.mjs, NAME one of beforeTraffic/],
  ['beforeTraffic=', /must be NAME=WHAT/],
  ['beforeTraffic=nowhere.mjs', /there is no nowhere\.mjs; it takes a module that exports `handler`/],
  ['beforeTraffic=nowhere.py:check', /there is no nowhere\.py; it takes/],
  ['beforeTraffic=no-such-program', /there is no no-such-program; it takes/],
])('are refused before anything runs: %s', (text, says) => {
  expect(() => parseRehearsalArguments(argumentsOf(text))).toThrow(says);
  expect(() => parseRehearsalArguments(argumentsOf(text))).toThrow(ArgumentsInvalid);
});

it('are refused where one moment has two', () => {
  expect(() => parseRehearsalArguments(argumentsOf(`beforeTraffic=${PASSES}`, 'beforeTraffic=true x'))).toThrow(
    /--hook beforeTraffic=true x: beforeTraffic is given twice/,
  );
});
