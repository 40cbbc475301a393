import { EVIDENCE_DOCUMENT, ROLLOUTS_PREFIX } from '../../lambdas/contract/names';
import type { Evidence } from '../../lambdas/domain/evidence';
import type { Judgement } from '../../lambdas/domain/judge/judgement';
import { FALLBACKS } from '../../simulator/fake-model';
import { ENDPOINT, type Ended, MINUTE, Scene } from './harness';

const LONG = { strategy: 'Canary10Percent15Minutes' };

interface Kept extends Evidence {
  readonly judgement: Judgement;
  readonly queries: readonly { readonly note?: string }[];
}

/** What the decision rested on, as it was stored. */
const keptOf = async (scene: Scene, { execution }: Pick<Ended, 'execution'>): Promise<Kept> =>
  JSON.parse(
    await scene.world.run(
      scene.app.readText(`${ROLLOUTS_PREFIX}${ENDPOINT}/${execution.name}/${EVIDENCE_DOCUMENT.canary}`),
    ),
  ) as Kept;

async function served(settings: Parameters<Scene['change']>[0] = {}): Promise<Scene> {
  const scene = await Scene.open({ settings });
  await scene.serve();
  return scene;
}

describe('a custom gate', () => {
  const custom = [{ name: 'fallbacks', events: { ...FALLBACKS } }];

  it('stops a green that falls back where blue does not', async () => {
    const scene = await served({ gates: { custom } });
    const { execution, record } = await scene.rollout({ name: 'v2', fallbacks: 0.2 });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
    expect(record?.state?.judgement).toMatchObject({ verdict: 'fail', gate: 'custom:fallbacks' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('lets a green pass that falls back no more than blue', async () => {
    const scene = await Scene.open({ settings: { gates: { custom } } });
    await scene.serve({ name: 'v1', fallbacks: 0.02 });
    const { record } = await scene.rollout({ name: 'v2', fallbacks: 0.02 });
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    expect(record?.state?.judgement?.gates.map(({ gate }) => gate)).toContain('custom:fallbacks');
  });
});

it('stops a green whose requests Lambda turns away, by the gate throttles', async () => {
  const scene = await served();
  const versionId = await scene.upload({ name: 'v2' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Bake');
  scene.world.services.lambda.setThrottleRate(scene.functionName, 0.3, '3');
  const { record } = await scene.end(execution);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
  expect(record?.state?.judgement).toMatchObject({ verdict: 'fail', gate: 'throttles' });
  expect(await scene.atRest()).toBe('v1');
});

describe('a green with many cold starts', () => {
  const COLD = { name: 'v2', coldStarts: 0.2 };

  it('is promoted where warm requests are told from cold ones', async () => {
    const scene = await served();
    const ended = await scene.rollout(COLD);
    expect(ended.record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    const evidence = await keptOf(scene, ended);
    const { green } = evidence.rows.at(-1)!;
    expect(green.durations / green.invocations).toBeCloseTo(0.8, 1);
  });

  it('is stopped by the gate latency where all requests are timed', async () => {
    const scene = await served({ gates: { latency: { requests: 'all' } } });
    const { execution, record } = await scene.rollout(COLD);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
    expect(record?.state?.judgement).toMatchObject({ gate: 'latency' });
  });

  it('that is slow besides is stopped all the same', async () => {
    const scene = await served();
    const { record } = await scene.rollout({ ...COLD, latencyMs: 40 });
    expect(record?.state?.judgement).toMatchObject({ verdict: 'fail', gate: 'latency' });
  });
});

it('times both versions by Lambda when blue is of a server that tells no warm requests, and says so', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1', tellsNoWarmth: true });
  const ended = await scene.rollout({ name: 'v2' });
  expect(ended.record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  const evidence = await keptOf(scene, ended);
  const { queries } = evidence;
  expect(queries.map(({ note }) => note ?? '').join()).toContain('version 2 counts no warm requests apart');
  for (const { blue, green } of evidence.rows)
    expect([blue.durations, green.durations]).toEqual([blue.invocations, green.invocations]);
});

it('waits ten minutes for a minute of which a part is missing, then judges without it and says which and why', async () => {
  const scene = await served();
  const versionId = await scene.upload({ name: 'v2' }, LONG);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'JudgeCanary', 2);
  // Requests of green in the minute that runs, without anything else that Lambda tells of them.
  const minute = Math.floor(scene.now / MINUTE) * MINUTE;
  const green = {
    FunctionName: scene.functionName,
    Resource: `${scene.functionName}:live`,
    ExecutedVersion: '3',
  };
  scene.world.services.cloudwatch.record('AWS/Lambda', 'Invocations', green, minute + 1_000, 1, 600, scene.now);
  await scene.reaches(execution, 'JudgeCanary', 8);
  // Nothing behind it is judged meanwhile: no look sees minutes out of order.
  const waiting = await scene.record(execution.name);
  expect(waiting?.state?.judgement?.settledMinutes).toBeLessThan(5);
  const ended = await scene.end(execution);
  expect(ended.record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  const evidence = await keptOf(scene, ended);
  const { judgement } = evidence;
  const leftOut = [
    {
      minute: new Date(minute).toISOString(),
      why: expect.stringMatching(/^durations missing for version 3: \d+ of \d+$/) as string,
    },
  ];
  expect(judgement.leftOut).toEqual(leftOut);
  expect(evidence.leftOut).toEqual(leftOut);
  expect(evidence.rows.map((one) => one.minute)).not.toContain(leftOut[0]?.minute);
});

it('takes one minute more for one that is left out, and neither an extension nor an end without proof', async () => {
  const scene = await served({ onInsufficientEvidence: { extendMinutes: 0 } });
  const versionId = await scene.upload({ name: 'v2' }, LONG);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'JudgeCanary', 2);
  const green = {
    FunctionName: scene.functionName,
    Resource: `${scene.functionName}:live`,
    ExecutedVersion: '3',
  };
  scene.world.services.cloudwatch.record('AWS/Lambda', 'Invocations', green, scene.now, 1, 600, scene.now);
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  const { canary, judgement, weights } = record!.state!;
  expect(canary).toMatchObject({ extendedMinutes: 0, leftOut: [{}] });
  expect(judgement?.settledMinutes).toBe(15);
  const baked = Date.parse(weights[1]?.at ?? '') - Date.parse(canary?.windows[0]?.from ?? '');
  expect(baked).toBeLessThan((15 + 1 + 2 + 1) * MINUTE);
});

it('asks for harmful durations at the look that may pass, and at no other', async () => {
  const scene = await served();
  const { hooks } = scene.world;
  const before = hooks.calls.length;
  const ended = await scene.rollout({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  expect(ended.record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  const judges = scene.logicalId('judge-canary');
  const looks = hooks.calls.slice(before).flatMap(({ command, caller, input }) => {
    if (command !== 'GetMetricData' || caller.kind !== 'function' || caller.logicalId !== judges) return [];
    const queries = input['MetricDataQueries'] as readonly { readonly Id: string }[];
    return queries.some(({ Id }) => Id === 'gRequests') ? [queries.length] : [];
  });
  const evidence = await keptOf(scene, ended);
  const proven = evidence.thresholds.filter(({ quantile }) => [0.5, 0.9, 0.99].includes(quantile)).length;
  expect(proven).toBe(3);
  const [first = 0] = looks;
  // And, of both versions, the metric of the one gate that only observes.
  expect(looks).toEqual([first, first, first, first, first + proven + 2]);
  const sum = (of: 'slow' | 'verySlow') =>
    evidence.rows.reduce((total, { green }) => total + green[of].reduce((all, one) => all + one, 0), 0);
  expect(sum('verySlow')).toBeLessThan(sum('slow'));
});

it("keeps blue's own minutes of the hour before, each with what it counted", async () => {
  const scene = await served();
  const { record } = await scene.rollout({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const baseline = record?.state?.canary?.baseline;
  expect(baseline?.baseline.length).toBeGreaterThan(10);
  expect(baseline?.thresholds.length).toBeGreaterThan(5);
  for (const { blue } of baseline?.baseline ?? []) {
    expect(blue.slow).toHaveLength(baseline?.thresholds.length ?? 0);
    expect(blue.slow).toEqual([...blue.slow].sort((a, b) => b - a));
    expect(blue.classes).toHaveLength(baseline?.classNames.length ?? 0);
  }
  // Carried through the workflow once: a watch judges by the same baseline.
  expect(record?.state?.watch?.baseline).toBeUndefined();
});
