import { MINUTE, Scene } from './harness';

it('the teardown keeps the last 100 after 120 promotions, and deletes what was live before those', async () => {
  const scene = await Scene.open({ settings: { keepVersions: 100, rollbackWindowMinutes: 0, watchMinutes: 0 } });
  scene.unschedule('Reconcile');
  await scene.rollout({ name: 'v1' }); // version 2; version 1 has no model
  for (let n = 2; n <= 120; n += 1) await scene.rollout({ name: `v${n}` }, { strategy: 'AllAtOnce' });
  await scene.world.runFor(120 * MINUTE);
  const left = await scene.versions();
  expect(left).toEqual(Array.from({ length: 100 }, (_, n) => `${22 + n}`));
  expect(await scene.atRest()).toBe('v120');
});

it('the teardown keeps all that were live within a long window, however many those are', async () => {
  const scene = await Scene.open({
    settings: { keepVersions: 1, rollbackWindowMinutes: 30 * 24 * 60, watchMinutes: 0 },
  });
  scene.unschedule('Reconcile');
  for (let n = 1; n <= 33; n += 1) await scene.rollout({ name: `v${n}` }, { strategy: 'AllAtOnce' });
  await scene.world.runFor(120 * MINUTE);
  // Version 1, without a model, never was live.
  expect(await scene.versions()).toEqual(Array.from({ length: 33 }, (_, n) => `${2 + n}`));
});
