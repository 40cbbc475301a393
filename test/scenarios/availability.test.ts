import { DeleteAliasCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, UNAVAILABLE_VERSIONS } from '../../lambdas/contract/metric-names';
import type { PinnedModel } from '../../lambdas/domain/rollout';
import { AwsError } from '../../simulator/service';
import { MINUTE, Scene } from './harness';

const PERIOD = 5 * MINUTE;

/** v1, then v2 live; what each is pinned to. */
async function open(): Promise<{ scene: Scene; live: PinnedModel; before: PinnedModel }> {
  const scene = await Scene.open({ settings: { strategy: 'AllAtOnce', watchMinutes: 0 } });
  await scene.rollout({ name: 'v1' });
  await scene.rollout({ name: 'v2' });
  await scene.world.runFor(PERIOD);
  const [live, before] = await scene.livePeriods();
  return { scene, live: live!.model!, before: before!.model! };
}

/** Without a version id it leaves a delete marker. */
const remove = (scene: Scene, { bucket, key }: PinnedModel, versionId?: string) =>
  scene.world.run(
    scene.world.user.s3.send(
      new DeleteObjectCommand({ Bucket: bucket, Key: key, ...(versionId && { VersionId: versionId }) }),
    ),
  );
const told = (scene: Scene, transition = 'version-unavailable') =>
  scene.world.services.sns.messages.filter(({ attributes }) => attributes?.['transition'] === transition);
const isCounted = (scene: Scene) =>
  scene.world.services.cloudwatch.knows(METRIC_NAMESPACE, UNAVAILABLE_VERSIONS, {
    [METRIC_DIMENSIONS.endpoint]: 'digits',
  });

it('says nothing, and counts nothing, where all is well', async () => {
  const { scene } = await open();
  await scene.world.runFor(60 * MINUTE);
  expect([...told(scene), ...told(scene, 'version-available')]).toEqual([]);
  expect(isCounted(scene)).toBe(false);
});

it('tells within a period that the object of the live version is gone, once, and counts it', async () => {
  const { scene, live } = await open();
  await remove(scene, live, live.versionId);
  await scene.world.runFor(PERIOD + 10_000);
  const [notice, ...more] = told(scene);
  expect(more).toEqual([]);
  expect(notice?.subject).toMatch(
    /digits: version 3, which is live, cannot be started: its model is not there any more/,
  );
  expect(notice?.message).toMatch(/each new one fails.*\n.*v2\.onnx\?versionId=/s);
  expect(notice?.message).toContain('npx greenlight rollback digits');
  expect(isCounted(scene)).toBe(true);
  await scene.world.runFor(6 * 60 * MINUTE);
  expect(told(scene)).toHaveLength(1);
});

it('does not mind a delete marker, nor another version of the key: the pinned version counts', async () => {
  const { scene, live } = await open();
  await remove(scene, live);
  await scene.world.runFor(30 * MINUTE);
  expect(told(scene)).toEqual([]);
});

it('tells that the way back is gone, and refuses a rollback to it by name', async () => {
  const { scene, before } = await open();
  await remove(scene, before, before.versionId);
  await scene.world.runFor(PERIOD + 10_000);
  expect(told(scene).map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/digits: no way back to version 2: its model is not there any more/),
  ]);
  for (const to of [undefined, '2']) {
    const { execution, record } = await scene.end(await scene.start({ action: 'rollback', ...(to && { to }) }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'RollbackTargetUnavailable' });
    expect(record?.cause).toMatch(
      /version 2 cannot be started: its model s3:.*v1\.onnx.*not there any more.*name another version/,
    );
  }
  expect(await scene.atRest()).toBe('v2');
});

it.each(['GLACIER', 'DEEP_ARCHIVE'])(
  'tells of an object that a lifecycle rule moved to %s, and when it is back',
  async (to) => {
    const { scene, live } = await open();
    scene.world.services.s3.move(live.bucket, live.key, live.versionId, to);
    await scene.world.runFor(PERIOD + 10_000);
    expect(told(scene).map(({ message }) => message)).toEqual([expect.stringContaining('is archived')]);
    scene.world.services.s3.move(live.bucket, live.key, live.versionId, 'STANDARD');
    await scene.world.runFor(PERIOD + 10_000);
    expect(told(scene, 'version-available').map(({ subject }) => subject)).toEqual([
      'digits: version 3 can be used again, which is live',
    ]);
    scene.world.services.s3.move(live.bucket, live.key, live.versionId, to);
    await scene.world.runFor(PERIOD + 10_000);
    expect(told(scene)).toHaveLength(2);
  },
);

it('tells of a second object that goes while the first is still gone', async () => {
  const { scene, live, before } = await open();
  await remove(scene, live, live.versionId);
  await scene.world.runFor(PERIOD + 10_000);
  await remove(scene, before, before.versionId);
  await scene.world.runFor(PERIOD + 10_000);
  expect(told(scene)).toHaveLength(2);
});

it.each([
  ['AccessDenied', 403, 'Access Denied', /access denied/],
  ['KMS.DisabledException', 400, 'arn:aws:kms:x is disabled.', /key of KMS/],
  ['AccessDenied', 403, 'not authorized to perform: kms:Decrypt', /key of KMS/],
] as const)('tells of an object that cannot be read any more: %s (%s, %s)', async (name, status, message, words) => {
  const { scene, live } = await open();
  scene.world.hooks.onBefore(({ command, input }) => {
    if (command === 'GetObject' && input['VersionId'] === live.versionId) throw new AwsError(name, message, status);
  });
  await scene.world.runFor(PERIOD + 10_000);
  expect(told(scene).map(({ message: text }) => text)).toEqual([expect.stringMatching(words)]);
});

it('says nothing of a version while S3 itself is away, and a rollback goes on', async () => {
  const { scene, before } = await open();
  scene.world.hooks.onBefore(({ command, input, caller }) => {
    if (command === 'GetObject' && input['Range'] !== undefined && caller.kind === 'function')
      throw new AwsError('SlowDown', 'Please reduce your request rate.', 503);
  });
  await scene.world.runFor(PERIOD + 10_000);
  expect(told(scene)).toEqual([]);
  const { record } = await scene.end(await scene.start({ action: 'rollback' }));
  expect(record).toMatchObject({ outcome: 'promoted', state: { green: { model: { versionId: before.versionId } } } });
});

it.each([
  ['was deleted', (scene: Scene) => scene.world.services.lambda.loseVersion(scene.functionName, '3'), /it was deleted/],
  [
    'has failed',
    (scene: Scene) => scene.world.services.lambda.setState(scene.functionName, '3', 'Failed'),
    /it is Failed, not Active/,
  ],
  [
    'has settings that Lambda cannot read',
    (scene: Scene) =>
      scene.world.hooks.onAfter(({ command, input }, answer) => {
        if (command !== 'GetFunction' || input['Qualifier'] !== '3') return;
        const { Configuration } = answer as { Configuration: Record<string, unknown> };
        Configuration['Environment'] = { Error: { ErrorCode: 'KMSAccessDeniedException', Message: 'no key' } };
      }),
    /cannot read its settings: .*KMSAccessDeniedException/,
  ],
] as const)('tells of a live version that %s', async (_, lose, words) => {
  const { scene } = await open();
  lose(scene);
  await scene.world.runFor(PERIOD + 10_000);
  expect(told(scene).map(({ message }) => message)).toEqual([expect.stringMatching(words)]);
});

it('tells that the alias was deleted', async () => {
  const { scene } = await open();
  const command = new DeleteAliasCommand({ FunctionName: scene.functionName, Name: 'live' });
  await scene.world.run(scene.world.user.lambda.send(command));
  await scene.world.runFor(PERIOD + 10_000);
  expect(told(scene).map(({ message }) => message)).toEqual([expect.stringMatching(/alias live of .* does not exist/)]);
});

it('looks while a rollout runs, too', async () => {
  const scene = await Scene.open();
  await scene.serve();
  await scene.upload({ name: 'v2' }, { strategy: '{"steps":[{"weight":10,"bakeMinutes":60}]}' });
  await scene.reaches(await scene.started(({ input }) => input.includes('v2.onnx')), 'Bake');
  const [live] = await scene.livePeriods();
  await remove(scene, live!.model!, live!.model!.versionId);
  await scene.world.runFor(PERIOD + 10_000);
  expect(told(scene)).toHaveLength(1);
});
