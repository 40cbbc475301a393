import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { Execution } from '../../simulator/states/execution';
import { Scene } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };
const CANARY = { strategy: 'Canary10Percent5Minutes' };

/** Environments that run have their model in memory; here they are never fewer. No reconciler looks. */
async function opened(settings: Parameters<Scene['change']>[0] = {}): Promise<Scene> {
  const scene = await Scene.open({ settings });
  scene.unschedule('TeardownIdle', 'Reconcile');
  const read = scene.modelOf.bind(scene);
  const inMemory = new Map<string, ReturnType<typeof read>>();
  scene.modelOf = (version) => {
    const key = JSON.stringify(version.environment);
    const model = inMemory.get(key) ?? read(version);
    inMemory.set(key, model);
    return model;
  };
  return scene;
}

/** v2 is being rolled out, over v1 where that is live. */
async function rolling(scene: Scene, state: string, metadata: Record<string, string>, isFirst = false) {
  if (!isFirst) await scene.serve({ name: 'v1' });
  const versionId = await scene.upload({ name: 'v2' }, metadata);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return { execution, versionId };
}

const deleteModel = (scene: Scene, versionId: string) =>
  scene.world.user.s3.send(
    new DeleteObjectCommand({ Bucket: scene.app.bucket, Key: 'models/digits/v2.onnx', VersionId: versionId }),
  );

/** Just as the step begins. */
function deleteAtPromotion(scene: Scene, versionId: string): void {
  const off = scene.world.hooks.onInvoke(async ({ logicalId }) => {
    if (logicalId !== scene.logicalId('promote-green')) return;
    off();
    await deleteModel(scene, versionId);
  });
}

/** From now on PromoteGreen cannot read the object, so many times. */
const refuseReads = (scene: Scene, name: string, times: number, status: number) =>
  scene.world.hooks.onBefore(({ caller, command }) => {
    const isIts = caller.kind === 'function' && caller.logicalId === scene.logicalId('promote-green');
    if (!isIts || command !== 'GetObject' || (times -= 1) < 0) return;
    throw Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } });
  });

const isRefused = ({ error, cause }: Execution, version: string) =>
  expect([error, cause]).toEqual([
    'GreenUnhealthy',
    expect.stringMatching(
      new RegExp(`^version ${version} was not promoted, .*/v2.onnx.* is not there any more; it was deleted`),
    ),
  ]);

it.each([
  ['during its canary', CANARY],
  ['after the last look at its canary', CANARY],
  ['before it is promoted all at once', AT_ONCE],
])('a green whose object is deleted %s is not promoted', async (when, metadata) => {
  const scene = await opened();
  const { execution, versionId } = await rolling(scene, metadata === CANARY ? 'Bake' : 'DeployGreen', metadata);
  if (when === 'during its canary') await scene.world.run(deleteModel(scene, versionId));
  else deleteAtPromotion(scene, versionId);
  const { record } = await scene.end(execution);
  isRefused(execution, '3');
  const outcome = metadata === CANARY ? 'aborted' : 'rejected';
  expect(record).toMatchObject({ outcome, error: 'GreenUnhealthy', liveVersionAfter: '2' });
  expect(scene.notices(execution.name).at(-1)?.message).toContain('upload the model again');
  expect((await scene.livePeriods())[0]?.version).toBe('2');
  expect(await scene.atRest()).toBe('v1');
});

it('nor is a first model', async () => {
  const scene = await opened();
  const { execution, versionId } = await rolling(scene, 'DeployGreen', {}, true);
  deleteAtPromotion(scene, versionId);
  const { record } = await scene.end(execution);
  isRefused(execution, '2');
  expect(record).toMatchObject({ outcome: 'rejected', liveVersionAfter: '1' });
  expect(await scene.livePeriods()).toEqual([]);
});

it('nor is one that a person approves later', async () => {
  const scene = await opened();
  await scene.serve({ name: 'v1' });
  await scene.change({ approval: { mode: 'before-promote', defaultAnswer: 'approve' } });
  const { execution, versionId } = await rolling(scene, 'AwaitApproval', CANARY, true);
  await scene.world.run(deleteModel(scene, versionId));
  await scene.end(execution);
  isRefused(execution, '3');
  expect(await scene.atRest()).toBe('v1');
});

it('nor is the target of a rollback', async () => {
  const scene = await opened();
  const { execution, versionId } = await rolling(scene, 'Watch', AT_ONCE);
  await scene.end(execution);
  expect((await scene.rollout({ name: 'v3' }, AT_ONCE)).record).toMatchObject({ outcome: 'promoted' });
  deleteAtPromotion(scene, versionId);
  const { record } = await scene.end(await scene.start({ action: 'rollback' }));
  expect(record).toMatchObject({ outcome: 'rejected', error: 'RollbackTargetUnavailable', liveVersionAfter: '4' });
  expect(await scene.atRest()).toBe('v3');
});

it.each([
  ['AccessDenied', 403, Infinity],
  ['SlowDown', 503, 20],
])('%s of S3 is not taken for a deletion', async (name, status, times) => {
  const scene = await opened();
  const { execution } = await rolling(scene, 'Bake', CANARY);
  refuseReads(scene, name, times, status);
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  expect(await scene.atRest()).toBe('v2');
});

it('a rollback does not wait for an S3 that is away', async () => {
  const scene = await opened();
  const { execution } = await rolling(scene, 'Watch', AT_ONCE);
  await scene.end(execution);
  refuseReads(scene, 'ServiceUnavailable', Infinity, 503);
  const rollback = await scene.end(await scene.start({ action: 'rollback' }));
  expect(rollback.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
});

it.each([
  ['version is deleted', (scene: Scene) => scene.world.services.lambda.loseVersion(scene.functionName, '2'), /is gone/],
  ['model cannot be loaded any more', (scene: Scene) => scene.turn('v1', { load: 'ModelDownloadFailed' }), /Download/],
])('a rollback whose target is verified as its %s asks for another version, and no upload', async (_, lose, why) => {
  const scene = await Scene.open();
  scene.unschedule('TeardownIdle');
  const { execution: first } = await rolling(scene, 'Watch', AT_ONCE);
  await scene.end(first);
  const rollback = await scene.start({ action: 'rollback' });
  await scene.reaches(rollback, 'VerifyGreen');
  lose(scene);
  const { record } = await scene.end(rollback);
  expect(record).toMatchObject({ outcome: 'rejected', error: 'RollbackTargetUnavailable', liveVersionAfter: '3' });
  expect(record?.cause).toMatch(/^to: endpoint digits: version 2 is not ready after/);
  expect(record?.cause).toMatch(why);
  expect(scene.notices(rollback.name).at(-1)?.message).toContain('Name a version that there is');
  expect(await scene.atRest()).toBe('v2');
});
