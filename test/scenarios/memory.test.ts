import { Scene } from './harness';

const LEAN = { name: 'v1', nearMemoryLimit: 0.02 };
const FULL = { name: 'v2', nearMemoryLimit: 0.6 };

type Settings = NonNullable<Parameters<typeof Scene.open>[0]>;

async function roll(green: Parameters<Scene['rollout']>[0], options: Settings = {}) {
  const scene = await Scene.open(options);
  await scene.serve(LEAN, 20);
  const before = scene.world.hooks.calls.length;
  const ended = await scene.rollout(green);
  const asked = scene.world.hooks.calls
    .slice(before)
    .filter(({ command }) => command === 'GetMetricData')
    .flatMap(({ input }) => input['MetricDataQueries'] as { MetricStat: { Metric: { MetricName: string } } }[])
    .filter(({ MetricStat }) => MetricStat.Metric.MetricName === 'M').length;
  return { scene, asked, ...ended, gate: gateOf(ended.record?.state?.judgement?.gates) };
}

const gateOf = <Gate extends { readonly gate: string }>(gates: readonly Gate[] = []) =>
  gates.find(({ gate }) => gate === 'memory');

describe('a green that comes within 10 % of its memory limit', () => {
  it('is promoted while the gate observes, and record and report say that it would have failed', async () => {
    const { scene, record, gate, asked } = await roll(FULL);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    expect(gate?.observed).toMatch(/^observed: would have failed in minute \d+$/);
    // 60 % of 9,000 and 2 % of 81,000, give or take three standard errors.
    expect(gate?.summary).toMatch(
      /memory: (5[89]|6[01])(\.\d)? % \([\d,]+ of [\d,]+ of green's requests\) and (1\.[89]|2(\.[0-2])?) % \([\d,]+ of [\d,]+ of blue's\) were within 10 % of the memory limit/,
    );
    const report = await scene.world.run(scene.app.readText(`rollouts/digits/${record?.id}/report.html`));
    expect(report).toContain('observed: would have failed in minute');
    // Blue's hour before, and both versions in the one look that may end the bake.
    expect(asked).toBe(3);
    expect(await scene.atRest()).toBe('v2');
  });

  it('is stopped by this gate alone where it is enforced', async () => {
    const settings = { gates: { memory: { mode: 'enforce' } } } as const;
    const { scene, record } = await roll(FULL, { settings });
    expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
    expect(record?.state?.judgement?.gate).toBe('memory');
    expect(record?.cause).toMatch(/^memory: /);
    expect(await scene.atRest()).toBe('v1');
  });

  it('as often as blue is promoted, with proof, where it is enforced', async () => {
    const settings = { gates: { memory: { mode: 'enforce' } } } as const;
    const { record, gate } = await roll({ name: 'v2', nearMemoryLimit: 0.02 }, { settings });
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    expect(gate?.logNonInferiority).toBeGreaterThan(3);
  });
});

it('a server that measures no memory has no data: that decides nothing', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1', tellsNoWarmth: true }, 20);
  const { record } = await scene.rollout({ name: 'v2', tellsNoWarmth: true });
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  expect(gateOf(record?.state?.judgement?.gates)).toMatchObject({
    counts: 'nothing: no memory was measured',
    observed: 'observed: no data',
  });
});
