import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { run } from '../../../tools/python/run';
import { venvPython } from '../../../tools/python/venv';

/*
 * examples/python-endpoint, with scikit-learn and XGBoost: its own tests, and rollouts of its server by the deployed
 * workflow.
 */

const PROJECT = join(__dirname, '../../..');
const EXAMPLE = join(PROJECT, 'examples/python-endpoint');
const TSX = join(PROJECT, 'node_modules/tsx/dist/cli.mjs');
const scratch = mkdtempSync(join(tmpdir(), 'python-endpoint-'));
let python = '';
beforeAll(async () => {
  const requirements = join(PROJECT, 'examples/python/requirements.txt');
  python = await venvPython({ name: 'python-examples', requirements });
  const trained = await run(python, ['train.py', scratch], { env: process.env, cwd: EXAMPLE });
  if (trained.code !== 0) throw new Error(trained.text);
});
afterAll(() => rmSync(scratch, { recursive: true }));

it('answers, refuses and counts as its own tests say', async () => {
  const { code, text } = await run(python, ['-m', 'unittest'], { env: process.env, cwd: EXAMPLE });
  expect([code, text]).toEqual([0, expect.stringMatching(/Ran \d+ tests[\s\S]*OK/)]);
});

/** Latency is left out: how busy this machine is would decide it. Few requests must do, so harm is much. */
const SETTINGS = {
  gates: {
    latency: false,
    errors: { harm: { points: 0.05 } },
    predictions: { harmPoints: 0.25 },
    throttles: { harm: { points: 0.05 } },
  },
};
const serverOf = (model: string): string =>
  `exec '${python}' '${join(EXAMPLE, 'server.py')}' --model '${join(scratch, model)}' --port {port}`;

/** One rehearsal by its command. */
async function rehearsalOf(green: string, requestsPerMinute = 100, more: object = {}) {
  const [out, settings] = [join(scratch, `out-${green}`), join(scratch, 'settings.json')];
  writeFileSync(settings, JSON.stringify({ gates: { ...SETTINGS.gates, ...more } }));
  const argv = [
    ...['--blue-server', serverOf('v1.pkl'), '--green-server', serverOf(green)],
    ...['--golden', join(scratch, 'golden.json'), '--traffic', join(scratch, 'traffic.json')],
    ...[
      '--settings',
      settings,
      '--rpm',
      String(requestsPerMinute),
      '--strategy',
      '{"steps":[{"weight":50,"bakeMinutes":6}]}',
      '--out',
      out,
    ],
  ];
  const { text } = await run(process.execPath, [TSX, 'cli/rehearse/main.ts', ...argv], {
    env: process.env,
    cwd: PROJECT,
  });
  const file = join(out, 'summary.json');
  if (!existsSync(file)) throw new Error(text);
  const { rollouts, traffic } = summarySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const rollout = rollouts[0]!;
  return { ...rollout, traffic, page: readFileSync(join(out, rollout.report), 'utf8') };
}

const summarySchema = z.object({
  rollouts: z.array(z.looseObject({ outcome: z.string(), report: z.string(), cause: z.string().nullable() })).length(1),
  traffic: z.object({ requests: z.number(), failedBecauseOfShift: z.number() }),
});

it('rolls out a better model, with every gate in force', async () => {
  const { outcome, cause, traffic, page } = await rehearsalOf('v2.pkl');
  expect([outcome, cause]).toEqual(['promoted', null]);
  expect(traffic.failedBecauseOfShift).toBe(0);
  expect(page).toContain('a failure on purpose was counted');
  expect(page).toMatch(/no harm on errors, predictions, throttles/);
});

it('rolls out an XGBoost model in place of a scikit-learn one', async () => {
  const { outcome, cause } = await rehearsalOf('xgboost.pkl');
  expect([outcome, cause]).toEqual(['promoted', null]);
});

it('stops one that answers a tenth of a second later than the other', async () => {
  const latency = { latency: { requests: 'warm' } };
  expect(await rehearsalOf('slow.pkl', 100, latency)).toMatchObject({ outcome: 'aborted', gate: 'latency' });
});

it('stops one that fails for some users, and one that answers them otherwise', async () => {
  expect(await rehearsalOf('failing.pkl')).toMatchObject({
    outcome: 'aborted',
    error: 'CanaryRegressed',
    gate: 'errors',
  });
  expect(await rehearsalOf('skewed.pkl')).toMatchObject({
    ...{ outcome: 'aborted', error: 'CanaryRegressed', gate: 'predictions' },
  });
});

it('refuses one that its golden set condemns before any user meets it', async () => {
  expect(await rehearsalOf('shuffled.pkl', 10)).toMatchObject({ error: 'ModelRejected', weights: [] });
});

it('tells a server that does not start by what it said', async () => {
  const { cause } = await rehearsalOf('missing.pkl', 10);
  expect(cause).toMatch(/No such file or directory/);
});
