import {
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../simulator/service';
import { bytesOf } from '../../simulator/fake-model';
import { MINUTE, Scene } from './harness';

const KEY = 'models/digits/v2.onnx';

const open = async (): Promise<Scene> => {
  const scene = await Scene.open({ settings: { strategy: 'AllAtOnce', watchMinutes: 0 } });
  await scene.rollout({ name: 'v1' });
  return scene;
};

const put = (scene: Scene, more: Partial<PutObjectCommandInput> = {}) =>
  scene.world.run(
    scene.world.user.s3.send(
      new PutObjectCommand({ Bucket: scene.app.bucket, Key: KEY, Body: bytesOf({ name: 'v2' }), ...more }),
    ),
  );

async function refused(scene: Scene, words: RegExp, withinMs = 10_000): Promise<void> {
  await scene.world.runFor(withinMs);
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
  await refused(
    scene,
    /version \S+ cannot be read: access denied \(.*AccessDenied.*\); .*s3:GetObjectVersion.*policy/,
    40_000,
  );
});

it.each(['HeadObject', 'GetObject'])('an object whose %s is denied for some seconds is rolled out', async (denied) => {
  const scene = await open();
  const until = scene.now + 15_000;
  scene.world.hooks.onBefore(({ command, input }) => {
    if (command === denied && input['Key'] === KEY && scene.now < until)
      throw new AwsError('AccessDenied', 'Access Denied', 403);
  });
  await put(scene);
  await scene.world.runFor(5 * MINUTE);
  expect(await scene.atRest()).toBe('v2');
  expect((await scene.records()).filter(({ outcome }) => outcome === 'rejected')).toEqual([]);
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

it.each(['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS'])(
  'an object of INTELLIGENT_TIERING in %s is told with what to do',
  async (tier) => {
    const scene = await open();
    const event = scene.world.events.delivery;
    scene.world.events.delivery = (one, rule) => (one.source === 'aws.s3' ? [3_000] : event(one, rule));
    const { VersionId = '' } = await put(scene);
    scene.world.services.s3.move(scene.app.bucket, KEY, VersionId, 'INTELLIGENT_TIERING', tier);
    await refused(
      scene,
      /is archived.*InvalidObjectState.*access tier.*restore it, then copy.*in INTELLIGENT_TIERING it stays/,
    );
  },
);

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

describe('an upload in another way', () => {
  it('is rolled out when it is copied from another bucket or prefix, with its options', async () => {
    const scene = await open();
    const { s3 } = scene.world.user;
    const Body = bytesOf({ name: 'v2' });
    const from = { Bucket: scene.app.bucket, Key: 'trained/a b é.onnx' };
    await scene.world.run(s3.send(new PutObjectCommand({ ...from, Body, Metadata: { reason: 'copied' } })));
    const CopySource = encodeURI(`${from.Bucket}/${from.Key}`);
    await scene.world.run(s3.send(new CopyObjectCommand({ Bucket: from.Bucket, Key: KEY, CopySource })));
    await scene.world.runFor(5 * MINUTE);
    expect(await scene.atRest()).toBe('v2');
    expect((await scene.records())[0]).toMatchObject({ reason: 'copied', startedBy: 'upload' });
  });

  it('is rolled out when it came in parts, whose time is that of their beginning', async () => {
    const scene = await open();
    const { s3 } = scene.world.user;
    const at = { Bucket: scene.app.bucket, Key: KEY };
    const send = async () => {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
      const bytes = Buffer.from(bytesOf({ name: 'v2' }));
      const half = Math.ceil(bytes.length / 2);
      const parts = [bytes.subarray(0, half), bytes.subarray(half)];
      const Parts: CompletedPart[] = [];
      for (const [index, Body] of parts.entries()) {
        const PartNumber = index + 1;
        const { ETag } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
        Parts.push({ PartNumber, ETag });
      }
      await scene.world.clock.sleep(2 * MINUTE);
      return s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    };
    const { ETag, VersionId } = await scene.world.run(send());
    expect(ETag).toMatch(/-2"$/);
    await scene.world.runFor(5 * MINUTE);
    expect(await scene.atRest()).toBe('v2');
    expect(scene.world.executions.filter(({ input }) => input.includes(VersionId ?? '?'))).toHaveLength(1);
  });
});
