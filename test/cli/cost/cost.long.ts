import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';
import { type FakeModel, goldenSet } from '../../../simulator/fake-model';
import type { FunctionRuntime } from '../../../simulator/runtime/function-runtime';
import { ENDPOINT, Scene, templateOf } from '../../scenarios/harness';
import { quiet } from '../../scenarios/quiet';
import { type CountedRun, countedRun } from './counted-run';

const TEN_CLASSES = new Array<number>(10).fill(0.1);
const GOLDEN = 'golden/digits.json';
const HOOK = 'check-green';
const PASSES: FunctionRuntime = {
  inWorldTime: true,
  invoke: async (_, events) =>
    events.map(() => ({ ok: true, payload: { verdict: 'pass', reason: 'looks right' }, logs: [], durationMs: 10 })),
  stop: async () => undefined,
};

const ROLLOUTS: Readonly<Record<string, () => Promise<CountedRun>>> = {
  'that is promoted after 15 minutes': async () => {
    const scene = await served({ model: { name: 'v1', classes: TEN_CLASSES } });
    return countedRun(scene, () => scene.rollout({ name: 'v2', classes: TEN_CLASSES }));
  },
  'in five steps': async () => {
    const scene = await served();
    return countedRun(scene, () => scene.rollout({ name: 'v2' }, { strategy: 'Progressive' }));
  },
  'that is stopped in the first minute': async () => {
    const scene = await served();
    return countedRun(scene, () => scene.rollout({ name: 'v2', errorRate: 1 }));
  },
  'whose bake goes on without proof': async () => {
    const scene = await served();
    scene.requestsPerMinute = 60;
    return countedRun(scene, () => scene.rollout({ name: 'v2' }));
  },
  'that ends when it knows': async () => {
    const scene = await served({ settings: { strategy: 'Auto' } });
    scene.requestsPerMinute = 2_000;
    return countedRun(scene, () => scene.rollout({ name: 'v2' }));
  },
  'all at once': async () => {
    const scene = await served();
    return countedRun(scene, () => scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' }));
  },
  'without the gates of latency and throttles': async () => {
    const scene = await served({ settings: { gates: { latency: false, throttles: false } } });
    return countedRun(scene, () => scene.rollout({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' }));
  },
  'that a person approves': async () => {
    const approval = { mode: 'before-promote', timeoutMinutes: 30, defaultAnswer: 'approve' } as const;
    const scene = await served({ settings: { approval } });
    return countedRun(scene, () => scene.rollout({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' }));
  },
  'with a golden set': async () => {
    const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, goldenSet: { key: GOLDEN } }) });
    await scene.world.run(scene.app.put(GOLDEN, JSON.stringify(goldenSet())));
    await scene.serve();
    return countedRun(scene, () => scene.rollout({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' }));
  },
  'whose hooks are asked': async () => {
    const hooks = { beforeTraffic: { function: HOOK }, afterPromotion: { function: HOOK } };
    const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, hooks }), settings: { hooks: {} } });
    await scene.serve();
    scene.world.services.lambda.createFunction({
      functionName: HOOK,
      logicalId: 'CheckGreen',
      timeoutSeconds: 900,
      runtime: PASSES,
    });
    await scene.change({ hooks });
    return countedRun(scene, () => scene.rollout({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' }));
  },
  'whose green cannot be loaded': async () => {
    const scene = await served();
    return countedRun(scene, () => scene.rollout({ name: 'v2', load: 'ModelUnloadable' }));
  },
  'of what is live already': async () => {
    const scene = await served();
    return countedRun(scene, async () => scene.end(await scene.start({ endpoint: ENDPOINT })));
  },
  'that a replay has proven at a quiet endpoint': async () => {
    const scene = await quiet();
    return countedRun(scene, () => scene.rollout({ name: 'v2' }));
  },
  'that is a dry run': async () => {
    const scene = await served();
    const input = { endpoint: ENDPOINT, dryRun: true, force: true };
    return countedRun(scene, async () => scene.end(await scene.start(input)));
  },
  'that is reverted in the watch': async () => {
    const scene = await served();
    return countedRun(scene, async () => {
      const versionId = await scene.upload({ name: 'v2' }, { strategy: 'AllAtOnce' });
      const execution = await scene.started(({ input }) => input.includes(versionId));
      await scene.reaches(execution, 'Watch');
      scene.turn('v2', { errorRate: 1 });
      return scene.end(execution);
    });
  },
};

async function served({
  model = { name: 'v1' },
  settings = {},
}: { readonly model?: FakeModel; readonly settings?: Partial<EndpointSettingsInput> } = {}): Promise<Scene> {
  const scene = await Scene.open({ settings });
  await scene.serve(model);
  return scene;
}

/** What is estimated may be half as much again, or two thirds; a handful more or less is no matter. */
const near = (computed: number, counted: number) => computed <= 1.5 * counted + 20 && computed >= counted / 1.5 - 5;

describe.each(Object.entries(ROLLOUTS))('a rollout %s', (_, run) => {
  const once: { run?: Promise<CountedRun> } = {};
  const counting = () => (once.run ??= run());

  it('has as many transitions, look-ups, stored objects and events as were counted', async () => {
    const { counted, computed } = await counting();
    const { stateTransitions, metricsRequested, s3Writes, eventsPublished } = counted;
    expect(computed).toMatchObject({ stateTransitions, metricsRequested, s3Writes, eventsPublished });
  });

  it('has about as many requests, reads and writes as were counted', async () => {
    const { counted, computed } = await counting();
    const keys = ['lambdaRequests', 'dynamodbWrites', 'dynamodbReads', 's3Reads'] as const;
    const far = keys.filter((key) => !near(computed[key], counted[key]));
    expect(far.map((key) => `${key}: ${computed[key]} computed, ${counted[key]} counted`)).toEqual([]);
  });
});
