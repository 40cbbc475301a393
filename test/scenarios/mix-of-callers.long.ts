import { LIVE_ALIAS } from '../../lambdas/contract/names';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../lambdas/contract/metric-names';
import { promote } from '../../lambdas/operations/promote';
import { codeOf } from '../../lambdas/domain/cells';
import type { TrafficModel } from '../../simulator/services/lambda/traffic';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { Execution } from '../../simulator/states/execution';
import { type Ended, ENDPOINT, MINUTE, Scene } from './harness';

/** Callers whose every request has class 0 for an answer, of every model. */
const classZero: TrafficModel = ({ version }, count) => {
  const dimensions = { [METRIC_DIMENSIONS.endpoint]: ENDPOINT, [METRIC_DIMENSIONS.version]: version };
  const metric = (name: string, value: number) => ({
    ...{ namespace: METRIC_NAMESPACE, metric: name, dimensions },
    values: [[value, count] as const],
  });
  return {
    errors: 0,
    durations: [[20, count]],
    metrics: [
      metric(METRICS.modelErrors, 0),
      metric(METRICS.nonFiniteOutputs, 0),
      metric(METRICS.predictedClass, codeOf(0)),
      metric(METRICS.warmDuration, 20),
    ],
  };
};

/** They come now, so many a minute, until they are told to go. */
function come(scene: Scene, perMinute: number): () => void {
  const { world, functionName } = scene;
  let areHere = true;
  const again = (): void => {
    if (!areHere) return;
    world.clock.setTimeout(again, MINUTE / 6);
    const requests = Math.round(perMinute / 6);
    world.services.lambda.simulateTraffic({ functionName, qualifier: LIVE_ALIAS, requests }, classZero);
  };
  world.clock.scopes.detached(() => world.clock.setTimeout(again, 0));
  return () => (areHere = false);
}

/** What the callers do in the canary and in the watch of four minutes, and what becomes of green. */
async function rolledOut(during: {
  readonly canary?: (scene: Scene, execution: Execution) => unknown;
  readonly watch: (scene: Scene) => void;
  readonly metadata?: Readonly<Record<string, string>>;
}): Promise<Ended & { readonly live: string }> {
  const scene = await Scene.open({ settings: { watchMinutes: 4 } });
  await scene.serve();
  await scene.upload({ name: 'v2' }, during.metadata);
  const execution = await scene.started(({ input }) => input.includes('v2.onnx'));
  if (during.canary) {
    await scene.reaches(execution, 'Bake');
    await during.canary(scene, execution);
  }
  await scene.reaches(execution, 'Watch');
  during.watch(scene);
  const ended = await scene.end(execution);
  return { ...ended, live: await scene.atRest() };
}

const kept = { outcome: 'promoted', decidedBy: 'judge' };
const notes = ({ record }: Ended): string => JSON.stringify(record?.state?.timeline);

it.each([600, 6_000, 60_000])(
  'a good green stays when %i requests of one class a minute come in the watch',
  async (rate) => {
    const ended = await rolledOut({ watch: (scene) => come(scene, rate) });
    expect(ended).toMatchObject({ record: kept, live: 'v2' });
    expect(notes(ended)).toMatch(
      /predictions did not decide: [\d,]+ answers a minute where there were [56],\d+: callers came/,
    );
  },
);

it.each([600, 20_000])('it stays when %i of them a minute have gone by then', async (rate) => {
  let go = (): void => undefined;
  const ended = await rolledOut({ canary: (scene) => (go = come(scene, rate)), watch: () => go() });
  expect(ended).toMatchObject({ record: kept, live: 'v2' });
  expect(notes(ended)).toMatch(/predictions did not decide: .*callers went/);
});

it('it stays when they have gone after a canary that a person ended before its proof', async () => {
  let go = (): void => undefined;
  const ended = await rolledOut({
    canary: async (scene, execution) => {
      go = come(scene, 20_000);
      await scene.reaches(execution, 'Bake', 2);
      const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
      await scene.world.run(promote(ports, ENDPOINT, { by: 'Ada', reason: 'it has to be' }));
    },
    watch: () => go(),
  });
  expect(ended).toMatchObject({ record: { outcome: 'promoted', decidedBy: 'person: Ada (it has to be)' }, live: 'v2' });
  expect(notes(ended)).toMatch(/predictions did not decide: .*callers went/);
});

describe('a green that answers otherwise after its promotion', () => {
  const turned = (scene: Scene) => scene.turn('v2', { classes: [0.7, 0.2, 0.1] });

  it.each([
    ['at the same traffic', 0],
    ['while a few callers more come', 60],
    ['while callers come who hide a part of it', 240],
  ])('is taken back %s', async (_, rate) => {
    const { record, live } = await rolledOut({
      watch: (scene) => {
        turned(scene);
        if (rate > 0) come(scene, rate);
      },
    });
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
    expect(record?.cause).toMatch(/^predictions: /);
    expect(live).toBe('v1');
  });

  it('is taken back while callers come, where no canary has compared its answers', async () => {
    const { record } = await rolledOut({
      metadata: { strategy: 'AllAtOnce' },
      watch: (scene) => {
        turned(scene);
        come(scene, 20_000);
      },
    });
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
  });
});
