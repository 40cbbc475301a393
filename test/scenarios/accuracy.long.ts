import { METRICS } from '../../lambdas/contract/metric-names';
import type { FakeModel } from '../../simulator/fake-model';
import { Scene, type Ended } from './harness';

/** Blue's users label every tenth answer, after a minute; 4 % of its answers are wrong. */
const BLUE: FakeModel = { name: 'v1', labelled: 0.1, wrong: 0.04 };

async function roll(green: FakeModel, blue: FakeModel = BLUE, settings: Parameters<typeof Scene.open>[0] = {}) {
  const scene = await Scene.open(settings);
  await scene.serve(blue, 20);
  const ended = await scene.rollout(green);
  return { scene, ...ended };
}

const gatesOf = ({ record }: Pick<Ended, 'record'>) => record?.state?.judgement?.gates.map(({ gate }) => gate);
const labelQueries = (scene: Scene) =>
  scene.world.hooks.calls
    .filter(({ command }) => command === 'GetMetricData')
    .flatMap(({ input }) => input['MetricDataQueries'] as { MetricStat: { Metric: { MetricName: string } } }[])
    .map(({ MetricStat }) => MetricStat.Metric.MetricName)
    .filter((name) => name.endsWith('LabelDelay'));

describe('where users label enough answers', () => {
  it('a model that answers wrongly, as often each class and as fast as before, is stopped by accuracy alone', async () => {
    const { scene, record } = await roll({ name: 'v2', labelled: 0.1, wrong: 0.2 });
    expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
    expect(record?.state?.judgement?.gate).toBe('accuracy');
    expect(record?.cause).toMatch(
      /^accuracy: \d+(\.\d)? % \(\d+ of \d+ of green's labelled answers\) and \d(\.\d)? % \(\d+ of [\d,]+ of blue's\) were wrong: worse/,
    );
    expect(await scene.atRest()).toBe('v1');
  });

  it('a model that answers as well is promoted, with proof of it', async () => {
    const { scene, ...ended } = await roll({ name: 'v2', labelled: 0.1, wrong: 0.04 });
    expect(ended.record?.outcome).toBe('promoted');
    expect(gatesOf(ended)).toContain('accuracy');
    expect(ended.record?.state?.judgement?.notJudged).toBeUndefined();
    expect(await scene.atRest()).toBe('v2');
  });

  it('and none comes for green, it is not promoted: missing labels are no proof', async () => {
    const { record } = await roll({ name: 'v2' });
    expect(record).toMatchObject({ outcome: 'aborted', error: 'InsufficientEvidence' });
    expect(record?.cause).toMatch(/accuracy: green 0 labelled answers; certainty 0 % of the 95 % needed/);
  });

  it('green is put back after promotion when its answers become wrong then', async () => {
    const scene = await Scene.open({ settings: { watchMinutes: 10 } });
    await scene.serve(BLUE, 20);
    await scene.upload({ name: 'v2', labelled: 0.1, wrong: 0.04 });
    const execution = await scene.started(({ status }) => status === 'RUNNING');
    await scene.reaches(execution, 'PromoteGreen');
    scene.turn('v2', { wrong: 0.3 });
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
    expect(record?.cause).toMatch(/^accuracy: /);
    expect(await scene.atRest()).toBe('v1');
  });

  it('a trace keeps the counts, and replay brings it to the same verdict', async () => {
    const { scene, record } = await roll({ name: 'v2', labelled: 0.1, wrong: 0.2 });
    const text = await scene.world.run(scene.app.readText(`rollouts/digits/${record?.id}/trace-canary.json`));
    const trace = JSON.parse(text) as { labels: unknown; rows: { green: { labelled: unknown } }[] };
    expect(trace.labels).toEqual({ blue: expect.any(Number) as number, green: expect.any(Number) as number });
    expect(trace.rows.at(-1)?.green.labelled).toEqual({
      events: expect.any(Number) as number,
      requests: expect.any(Number) as number,
    });
    // Labels of the first five minutes would be quick ones alone.
    expect(trace.rows.slice(0, 5).map(({ green }) => green.labelled)).toEqual(
      Array.from({ length: 5 }, () => ({ events: 0, requests: 0 })),
    );
  });
});

describe('where too few labels come', () => {
  const wrongAndFew: FakeModel = { name: 'v2', labelled: 0.001, wrong: 0.9 };

  it('accuracy neither stops nor holds up a rollout, and the record says why', async () => {
    const { scene, ...ended } = await roll(wrongAndFew, { name: 'v1', labelled: 0.001, wrong: 0.04 });
    expect(ended.record?.outcome).toBe('promoted');
    expect(gatesOf(ended)).not.toContain('accuracy');
    expect(ended.record?.state?.judgement?.notJudged).toEqual([
      {
        gate: 'accuracy',
        why: expect.stringMatching(
          /^blue had 1\d\d labels in time before the canary, so green may expect [56]; at least 200 are needed$/,
        ) as string,
      },
    ]);
    expect(labelQueries(scene)).toEqual([METRICS.labelDelay]);
  });

  it('the page of the rollout says so, too, and says nothing to an endpoint that sends none at all', async () => {
    const { scene, record } = await roll(wrongAndFew, { name: 'v1', labelled: 0.001, wrong: 0.04 });
    const page = await scene.world.run(scene.app.readText(`rollouts/digits/${record?.id}/report.html`));
    const without = await roll({ name: 'v2' }, { name: 'v1' });
    const silent = await without.scene.world.run(
      without.scene.app.readText(`rollouts/digits/${without.record?.id}/report.html`),
    );
    expect(silent).not.toMatch(/accuracy: not judged/);
    expect(page).toMatch(/accuracy: not judged, blue had 1\d\d labels in time before the canary/);
  });

  it('nor where they come too late to be compared', async () => {
    const late = { labelled: 0.1, labelDelaySeconds: 3_600 };
    const { record } = await roll({ name: 'v2', ...late, wrong: 0.9 }, { name: 'v1', ...late });
    expect(record?.outcome).toBe('promoted');
    expect(record?.state?.judgement?.notJudged?.[0]?.why).toMatch(/^blue had 0 labels in time/);
  });

  it('nor is any looked for in a canary that ends before one could be compared', async () => {
    const { scene, record } = await roll({ ...BLUE, name: 'v2' }, BLUE, {
      settings: { strategy: { steps: [{ weight: 50, bakeMinutes: 5 }] } },
    });
    expect(record?.outcome).toBe('promoted');
    expect(record?.state?.judgement?.notJudged?.[0]?.why).toMatch(/^no labels were looked for/);
    expect(labelQueries(scene)).toEqual([]);
  });
});

it('can be switched off', async () => {
  const { scene, ...ended } = await roll({ name: 'v2', labelled: 0.1, wrong: 0.9 }, BLUE, {
    settings: { gates: { accuracy: false } },
  });
  expect(ended.record?.outcome).toBe('promoted');
  expect(gatesOf(ended)).not.toContain('accuracy');
  expect(ended.record?.state?.judgement?.notJudged).toBeUndefined();
  expect(labelQueries(scene)).toEqual([]);
});

it('judges the first minutes after an upload that goes to all at once, when they have had time for labels', async () => {
  const scene = await Scene.open({ settings: { strategy: 'AllAtOnce', watchMinutes: 15 } });
  await scene.serve(BLUE, 20);
  const { record } = await scene.rollout({ name: 'v2', labelled: 0.1, wrong: 0.3 });
  expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
  expect(record?.cause).toMatch(/^accuracy: /);
});
