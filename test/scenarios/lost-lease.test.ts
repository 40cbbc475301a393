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

it('records an execution that could leave no record when it ended, and of which no event told', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const lost = scene.lose('aws.states');
  const repair = scene.world.hooks.onBefore(({ caller, service, command }) => {
    const restores = caller.kind === 'function' && caller.logicalId === scene.logicalId('restore-blue');
    if (restores && service === 'dynamodb' && command === 'Put')
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  });
  const { execution, record } = await scene.end(await scene.start({ endpoint: 'digits', wieght: 10 }));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'RestoreFailed' });
  expect(record).toBeUndefined();
  repair();
  lost();
  await scene.world.runFor(7 * MINUTE);
  const all = [...(await scene.records()), ...(await scene.records('none'))];
  expect(all.filter(({ id }) => id === execution.name)).toMatchObject([{ status: 'ended', outcome: 'aborted' }]);
  expect(scene.notices(execution.name)).toHaveLength(1);
  await scene.world.runFor(20 * MINUTE);
  expect(scene.notices(execution.name)).toHaveLength(1);
});
