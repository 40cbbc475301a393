import { PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { AwsError } from '../../simulator/service';
import { bytesOf } from '../../simulator/fake-model';
import { MINUTE, Scene } from './harness';

const KEY = 'models/digits/v2.onnx';

const open = async (): Promise<Scene> => {
  const scene = await Scene.open();
  await scene.rollout({ name: 'v1' });
  return scene;
};

const put = (scene: Scene, more: Partial<PutObjectCommandInput> = {}) =>
  scene.world.run(
    scene.world.user.s3.send(
      new PutObjectCommand({ Bucket: scene.app.bucket, Key: KEY, Body: bytesOf({ name: 'v2' }), ...more }),
    ),
  );

async function refused(scene: Scene, words: RegExp): Promise<void> {
  await scene.world.runFor(10_000);
  const [record, ...more] = (await scene.records()).filter(({ outcome }) => outcome === 'rejected');
  expect(more).toEqual([]);
  expect(record).toMatchObject({ status: 'ended', error: 'InvalidUpload', decidedBy: 'check' });
  expect(record?.cause).toMatch(words);
  expect(scene.notices(record?.id)).toHaveLength(1);
  expect(scene.world.executions).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
}

it.each(['HeadObject', 'GetObject'])('an object whose %s is denied leaves a record and a notice', async (denied) => {
  const scene = await open();
  scene.world.hooks.onBefore(({ command, input }) => {
    if (command === denied && input['Key'] === KEY) throw new AwsError('AccessDenied', 'Access Denied', 403);
  });
  await put(scene);
  await refused(scene, /version \S+ cannot be read: access denied \(.*AccessDenied.*\); .*s3:GetObjectVersion.*policy/);
});

it('an object that is encrypted with the uploader’s own key is told as that, not as deleted', async () => {
  const scene = await open();
  await put(scene, { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'x'.repeat(32) });
  await refused(scene, /is encrypted with the uploader's own key \(SSE-C\).*upload it again without one/);
});

it('an object whose key of KMS is switched off is told with what to do', async () => {
  const scene = await open();
  scene.world.services.s3.disabledKeys.add('arn:aws:kms:eu-west-1:123456789012:key/k');
  await put(scene, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/k' });
  await refused(
    scene,
    /key of KMS that cannot be used \(KMS\.DisabledException: .*key\/k is disabled\..*enable the key/,
  );
});

it.each(['GLACIER', 'DEEP_ARCHIVE'] as const)('an object in %s is told with what to do', async (StorageClass) => {
  const scene = await open();
  await put(scene, { StorageClass });
  await refused(scene, /is archived.*InvalidObjectState.*copy it to the storage class STANDARD/);
});

it('a model that a person names is refused with the same words', async () => {
  const scene = await open();
  const restore = scene.lose('aws.s3');
  await put(scene, { StorageClass: 'GLACIER' });
  restore();
  const { record } = await scene.end(await scene.start({ model: `s3://${scene.app.bucket}/${KEY}` }));
  expect(record).toMatchObject({ outcome: 'rejected', error: 'ModelRejected' });
  expect(record?.cause).toMatch(/it is archived.*copy it to the storage class STANDARD/);
});

it.each([
  'models/',
  'models/digits/',
  'models/digits/archive/',
  'models/digits/v2.onnx/',
  'models/faces/',
  'models/digits/old_$folder$',
])('the folder %s is ignored in silence', async (key) => {
  const scene = await open();
  await scene.world.run(scene.app.put(key, ''));
  await scene.world.runFor(20 * MINUTE);
  expect(scene.world.executions).toHaveLength(1);
  expect(await scene.records()).toHaveLength(1);
  expect(await scene.records('none')).toEqual([]);
  expect(scene.notices('the upload ')).toEqual([]);
});

it('an object that only looks like a folder is refused', async () => {
  const scene = await open();
  await scene.world.run(scene.app.put('models/digits/v2.onnx/', 'x'));
  await refused(scene, /must end in \.onnx/);
});
