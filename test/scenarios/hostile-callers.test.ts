import { LIVE_ALIAS } from '../../lambdas/contract/names';
import { fakeTraffic } from '../../simulator/fake-server';
import type { FakeModel } from '../../simulator/fake-model';
import { type Ended, ENDPOINT, MINUTE, Scene } from './harness';

/** What the model server tells of requests that are no inference, or that it refuses: that there were some. */
const notCounted = fakeTraffic(() => ({ name: 'v1', refused: 1, latencyMs: 2 }), ENDPOINT);

/** So many requests a minute that ask for health, send labels or send nonsense. */
function flood(scene: Scene, perMinute: number): void {
  const { world, functionName } = scene;
  const again = (): void => {
    world.clock.setTimeout(again, MINUTE / 6);
    const requests = Math.round(perMinute / 6);
    world.services.lambda.simulateTraffic({ functionName, qualifier: LIVE_ALIAS, requests }, notCounted);
  };
  world.clock.scopes.detached(() => world.clock.setTimeout(again, 0));
}

it('stops a bad model, however many requests that are no inference thin its failures out', async () => {
  const scene = await Scene.open();
  scene.requestsPerMinute = 600;
  await scene.serve();
  flood(scene, 60_000);
  const { record } = await scene.rollout({ name: 'v2', modelErrorRate: 0.05 });
  expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
  expect(record?.cause).toMatch(/^errors: green \d/);
  expect(await scene.answeredBy()).toBe('v1');
});

it('promotes a good model through the same flood', async () => {
  const scene = await Scene.open();
  await scene.serve();
  flood(scene, 60_000);
  const { record } = await scene.rollout({ name: 'v2' });
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
});

describe('a watch in which 60 of 6,000 requests a minute ask for an answer that is too large', () => {
  /** As of the minute in which green has all users; blue met none of it. */
  async function watched(green: Partial<FakeModel>): Promise<Ended> {
    const scene = await Scene.open({ settings: { watchMinutes: 5 } });
    await scene.serve();
    await scene.upload({ name: 'v2' }, { strategy: 'AllAtOnce' });
    const execution = await scene.started(({ input }) => input.includes('v2.onnx'));
    await scene.reaches(execution, 'Watch');
    scene.turn('v2', green);
    return scene.end(execution);
  }

  it('keeps a good green: they are refused before the model runs, and counted nowhere', async () => {
    const { record } = await watched({ refused: 0.01 });
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(record?.state?.watch?.unwatched).toBeUndefined();
  });

  it('would take it back if they counted as the model’s', async () => {
    const { record } = await watched({ modelErrorRate: 0.01 });
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
  });
});

describe('callers who ask for an index that the model has no row for, which fails blue and green alike and is counted', () => {
  const asked = { modelErrorRate: 0.01 };

  it('do not stop a good green when they meet both versions: it is compared with blue, before and in the watch', async () => {
    const scene = await Scene.open({ settings: { watchMinutes: 5 } });
    await scene.serve({ name: 'v1', ...asked });
    const { record } = await scene.rollout({ name: 'v2', ...asked });
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    expect(await scene.answeredBy()).toBe('v2');
  });

  it('do not stop it either when they come for the first time in the canary', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.upload({ name: 'v2' });
    const execution = await scene.started(({ input }) => input.includes('v2.onnx'));
    await scene.reaches(execution, 'Bake');
    for (const name of ['v1', 'v2']) scene.turn(name, asked);
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  });

  it('excuse no green that fails more often than blue does by them', async () => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1', ...asked });
    const { record } = await scene.rollout({ name: 'v2', modelErrorRate: 0.05 });
    expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
    expect(await scene.answeredBy()).toBe('v1');
  });
});
