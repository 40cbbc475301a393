import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import type { Plan } from '../../cli/plan/plan';
import { bytesOf } from '../../simulator/fake-model';
import { typed } from '../../cli/render/text';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { CostReport } from '../../cli/cost/cost-report';
import { Scene } from '../scenarios/harness';
import { greenlight, greenlightJson } from './cli-on-scene';

/** The simulated AWS answers metrics as well, where the command asks for them itself. */
const withMetrics = (scene: Scene) => ({
  findApp: async () => ({
    ports: portsOfPerson(scene.app, scene.logicalId('teardown-idle')),
    context: lambdaContext(scene.world.user, scene.environment, { clock: scene.world.clock }),
    recording: undefined,
  }),
});

it('plans from what CloudWatch counted of the live version', async () => {
  const scene = await Scene.open({ settings: { gates: { latency: false, predictions: false, throttles: false } } });
  scene.requestsPerMinute = 600;
  const loaded = { bytes: 240e6, downloadMs: 8_000, openMs: 4_000 };
  await scene.serve({ name: 'v1', errorRate: 0.01, loaded }, 40);
  const { code, out } = await greenlight(scene, 'plan --quick --json', withMetrics(scene));
  const { result } = JSON.parse(out) as { readonly result: Plan };
  expect(code).toBe(0);
  expect(result.traffic.source).toMatch(/^the last \d+ minutes of version 2 in CloudWatch$/);
  expect(result.traffic.requestsPerMinute).toBeGreaterThan(500);
  expect(result.traffic.requestsPerMinute).toBeLessThan(650);
  expect(result.traffic.errorRate).toBeCloseTo(0.01, 2);
  expect(result.strategy).toBe('Canary10Percent15Minutes');
  expect(result.steps[0]?.greenRequests.mean).toBeGreaterThan(700);
  const words = await greenlight(scene, 'plan --quick --strategy Canary10Percent5Minutes', withMetrics(scene));
  expect(words.out).toContain('digits: Canary10Percent5Minutes (10 % for 5 min)');
  expect(words.err).toContain('100 % simulated');
  expect(words.out.replace(/\s+/g, ' ')).toContain(
    'Cold start: each new environment loads its 240.0 MB in 12.0 s (download 8.0, opening 4.0): longer than the 10 s',
  );
});

it('says that there is nothing to plan from', async () => {
  const scene = await Scene.open();
  const { code, err } = await greenlight(scene, 'plan', withMetrics(scene));
  expect(code).toBe(1);
  expect(err).toMatch(/NoTraffic: [\s\S]*greenlight plan --rpm N/);
});

it('plans from a few numbers, without an app', async () => {
  const scene = await Scene.open();
  const noApp = { findApp: () => Promise.reject(new Error('an app was asked for')) };
  const settings = join(mkdtempSync(join(tmpdir(), 'plan-')), 'settings.json');
  writeFileSync(settings, JSON.stringify({ gates: { latency: false, predictions: false, throttles: false } }));
  const numbers = `--rpm 600 --error-rate 1% --settings ${typed(settings)} --strategy Canary10Percent5Minutes`;
  const { code, out } = await greenlight(scene, `plan ${numbers} --quick --json`, noApp);
  expect(code).toBe(0);
  const { result } = JSON.parse(out) as { readonly result: Plan };
  expect(result.traffic.requestsPerMinute).toBeCloseTo(600, -1);
  expect(result.traffic.errorRate).toBeCloseTo(0.01, 2);
  for (const [line, why] of [
    ['plan --rpm 20 --classes 0.5,0.2', '--classes 0.5,0.2: the shares sum to 0.7'],
    ['plan --error-rate 1%', 'say either --trace FILE or --rpm N'],
    ['plan digits --rpm 20', 'digits: an endpoint is planned from its own traffic, without --rpm'],
  ] as const) {
    const refused = await greenlight(scene, line, noApp);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(why)]);
  }
});

it('refuses to plan from a recording, which keeps no traffic', async () => {
  const scene = await Scene.open();
  const { code, err } = await greenlight(scene, 'plan');
  expect(code).toBe(1);
  expect(err).toMatch(/RecordingOnly: .*keeps no traffic/);
});

it("says what the newest rollout cost, and the idle environment's day", async () => {
  const scene = await Scene.open();
  await scene.serve();
  const { record } = await scene.rollout({ name: 'v2', errorRate: 1 });
  const { result } = await greenlightJson<CostReport>(scene, 'cost');
  expect(result).toMatchObject({ rollout: record?.id, outcome: 'aborted' });
  expect(result.cost.lines.find(({ unit }) => unit === 'transitions')?.quantity).toBe(12);
  const { out } = await greenlight(scene, `cost digits --rollout ${record?.id}`);
  expect(out).toContain('The idle environment costs 0.229 USD a day');
  const wrong = await greenlight(scene, 'cost --prices /none.json');
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('--prices /none.json');
});

it('says at an upload what the traffic of the last hour can prove, and what would help', async () => {
  const scene = await Scene.open({ settings: { strategy: 'Auto' } });
  scene.requestsPerMinute = 10;
  await scene.serve({ name: 'v1' }, 30);
  const file = join(mkdtempSync(join(tmpdir(), 'greenlight-')), 'v2.onnx');
  writeFileSync(file, bytesOf({ name: 'v2' }));
  const { code, out } = await greenlight(scene, `upload ${typed(file)}`, withMetrics(scene));
  expect(code).toBe(0);
  expect(out).toMatch(
    /Expected: at blue's [\d.]+ requests a minute .* of the greens that are as good as blue would have/,
  );
  expect(out).toContain('What would help: onInsufficientEvidence { "then": "hold" }');
});
