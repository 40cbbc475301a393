import type { EndpointView } from '../../lambdas/contract/view';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from '../scenarios/harness';
import { greenlight, greenlightJson } from './cli-on-scene';

const SHORT = { strategy: 'Canary10Percent5Minutes', reason: 'retrain week 47' };

async function canary(state: string, nth = 1, model: object = {}): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2', ...model }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state, nth);
  return [scene, execution];
}

/** Without the numbers that the users' luck decides. */
const evidence = /[█░]{12} +(> )?[\d.]+ % of [\d.]+ %/g;

describe('status', () => {
  it('shows an endpoint at rest: what is in service, how the last rollout ended, what can be done', async () => {
    const scene = await Scene.open();
    const empty = await greenlight(scene, 'status');
    expect(empty.out).toMatch(/^digits {2}at rest +2026-11-23 09:\d\d:\d\d UTC\n {2}live {6}version 1, no model\n/);
    expect(empty.out).toContain('npx greenlight upload FILE --endpoint digits');
    await scene.serve();
    const { code, out, err } = await greenlight(scene, 'status digits');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/live {6}version 2, models\/digits\/v1\.onnx, since 2026-11-23 09:00 UTC\n +\(15 min\)/);
    expect(out).toMatch(/last {6}promoted-first, 2026-11-23/);
    // There is nothing to go back to yet.
    expect(out).not.toContain('greenlight rollback');
  });

  it('shows a canary whole: step, weight, both versions, next look, decision, evidence of each gate', async () => {
    const [scene, execution] = await canary('Bake', 3);
    const { out } = await greenlight(scene, 'status');
    expect(out).toMatch(/^digits {2}rolling out/);
    expect(out).toContain(`rollout   ${execution.name}`);
    expect(out).toContain('by upload: retrain week 47');
    expect(out).toContain('green     version 3, models/digits/v2.onnx: 10 % of live traffic');
    expect(out).toContain('blue      version 2, models/digits/v1.onnx');
    expect(out).toMatch(/step {6}1 of 1: 10 % for 5 min, until 09:\d\d:00 UTC/);
    expect(out).toMatch(/next look 09:\d\d:\d\d UTC, in \d+ s/);
    expect(out).toMatch(/decision {2}09:\d\d:\d\d UTC, in \d min|in \d+ s/);
    expect(out).toMatch(/judge {5}continue after 2 min: [\d,]+ green and [\d,]+ blue requests/);
    for (const gate of ['errors', 'latency', 'predictions', 'throttles'])
      expect(
        out
          .split('\n')
          .find((line) => line.startsWith(`  ${gate} `))
          ?.match(evidence),
      ).toHaveLength(2);
    // An address is not broken.
    expect(out.split('\n').filter((line) => line.length > 80 && !line.includes('https://'))).toEqual([]);
  });

  it('tells the next look and the decision as they then happen', async () => {
    const [scene, execution] = await canary('Bake', 2);
    const { result } = await greenlightJson<readonly EndpointView[]>(scene, 'status');
    const { nextLookAt, deadlineAt } = result[0]!.rollout!;
    await scene.end(execution);
    const entered = (state: string) =>
      scene.world
        .timeline(execution.arn)
        .filter((entry) => entry.state === state)
        .map(({ at }) => at);
    const looks = entered('JudgeCanary');
    expect(looks.some((at) => Math.abs(at - Date.parse(nextLookAt!)) <= 2_000)).toBe(true);
    expect(Math.abs(looks.at(-1)! - Date.parse(deadlineAt!))).toBeLessThanOrEqual(2_000);
  });

  it.each(['ValidateModel', 'DeployGreen', 'VerifyGreen', 'PromoteGreen', 'Watch'])(
    'has words for what a rollout does in %s',
    async (state) => {
      const [scene] = await canary(state);
      const { result } = await greenlightJson<readonly EndpointView[]>(scene, 'status');
      const text = (await greenlight(scene, 'status')).out;
      expect(result[0]).toMatchObject({ state: 'rolling out' });
      expect(text).not.toMatch(/undefined|NaN|\[object/);
    },
  );

  it('has one shape of JSON, at rest and during a rollout', async () => {
    const [scene, execution] = await canary('Bake', 2);
    const running = await greenlightJson<readonly EndpointView[]>(scene, 'status');
    await scene.end(execution);
    const rest = await greenlightJson<readonly EndpointView[]>(scene, 'status');
    expect(Object.keys(running).sort()).toEqual(['command', 'error', 'exitCode', 'result', 'version']);
    expect(Object.keys(running.result[0]!).sort()).toEqual(Object.keys(rest.result[0]!).sort());
    expect(rest.result[0]).toMatchObject({ state: 'at rest', rollout: null, last: { outcome: 'promoted' } });
    expect(running.result[0]).toMatchObject({
      state: 'rolling out',
      canary: { version: '3', weight: 10 },
      rollout: { step: { number: 1, of: 1, weight: 10, bakeMinutes: 5 }, phase: 'canary', decision: null },
    });
  });

  it('says that a stopped rollout is being put right, and that weights without a rollout are left over', async () => {
    const [scene, execution] = await canary('Bake', 2);
    const found = scene.lose('aws.states');
    scene.unschedule('Reconcile');
    await scene.stop(execution, 'by mistake');
    expect((await greenlight(scene, 'status')).out).toMatch(/^digits {2}ending/);
    found();
    const { code, out } = await greenlight(scene, 'status --watch --timeout 2 --interval 1 --json');
    expect([code, out]).toEqual([4, expect.stringContaining('"name":"StillRunning"')]);
  });
});

describe('status --watch', () => {
  it('writes one line for each change into a pipe, and ends as the rollout ends', async () => {
    const [scene, execution] = await canary('DeployGreen');
    const { code, out } = await greenlight(scene, 'status --watch');
    const lines = out.trim().split('\n');
    expect(code).toBe(0);
    expect(lines.some((line) => /^\d\d:\d\d:\d\d {2}before traffic, 0 %, /.test(line))).toBe(true);
    const judged = lines.filter((line) => /canary 1\/1, 10 %, green [\d,]+ requests, worse/.test(line));
    expect(judged.length).toBeGreaterThanOrEqual(4);
    expect(judged.length).toBeLessThanOrEqual(7);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.at(-2)).toMatch(
      new RegExp(`^digits: rollout ${execution.name} ended as promoted: [\\d,]+ live requests\\.$`),
    );
    expect(out).not.toContain('\u001b');
  });

  it('draws over its own picture on a terminal, in colours unless NO_COLOR is set', async () => {
    const [scene] = await canary('Bake', 3);
    const terminal = { isTerminal: true, env: { TERM: 'xterm' } };
    const coloured = await greenlight(scene, 'status --watch --timeout 11', terminal);
    expect(coloured.code).toBe(4);
    const [first = '', ...redrawn] = coloured.out.split(/\u001b\[\d+A/);
    expect(redrawn.length).toBeGreaterThanOrEqual(2);
    const ups = [...coloured.out.matchAll(/\u001b\[(\d+)A/g)].map(([, lines]) => Number(lines));
    expect(ups[0]).toBe(first.split('\n').length - 1);
    expect(first).toContain('\u001b[1mdigits');
    const plain = await greenlight(scene, 'status', { isTerminal: true, env: { NO_COLOR: '1' } });
    expect(plain.out).not.toContain('\u001b');
    const piped = await greenlight(scene, 'status', { env: { TERM: 'xterm' } });
    expect(piped.out).toBe(plain.out);
  });

  it('exits with 1 when the rollout did not end well, and writes one object a line with --json', async () => {
    const [scene] = await canary('Bake', 1, { errorRate: 0.9 });
    const { code, out } = await greenlight(scene, 'status digits --watch --json');
    const objects = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { result: Record<string, unknown> });
    expect(code).toBe(1);
    expect(objects.length).toBeGreaterThanOrEqual(2);
    expect(objects.at(-1)).toMatchObject({ exitCode: 1, result: { outcome: 'aborted', error: 'CanaryRegressed' } });
  });

  it('has nothing to follow at rest', async () => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1' }, 1);
    const before = scene.now;
    expect((await greenlight(scene, 'status --watch')).code).toBe(0);
    expect(scene.now - before).toBeLessThan(MINUTE);
  });
});

describe('explain', () => {
  it('says what a canary waits for, and what comes when it does not', async () => {
    const [scene, execution] = await canary('ShiftTraffic');
    scene.requestsPerMinute = 600;
    await scene.reaches(execution, 'Bake', 4);
    const { out } = await greenlight(scene, 'explain');
    const text = out.replaceAll(/\n +/g, ' ');
    expect(text).toMatch(/^digits: rollout \S+ gathers evidence\./);
    expect(text).toContain('Promotion needs proof of no harm in every gate; missing in ');
    expect(text).toMatch(
      /Step 1 of 1 gives green 10 % for 5 min; the next look is at [-\d]+ [:\d]+ UTC, and by [-\d]+ [:\d]+ UTC it is promoted with proof, or gets 15 min more without proof, then "abort"\./,
    );
  });

  it('says why a rollout was stopped, with the gate, its numbers and what to do', async () => {
    const [scene, execution] = await canary('Bake', 1, { errorRate: 0.9 });
    await scene.end(execution);
    const { out, code } = await greenlight(scene, 'explain digits');
    const text = out.replaceAll(/\n +/g, ' ');
    expect(code).toBe(0);
    expect(text).toContain(`digits: rollout ${execution.name} was aborted with CanaryRegressed.`);
    expect(text).toMatch(/errors: green [\d.]+ % \(\d+ of \d+ requests/);
    expect(text).toContain('Decided by judge. Started by upload: retrain week 47.');
    expect(text).toContain('Blue serves; look at the gate that failed');
    expect(text).toContain(`npx greenlight report digits --rollout ${execution.name} --open`);
  });

  it('explains a rollout of long ago by its id, and an endpoint without any', async () => {
    const scene = await Scene.open();
    expect((await greenlight(scene, 'explain')).out).toContain('digits: nothing was ever rolled out.');
    const first = await scene.serve({ name: 'v1' }, 1);
    await scene.rollout({ name: 'v1' });
    const { out } = await greenlight(scene, `explain --rollout ${first.execution.name}`);
    expect(out.replaceAll(/\n +/g, ' ')).toContain('ended as promoted-first');
    const unknown = await greenlight(scene, 'explain --rollout missing');
    expect([unknown.code, unknown.err]).toEqual([3, expect.stringContaining('RolloutUnknown')]);
  });
});
