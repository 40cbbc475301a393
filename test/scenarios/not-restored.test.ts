import { DeleteAliasCommand } from '@aws-sdk/client-lambda';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { PREVIEW_ALIAS, PROTECTING_ALIAS, TABLE_KEYS } from '../../lambdas/contract/names';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };

/** v1 is version 2, v2 is version 3 and blue; v3, version 4, fails and is being watched. */
async function watched(earlier = true): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  scene.unschedule('TeardownIdle');
  await scene.serve({ name: 'v1' });
  if (earlier) await scene.rollout({ name: 'v2' }, AT_ONCE);
  await scene.world.runFor(20 * MINUTE);
  const versionId = await scene.upload({ name: 'bad' }, AT_ONCE);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Watch');
  scene.turn('bad', { errorRate: 0.6 });
  return [scene, execution];
}

it('protects blue by an alias while a rollout may need it, so that no tool can delete it', async () => {
  const [scene, execution] = await watched();
  const blue = { FunctionName: scene.functionName, Qualifier: '3' };
  await expect(scene.world.services.lambda.call('DeleteFunction', blue, { kind: 'user' })).rejects.toMatchObject({
    name: 'ResourceConflictException',
  });
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'reverted', liveVersionAfter: '3' });
});

it('goes to the next earlier good version when blue is gone all the same, and never says that blue is back', async () => {
  const [scene, execution] = await watched();
  scene.world.services.lambda.loseVersion(scene.functionName, '3');
  const { record } = await scene.end(execution);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'LiveRegressed' });
  expect(record).toMatchObject({ outcome: 'not-restored', liveVersionAfter: '2' });
  expect(scene.world.timeline(execution.arn).at(-1)?.state).toBe('RolloutNotRestored');
  const [notice] = scene.notices(execution.name).slice(-1);
  expect(notice?.subject).toMatch(/^Action needed: digits: .* but version 2 is live instead of blue/);
  expect(await scene.atRest()).toBe('v1');
  expect((await scene.livePeriods())[0]).toMatchObject({ version: '2' });
});

it('says that green is STILL live when no good version is left', async () => {
  const [scene, execution] = await watched(false);
  scene.world.services.lambda.loseVersion(scene.functionName, '2');
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'not-restored', liveVersionAfter: '3' });
  expect(scene.notices(execution.name).at(-1)?.subject).toMatch(/^Action needed: digits: version 3 .*is STILL live/);
  expect((await scene.alias()).version).toBe('3');
});

it('looks again before it says so: what is live by then is told', async () => {
  const [scene, execution] = await watched();
  scene.world.services.lambda.loseVersion(scene.functionName, '3');
  let moves = 1;
  scene.world.hooks.onAfter(async ({ caller, input }) => {
    const restores = caller.kind === 'function' && caller.logicalId === scene.logicalId('restore-blue');
    // Testers are seen to when users have been.
    if (restores && input['Name'] === PREVIEW_ALIAS && moves-- > 0) await scene.moveAlias('4');
  });
  const { record } = await scene.end(execution);
  expect((await scene.alias()).version).toBe('4');
  expect(record).toMatchObject({ outcome: 'not-restored', liveVersionAfter: '4' });
});

it.each(['Watch', 'Bake'])('puts blue back although the item of the lock was lost in %s', async (state) => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' });
  const versionId = await scene.upload(
    { name: 'bad' },
    state === 'Watch' ? AT_ONCE : { strategy: 'Canary10Percent5Minutes' },
  );
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  scene.turn('bad', { errorRate: 0.6 });
  const [table] = scene.world.stack.idsOf('AWS::DynamoDB::Table');
  const Key = { [TABLE_KEYS.partition]: 'ENDPOINT#digits', [TABLE_KEYS.sort]: 'LOCK' };
  const lost = new DeleteCommand({ TableName: scene.world.stack.ref(table!), Key });
  await scene.world.run(scene.world.user.dynamodb.send(lost));
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: state === 'Watch' ? 'reverted' : 'aborted', liveVersionAfter: '2' });
  expect(await scene.atRest()).toBe('v1');
});

it('goes on without the protecting alias when it is deleted, and makes it anew in the next rollout', async () => {
  const [scene, execution] = await watched();
  const alias = { FunctionName: scene.functionName, Name: PROTECTING_ALIAS };
  await scene.world.run(scene.world.user.lambda.send(new DeleteAliasCommand(alias)));
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'reverted', liveVersionAfter: '3' });
  await scene.world.runFor(60 * MINUTE);
  expect((await scene.rollout({ name: 'v4' }, AT_ONCE)).record).toMatchObject({ outcome: 'promoted' });
});

it('brings blue back before a fix is judged that was uploaded while nothing could be put back for 40 minutes', async () => {
  const [scene, execution] = await watched();
  const allow = scene.world.hooks.onBefore(({ command }) => {
    if (command === 'UpdateAlias') throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
  });
  await scene.world.runFor(36 * MINUTE);
  expect(execution.status).toBe('FAILED');
  const versionId = await scene.upload({ name: 'fix' }, { strategy: 'Canary10Percent5Minutes' });
  await scene.world.runFor(4 * MINUTE);
  allow();
  const fix = await scene.end(await scene.started(({ input }) => input.includes(versionId)));
  expect(fix.record?.state?.blue).toMatchObject({ version: '3' });
  expect(fix.record).toMatchObject({ outcome: 'promoted' });
  expect(await scene.record(execution.name)).toMatchObject({ outcome: 'reverted', liveVersionAfter: '3' });
  expect(await scene.atRest()).toBe('fix');
});
