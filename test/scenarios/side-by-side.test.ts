import type { Execution } from '../../simulator/states/execution';
import { type FakeModel, bytesOf } from '../../simulator/fake-model';
import { MINUTE, Scene, templateOf } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const AT_ONCE = { strategy: 'AllAtOnce' };

async function two(): Promise<Scene> {
  const scene = await Scene.open({
    template: templateOf({ name: 'digits' }, { name: 'fraud', uploadsMayChoose: 'anything' }),
  });
  await scene.serve({ name: 'v1' }, 10);
  return scene;
}
const toFraud = (scene: Scene, model: FakeModel, metadata: Readonly<Record<string, string>> = AT_ONCE) =>
  scene.world.run(scene.app.upload('fraud', `${model.name}.onnx`, bytesOf(model), metadata));
const of = (scene: Scene, file: string): readonly Execution[] =>
  scene.world.executions.filter(({ input }) => input.includes(file));

it('rolls out both endpoints at the same time', async () => {
  const scene = await two();
  await toFraud(scene, { name: 'f1' });
  const digits = await scene.upload({ name: 'v2' }, SHORT);
  const canary = await scene.started(({ input }) => input.includes(digits));
  await scene.reaches(canary, 'Bake');
  await toFraud(scene, { name: 'f2' });
  const other = await scene.started(({ input }) => input.includes('f2.onnx'));
  await scene.end(other);
  expect(await scene.record(other.name, 'fraud')).toMatchObject({ outcome: 'promoted' });
  expect(canary.status).toBe('RUNNING');
  expect((await scene.end(canary)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  expect(await scene.lock('fraud')).toBeUndefined();
  expect(await scene.atRest()).toBe('v2');
});

it('neither stops nor undoes anything of another endpoint by a rollback', async () => {
  const scene = await two();
  for (const name of ['f1', 'f2']) {
    await toFraud(scene, { name });
    await scene.end(await scene.started(({ input }) => input.includes(`${name}.onnx`)));
  }
  const digits = await scene.upload({ name: 'v2' }, SHORT);
  const canary = await scene.started(({ input }) => input.includes(digits));
  await scene.reaches(canary, 'Bake');
  const back = await scene.start({ endpoint: 'fraud', action: 'rollback' });
  await scene.end(back);
  expect(await scene.record(back.name, 'fraud')).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  expect(canary.status).toBe('RUNNING');
  expect((await scene.alias()).weights).toEqual({ 3: 0.1 });
  expect((await scene.end(canary)).record).toMatchObject({ outcome: 'promoted' });
  expect(await scene.atRest()).toBe('v2');
});

it('does not wait for another endpoint whose rollout was stopped', async () => {
  const scene = await two();
  const digits = await scene.upload({ name: 'v2' }, SHORT);
  const canary = await scene.started(({ input }) => input.includes(digits));
  await scene.reaches(canary, 'Bake');
  scene.lose('aws.states');
  await scene.stop(canary);
  await toFraud(scene, { name: 'f1' });
  const other = await scene.started(({ input }) => input.includes('f1.onnx'));
  await scene.end(other);
  expect(await scene.record(other.name, 'fraud')).toMatchObject({ outcome: 'promoted-first' });
  await scene.world.runFor(6 * MINUTE);
  expect(await scene.atRest()).toBe('v1');
});

it('refuses a run from the console beside the rollout of an upload, whose waiting successor still starts', async () => {
  const scene = await two();
  const v2 = await scene.upload({ name: 'v2' }, SHORT);
  const first = await scene.started(({ input }) => input.includes(v2));
  await scene.reaches(first, 'Bake');
  await scene.upload({ name: 'v3' }, AT_ONCE);
  await scene.world.runFor(5_000);
  const { execution } = await scene.end(await scene.start({ endpoint: 'digits' }));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'RolloutBusy' });
  expect(execution.cause).toContain(`endpoint digits: rollout ${first.name} is running`);
  expect(first.status).toBe('RUNNING');
  await scene.end(first);
  const next = await scene.end(await scene.started(({ input }) => input.includes('v3.onnx')));
  expect(next.record).toMatchObject({ outcome: 'promoted' });
  expect(await scene.atRest()).toBe('v3');
});

it('answers five uploads of one moment with the first and the newest, however often their events come', async () => {
  const scene = await two();
  const { events } = scene.world;
  const usual = events.delivery;
  events.delivery = (event, rule) => (event.source === 'aws.s3' ? [300, 2_000, 8 * MINUTE] : usual(event, rule));
  for (const name of ['v2', 'v3', 'v4', 'v5', 'v6']) {
    await scene.upload({ name }, SHORT);
    await scene.world.runFor(1_000);
  }
  await scene.world.runFor(60 * MINUTE);
  expect(['v2', 'v3', 'v4', 'v5', 'v6'].map((name) => of(scene, `${name}.onnx`).length)).toEqual([1, 0, 0, 0, 1]);
  for (const name of ['v3', 'v4', 'v5'])
    expect(scene.notices(`${name}.onnx (version id`).some(({ message }) => message.includes('took its place'))).toBe(
      true,
    );
  expect(await scene.atRest()).toBe('v6');
});

it('records a rollback that was stopped while it waited for blue with its endpoint, and frees that', async () => {
  const scene = await two();
  const digits = await scene.upload({ name: 'v2' }, SHORT);
  const canary = await scene.started(({ input }) => input.includes(digits));
  await scene.reaches(canary, 'Bake');
  scene.world.hooks.onInvoke(({ handler, event }) =>
    handler === 'safety-net' && JSON.stringify(event).includes(canary.name)
      ? scene.world.clock.sleep(30_000)
      : undefined,
  );
  const back = await scene.start({ endpoint: 'digits', action: 'rollback' });
  await scene.world.runUntil(() => canary.status === 'ABORTED');
  await scene.stop(back, 'never mind');
  await scene.world.runFor(MINUTE);
  expect(await scene.record(back.name)).toMatchObject({ status: 'ended', error: 'StoppedByPerson' });
  expect(await scene.record(canary.name)).toMatchObject({ outcome: 'aborted', error: 'StoppedByRollback' });
  expect(await scene.atRest()).toBe('v1');
});
