import { createHash } from 'node:crypto';
import { s3ModelStore } from '../../lambdas/adapters/s3/model-store';
import { S3Service } from '../../simulator/services/s3-service';
import { testWorld } from '../simulator/services/test-world';
import { contextWith, type Intercept, standIn } from './stand-ins';

describe('an object of another bucket', () => {
  const KEY = 'models/digits/v2.onnx';
  const hexOf = (bytes: string) => createHash('sha256').update(bytes).digest('hex');
  const withSum = (bytes: string, said = hexOf(bytes)) => ({
    ...{ Bucket: 'staging', Key: KEY, Body: bytes, ChecksumAlgorithm: 'SHA256', Metadata: { sha256: said } },
  });
  /** The other bucket has no versions: the only one of each object is the version `null`. */
  function staging(intercept?: Intercept) {
    const world = testWorld();
    const service = new S3Service(world);
    service.createBucket('models-bucket');
    service.createBucket('staging', { versioned: false });
    const { client, sent } = standIn(service, intercept);
    const put = (input: Readonly<Record<string, unknown>>) => service.call('PutObject', input, { kind: 'user' });
    const stored = async () => {
      const listed = await service.call('ListObjectVersions', { Bucket: 'models-bucket' }, { kind: 'user' });
      return ((listed as { readonly Versions?: readonly { VersionId: string }[] }).Versions ?? []).map(
        ({ VersionId }) => VersionId,
      );
    };
    return { stored, store: s3ModelStore(contextWith({ s3: client })), put, sent };
  }
  const copied = (sent: readonly { readonly command: string; readonly input: object }[]) =>
    sent.filter(({ command }) => command === 'CopyObject').map(({ input }) => input);

  test('is copied as the version that was looked at, also where that is the version null', async () => {
    const { store, put, sent } = staging();
    await put(withSum('two'));
    const from = (await store.findForeign('staging', 'models/digits/', hexOf('two')))!;
    expect(from).toMatchObject({ key: KEY, versionId: 'null', sha256: hexOf('two') });
    await store.copyModel({ key: KEY, from, sha256: hexOf('two'), metadata: {} });
    expect(copied(sent)).toMatchObject([{ CopySource: `staging/${KEY}?versionId=null` }]);
  });

  test('keeps the version null that S3 tells of where versions were turned off or on later', async () => {
    const { store, put } = staging(({ command }) =>
      command === 'HeadObject' ? { ContentLength: 3, VersionId: 'null' } : undefined,
    );
    await put(withSum('two'));
    expect(await store.describeForeign({ bucket: 'staging', key: KEY })).toMatchObject({ versionId: 'null' });
  });

  test('is refused where it was replaced between the look and the copy', async () => {
    const { store, put, stored } = staging();
    await put(withSum('two'));
    const from = (await store.findForeign('staging', 'models/digits/', hexOf('two')))!;
    await put(withSum('three'));
    await expect(store.copyModel({ key: KEY, from, sha256: hexOf('two'), metadata: {} })).rejects.toMatchObject({
      name: 'InvalidUpload',
      message: `s3://staging/${KEY}?versionId=null was replaced since it was looked at. Nothing was stored`,
    });
    expect(await stored()).toEqual([]);
  });

  test('is refused with the version that it came to be where S3 copied other bytes than it told of', async () => {
    const { store, put, stored } = staging();
    await put(withSum('two'));
    const { bucket, key, sizeBytes } = (await store.findForeign('staging', 'models/digits/', hexOf('two')))!;
    await put(withSum('three'));
    const from = { bucket, key, sizeBytes };
    const why = await store.copyModel({ key: KEY, from, sha256: hexOf('two'), metadata: {} }).catch(String);
    const [versionId] = await stored();
    expect(why).toContain(`version ${versionId} of ${KEY} is ${hexOf('three')}, not ${hexOf('two')}`);
  });

  test('is passed over where it only says that it has the hash, and S3 computed another', async () => {
    const { store, put, sent } = staging();
    await put(withSum('two'));
    // Of the same second: S3 lists it first.
    await put({ ...withSum('four', hexOf('two')), Key: 'models/digits/v1.onnx' });
    expect(await store.findForeign('staging', 'models/digits/', hexOf('two'))).toMatchObject({
      key: KEY,
      sha256: hexOf('two'),
    });
    expect(sent.filter(({ command }) => command === 'HeadObject')).toHaveLength(2);
  });
});
