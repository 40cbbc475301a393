import type { HandlerName } from '../../lambdas/contract/names';
import { MINUTE, Scene } from './harness';

it('closes a rollout that nobody could close until a later one had taken its lock', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const handlers: readonly HandlerName[] = ['restore-blue', 'safety-net', 'reconcile'];
  const broken = handlers.map((handler) => scene.logicalId(handler));
  const repair = scene.world.hooks.onBefore(({ caller, service }) => {
    if (caller.kind === 'function' && broken.includes(caller.logicalId) && service === 's3')
      throw Object.assign(new Error('Please reduce your request rate.'), { name: 'SlowDown' });
  });
  const first = await scene.rollout({ name: 'v2', load: 'ModelUnloadable' });
  expect(first.execution).toMatchObject({ status: 'FAILED', error: 'RestoreFailed' });
  expect(first.record).toMatchObject({ status: 'running' });
  await scene.world.runFor(45 * MINUTE);
  const second = await scene.rollout({ name: 'v3' }, { strategy: 'AllAtOnce' });
  expect(second.record).toMatchObject({ outcome: 'promoted' });
  repair();
  await scene.world.runFor(6 * MINUTE);
  expect(await scene.record(first.execution.name)).toMatchObject({ status: 'ended', outcome: 'aborted' });
  expect(scene.notices(first.execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v3');
});
