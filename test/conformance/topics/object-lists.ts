import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';

const KEYS = { covers: ['ListObjectsV2'], fact: 'S10' } as const;
const LIST = { covers: ['ListObjectVersions'], fact: 'S9' } as const;

async function bucketOf(aws: Aws, keys: readonly string[]): Promise<string> {
  const Bucket = await aws.createBucket({ versioned: true });
  for (const Key of keys) await aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  return Bucket;
}

const list = (aws: Aws, Bucket: string, more: object = {}) =>
  aws.s3.send(new ListObjectVersionsCommand({ Bucket, ...more }));

const keys = (aws: Aws, Bucket: string, more: object = {}) =>
  aws.s3.send(new ListObjectsV2Command({ Bucket, ...more }));

export const objectLists: Topic = {
  title: 'Lists of objects and versions',
  expectations: [
    expectation('versions come by key, the newest of a key first and alone the latest', LIST, async (aws) => {
      const { Versions } = await list(aws, await bucketOf(aws, ['b', 'a', 'b']));
      expect(Versions?.map(({ Key, IsLatest }) => [Key, IsLatest])).toEqual([
        ['a', true],
        ['b', true],
        ['b', false],
      ]);
    }),
    expectation('each version tells its id, size, ETag and time', LIST, async (aws) => {
      const Bucket = await aws.createBucket({ versioned: true });
      const put = await aws.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'four' }));
      const { Versions } = await list(aws, Bucket);
      expect(Versions).toHaveLength(1);
      expect(Versions![0]).toMatchObject({ Key: 'a', VersionId: put.VersionId, Size: 4, ETag: put.ETag });
      expect(Math.abs(Versions![0]!.LastModified!.getTime() - aws.now())).toBeLessThan(60_000);
    }),
    expectation(
      'versions and markers that are deleted by id in one call are gone, the others are not',
      { covers: ['DeleteObjects'], fact: 'S9' },
      async (aws) => {
        const Bucket = await bucketOf(aws, ['a', 'a', 'b']);
        await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
        const { Versions = [], DeleteMarkers = [] } = await list(aws, Bucket);
        const Objects = [...Versions, ...DeleteMarkers].flatMap(({ Key, VersionId }) =>
          Key === 'a' ? [{ Key, VersionId }] : [],
        );
        expect(Objects).toHaveLength(3);
        const { Errors } = await aws.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
        expect(Errors ?? []).toEqual([]);
        const left = await list(aws, Bucket);
        expect([left.Versions?.map(({ Key }) => Key), left.DeleteMarkers ?? []]).toEqual([['b'], []]);
      },
    ),
    expectation('a prefix leaves the others out', LIST, async (aws) => {
      const bucket = await bucketOf(aws, ['models/digits/a', 'models/digits-2/a', 'rollouts/digits/a']);
      const { Versions } = await list(aws, bucket, { Prefix: 'models/digits/' });
      expect(Versions?.map(({ Key }) => Key)).toEqual(['models/digits/a']);
    }),
    expectation('keys with spaces and signs come as they are', LIST, async (aws) => {
      const { Versions } = await list(aws, await bucketOf(aws, ['models/a b+c&d=é.onnx']));
      expect(Versions?.map(({ Key }) => Key)).toEqual(['models/a b+c&d=é.onnx']);
    }),
    expectation('a deleted key has a marker that is the latest, apart from the versions', LIST, async (aws) => {
      const Bucket = await bucketOf(aws, ['a', 'b']);
      const { VersionId } = await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      const { Versions, DeleteMarkers } = await list(aws, Bucket);
      expect(DeleteMarkers).toHaveLength(1);
      expect(DeleteMarkers![0]).toMatchObject({ Key: 'a', VersionId, IsLatest: true });
      expect(Versions?.map(({ Key, IsLatest }) => [Key, IsLatest])).toEqual([
        ['a', false],
        ['b', true],
      ]);
    }),
    expectation('an empty bucket lists nothing and is at its end', LIST, async (aws) => {
      const answer = await list(aws, await bucketOf(aws, []));
      expect(answer.Versions ?? []).toEqual([]);
      expect(answer.IsTruncated).toBe(false);
    }),
    expectation('pages are continued by both markers, in the middle of a key too', LIST, async (aws) => {
      const bucket = await bucketOf(aws, ['a', 'b', 'b', 'b', 'c']);
      const all = (await list(aws, bucket)).Versions!.map(({ VersionId }) => VersionId);
      const seen: (string | undefined)[] = [];
      let markers: object | undefined = {};
      let pages = 0;
      while (markers && pages < 10) {
        const page: Awaited<ReturnType<typeof list>> = await list(aws, bucket, { MaxKeys: 2, ...markers });
        expect(page.Versions!.length).toBeLessThanOrEqual(2);
        seen.push(...page.Versions!.map(({ VersionId }) => VersionId));
        const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
        markers = page.IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
        pages += 1;
      }
      expect(all).toHaveLength(5);
      expect(seen).toEqual(all);
    }),
    expectation(
      'keys come in order, each once, with size and time, and without those that were deleted',
      KEYS,
      async (aws) => {
        const Bucket = await bucketOf(aws, ['b', 'a', 'b', 'c']);
        await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: 'c' }));
        const { Contents = [], IsTruncated } = await keys(aws, Bucket);
        expect(Contents.map(({ Key, Size }) => [Key, Size])).toEqual([
          ['a', 1],
          ['b', 1],
        ]);
        expect(Contents[0]!.LastModified).toBeInstanceOf(Date);
        expect(IsTruncated).toBe(false);
      },
    ),
    expectation('keys with a prefix are listed from beyond a key', KEYS, async (aws) => {
      const bucket = await bucketOf(aws, ['captures/1', 'captures/2', 'captures/3', 'models/1']);
      const { Contents } = await keys(aws, bucket, { Prefix: 'captures/', StartAfter: 'captures/1' });
      expect(Contents?.map(({ Key }) => Key)).toEqual(['captures/2', 'captures/3']);
    }),
    expectation('pages of keys are continued by their token', KEYS, async (aws) => {
      const bucket = await bucketOf(aws, ['a', 'b', 'c']);
      const first = await keys(aws, bucket, { MaxKeys: 2 });
      expect([first.IsTruncated, first.KeyCount]).toEqual([true, 2]);
      const rest = await keys(aws, bucket, { MaxKeys: 2, ContinuationToken: first.NextContinuationToken });
      expect(rest.IsTruncated).toBe(false);
      expect([...first.Contents!, ...rest.Contents!].map(({ Key }) => Key)).toEqual(['a', 'b', 'c']);
    }),
    expectation('where there are no keys there is an empty list', KEYS, async (aws) => {
      const answer = await keys(aws, await bucketOf(aws, ['a']), { Prefix: 'b' });
      expect([answer.Contents ?? [], answer.IsTruncated]).toEqual([[], false]);
    }),
    expectation('versions of a bucket that is not there are not listed', { ...LIST, fact: 'S7' }, async (aws) => {
      await expect(list(aws, 'no-bucket-of-that-name')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    }),
  ],
};
