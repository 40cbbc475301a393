import type {
  GetObjectCommandOutput,
  HeadObjectOutput,
  ListObjectsV2Output,
  ListObjectVersionsOutput,
  PutObjectOutput,
} from '@aws-sdk/client-s3';
import { S3Service } from '../../../simulator/services/s3-service';
import { client, START_MS, testWorld } from './test-world';

const AT = { Bucket: 'models', Key: 'models/digits/v1.onnx' };

function setup() {
  const world = testWorld();
  const s3 = new S3Service(world);
  s3.createBucket('models', { eventBridge: true });
  const call = client(s3);
  const put = (Body: unknown, more: object = {}) => call<PutObjectOutput>('PutObject', { ...AT, Body, ...more });
  return { world, s3, call, put };
}

describe('an object', () => {
  it('keeps every version, and a read names the one that it wants', async () => {
    const { call, put } = setup();
    const first = await put('one', { Metadata: { SHA256: 'abc' } });
    const second = await put(Buffer.from('two'));
    const old = await call<GetObjectCommandOutput>('GetObject', { ...AT, VersionId: first.VersionId });
    expect(await old.Body?.transformToString()).toBe('one');
    expect(old).toMatchObject({ ContentLength: 3, Metadata: { sha256: 'abc' }, LastModified: new Date(START_MS) });
    const current = await call<GetObjectCommandOutput>('GetObject', AT);
    expect(current.VersionId).toBe(second.VersionId);
    const chunks: Buffer[] = [];
    for await (const chunk of current.Body as unknown as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('two');
  });

  it('gives a part of itself', async () => {
    const { call, put } = setup();
    await put(new Uint8Array([0, 1, 2, 3, 4]));
    const part = await call<GetObjectCommandOutput>('GetObject', { ...AT, Range: 'bytes=1-2' });
    expect(part).toMatchObject({ ContentRange: 'bytes 1-2/5', ContentLength: 2 });
    expect([...(await part.Body!.transformToByteArray())]).toEqual([1, 2]);
    await expect(call('GetObject', { ...AT, Range: 'bytes=9-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it.each([
    ['GetObject', {}, 'NoSuchKey', 404],
    ['HeadObject', {}, 'NotFound', 404],
    ['GetObject', { VersionId: 'x'.repeat(32) }, 'NoSuchVersion', 404],
    ['HeadObject', { VersionId: 'x'.repeat(32) }, 'NotFound', 404],
    ['GetObject', { VersionId: 'none' }, 'InvalidArgument', 400],
    ['HeadObject', { VersionId: 'none' }, '400', 400],
    ['GetObject', { Bucket: 'none' }, 'NoSuchBucket', 404],
  ])('that is not there makes %s %j fail with %s', async (command, more, name, httpStatusCode) => {
    const { call } = setup();
    await expect(call(command, { ...AT, ...more })).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('is written once only, when the writer asks for that', async () => {
    const { call, put } = setup();
    await put('one', { IfNoneMatch: '*' });
    await expect(put('two', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    await call('DeleteObject', AT);
    await expect(put('three', { IfNoneMatch: '*' })).resolves.toBeDefined();
  });

  it('is swapped only for the one that the writer saw', async () => {
    const { put } = setup();
    const { ETag } = await put('one');
    await put('two', { IfMatch: ETag });
    await expect(put('three', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('has a SHA-256 when it was asked for, shown to those who ask, and a wrong one is refused', async () => {
    const { call, put } = setup();
    const { ChecksumSHA256 } = await put('abc', { ChecksumAlgorithm: 'SHA256' });
    expect(ChecksumSHA256).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
    expect(await call<HeadObjectOutput>('HeadObject', AT)).not.toHaveProperty('ChecksumSHA256');
    expect(await call('HeadObject', { ...AT, ChecksumMode: 'ENABLED' })).toMatchObject({ ChecksumSHA256 });
    await expect(put('abd', { ChecksumSHA256 })).rejects.toMatchObject({ name: 'BadDigest' });
  });

  it('that is deleted is hidden behind a marker, and its versions stay', async () => {
    const { call, put } = setup();
    const { VersionId } = await put('one');
    const marker = await call<{ VersionId: string }>('DeleteObject', AT);
    expect(marker).toMatchObject({ DeleteMarker: true });
    await expect(call('GetObject', AT)).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(call('GetObject', { ...AT, VersionId: marker.VersionId })).rejects.toMatchObject({
      name: 'MethodNotAllowed',
    });
    await expect(call('GetObject', { ...AT, VersionId })).resolves.toBeDefined();
    await call('DeleteObject', { ...AT, VersionId: marker.VersionId });
    expect(await call('GetObject', AT)).toMatchObject({ VersionId });
  });
});

describe('an event of S3', () => {
  it('names the version that was created, and its sequencer grows', async () => {
    const { put, world } = setup();
    const { VersionId, ETag } = await put('one');
    await put('two');
    const [first, second] = world.events.map((event) => event.detail as { object: { sequencer: string } });
    expect(world.events[0]).toMatchObject({ source: 'aws.s3', detailType: 'Object Created' });
    expect(first).toMatchObject({
      bucket: { name: 'models' },
      object: { key: AT.Key, size: 3, etag: ETag!.replaceAll('"', ''), 'version-id': VersionId },
      reason: 'PutObject',
    });
    expect(second!.object.sequencer > first!.object.sequencer).toBe(true);
  });

  it('has no version where the bucket has none, and is not sent where it is off', async () => {
    const { call, s3, world } = setup();
    s3.createBucket('plain', { versioned: false, eventBridge: true });
    s3.createBucket('quiet');
    await call('PutObject', { ...AT, Bucket: 'plain', Body: 'x' });
    await call('PutObject', { ...AT, Bucket: 'quiet', Body: 'x' });
    expect(world.events).toHaveLength(1);
    expect(world.events[0]?.detail).not.toHaveProperty('object.version-id');
  });
});

describe('a list', () => {
  it('goes through the keys of a prefix in order, page by page, without deleted ones', async () => {
    const { call } = setup();
    for (const Key of ['a/3', 'a/1', 'b/1', 'a/2', 'a/4'])
      await call('PutObject', { Bucket: 'models', Key, Body: 'x' });
    await call('DeleteObject', { Bucket: 'models', Key: 'a/2' });
    const keys: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await call<ListObjectsV2Output>('ListObjectsV2', {
        Bucket: 'models',
        Prefix: 'a/',
        MaxKeys: 2,
        ContinuationToken,
      });
      keys.push(...(page.Contents ?? []).map((object) => object.Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(keys).toEqual(['a/1', 'a/3', 'a/4']);
    expect(await call('ListObjectsV2', { Bucket: 'models', Prefix: 'c/' })).toMatchObject({
      KeyCount: 0,
      IsTruncated: false,
    });
  });

  it('of versions has the newest first and marks the current one', async () => {
    const { call, put } = setup();
    const first = await put('one');
    const second = await put('two');
    const list = await call<ListObjectVersionsOutput>('ListObjectVersions', { Bucket: 'models', Prefix: AT.Key });
    expect(list.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second.VersionId, true],
      [first.VersionId, false],
    ]);
  });
});
