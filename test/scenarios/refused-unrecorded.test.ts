import { Scene } from './harness';

it('records an execution that was refused although its own restore never could', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 2);
  const logicalId = scene.logicalId('restore-blue');
  const repair = scene.world.hooks.onBefore(({ caller, service }) => {
    if (caller.kind === 'function' && caller.logicalId === logicalId && service === 'dynamodb')
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  });
  const { execution, record } = await scene.end(await scene.start({ wieght: 10 }));
  repair();
  expect(execution).toMatchObject({ status: 'FAILED', error: 'RestoreFailed' });
  expect(record).toMatchObject({ status: 'ended', error: 'RestoreFailed' });
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
});

it('does not record a second time what the workflow has closed', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 2);
  const { execution, record } = await scene.end(await scene.start({ wieght: 10 }));
  expect(record).toMatchObject({ outcome: 'rejected', error: 'InvalidInput' });
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.records('none')).toEqual([]);
});
