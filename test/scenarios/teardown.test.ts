import { CreateAliasCommand, ListProvisionedConcurrencyConfigsCommand } from '@aws-sdk/client-lambda';
import { Scene, templateOf } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Days pass quickly. */
function quietly(scene: Scene): void {
  scene.leaveUsers();
  scene.unschedule('Reconcile');
}

it('deletes what is idle, and keeps live, target, window and the last few', async () => {
  const scene = await Scene.open({ settings: { keepVersions: 3, rollbackWindowMinutes: 24 * 60 } });
  await scene.serve({ name: 'v1' }, 5); // versions 1 (no model) and 2
  quietly(scene);
  for (const name of ['v2', 'v3', 'v4', 'v5']) await scene.rollout({ name }, AT_ONCE); // 3 to 6
  await scene.rollout({ name: 'broken', load: 'ModelUnloadable' }); // 7, never live
  await scene.world.runFor(DAY - HOUR);
  // Every one that was live was so within the window; what never was is gone.
  expect(await scene.versions()).toEqual(['2', '3', '4', '5', '6']);
  await scene.world.runFor(2 * DAY);
  expect(await scene.versions()).toEqual(['4', '5', '6']);
  const [told] = scene.notices('idle versions deleted').slice(-1);
  expect(told?.message).toContain('Deleted: 2, 3.');
  expect(told?.message).toContain('Kept version 5: the rollback target.');
  expect(await scene.atRest()).toBe('v5');
  const rolledBack = await scene.end(await scene.start({ action: 'rollback', strategy: 'AllAtOnce' }));
  expect(rolledBack.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '5' });
});

it('keeps a version that any alias uses', async () => {
  const scene = await Scene.open({ settings: { keepVersions: 1, rollbackWindowMinutes: 0 } });
  await scene.serve({ name: 'v1' }, 5);
  quietly(scene);
  for (const name of ['v2', 'v3']) await scene.rollout({ name }, AT_ONCE);
  const alias = { FunctionName: scene.functionName, Name: 'tests', FunctionVersion: '2' };
  await scene.world.run(scene.world.user.lambda.send(new CreateAliasCommand(alias)));
  await scene.world.runFor(2 * DAY);
  expect(await scene.versions()).toEqual(['2', '3', '4']);
});

it('leaves to Lambda what a person points an alias at while it works', async () => {
  const scene = await Scene.open({ settings: { keepVersions: 1, rollbackWindowMinutes: 0 } });
  await scene.serve({ name: 'v1' }, 5);
  quietly(scene);
  for (const name of ['v2', 'v3']) await scene.rollout({ name }, AT_ONCE);
  const alias = { FunctionName: scene.functionName, Name: 'tests', FunctionVersion: '2' };
  let isPointed = false;
  const runs = () => scene.world.hooks.count('lambda', 'ListVersionsByFunction');
  const before = runs();
  scene.world.hooks.onBefore(async ({ command }) => {
    if (command !== 'DeleteFunction' || isPointed) return;
    isPointed = true;
    await scene.world.user.lambda.send(new CreateAliasCommand(alias));
  });
  await scene.world.runFor(2 * DAY);
  expect(isPointed).toBe(true);
  // One an hour: none failed and was run again.
  expect(runs() - before).toBe(48);
  expect(await scene.versions()).toContain('2');
});

it('never works beside a rollout', async () => {
  const scene = await Scene.open({ settings: { keepVersions: 1, rollbackWindowMinutes: 0 } });
  await scene.serve({ name: 'v1' }, 5);
  quietly(scene);
  await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 3 * 24 * 60 } });
  await scene.upload({ name: 'v2' }, AT_ONCE);
  const execution = await scene.started(({ input }) => input.includes('v2.onnx'));
  await scene.reaches(execution, 'AwaitApproval');
  const before = await scene.versions();
  const deletions = scene.world.hooks.count('lambda', 'DeleteFunction');
  await scene.world.runFor(2 * DAY);
  expect(await scene.versions()).toEqual(before);
  expect(scene.world.hooks.count('lambda', 'DeleteFunction')).toBe(deletions);
  await scene.stop(execution);
  await scene.world.runFor(2 * DAY);
  expect(await scene.versions()).toEqual(['2']);
});

it('releases the provisioned concurrency of versions that are not live', async () => {
  const settings = { name: 'digits', provisionedConcurrency: 2 };
  const scene = await Scene.open({ template: templateOf(settings) });
  await scene.serve({ name: 'v1' }, 5);
  quietly(scene);
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  await scene.world.runFor(DAY);
  expect(scene.notices('Provisioned concurrency released: 2.')).toHaveLength(1);
  const command = new ListProvisionedConcurrencyConfigsCommand({ FunctionName: scene.functionName });
  const { ProvisionedConcurrencyConfigs = [] } = await scene.world.run(scene.world.user.lambda.send(command));
  expect(ProvisionedConcurrencyConfigs.map(({ FunctionArn }) => FunctionArn?.split(':').at(-1))).toEqual(['3']);
  expect(await scene.atRest()).toBe('v2');
});
