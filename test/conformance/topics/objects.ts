import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';

const PUT = { covers: ['PutObject', 'GetObject'], fact: 'S6' } as const;
const MISSING = { covers: ['GetObject', 'HeadObject'], fact: 'S7' } as const;
const SUM = { covers: ['PutObject', 'HeadObject'], fact: 'S3' } as const;
const COPY = { covers: ['CopyObject', 'HeadObject'], fact: 'S11' } as const;
const CONDITIONAL = { covers: ['PutObject'], fact: 'S4' } as const;
const Key = 'models/digits/v 1+2.onnx';

const put = (aws: Aws, Bucket: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
  aws.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
async function read(aws: Aws, Bucket: string, VersionId?: string): Promise<string> {
  const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  const chunks: Uint8Array[] = [];
  for await (const chunk of Body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
const head = (aws: Aws, Bucket: string, VersionId?: string) =>
  aws.s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
async function sha256Of(aws: Aws, Bucket: string): Promise<string | undefined> {
  const asked = new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' });
  return (await aws.s3.send(asked)).ChecksumSHA256;
}
const copy = (aws: Aws, from: string, Bucket: string, versionId = '') => {
  const CopySource = `${from}/${encodeURIComponent(Key)}?versionId=${versionId}`;
  const more = { ChecksumAlgorithm: 'SHA256', MetadataDirective: 'REPLACE', Metadata: { sha256: 'of one' } } as const;
  return aws.s3.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...more }));
};
const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

export const objects: Topic = {
  title: 'Objects',
  expectations: [
    expectation('each write of a key is a version, and the newest is read', PUT, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      const first = await put(aws, bucket, 'one');
      const second = await put(aws, bucket, 'two');
      expect(first.VersionId).toBeTruthy();
      expect(second.VersionId).not.toBe(first.VersionId);
      expect(await read(aws, bucket)).toBe('two');
      expect(await read(aws, bucket, first.VersionId)).toBe('one');
    }),
    expectation('the same bytes again are a version of their own', PUT, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      const [first, second] = [await put(aws, bucket, 'one'), await put(aws, bucket, 'one')];
      expect(second.VersionId).not.toBe(first.VersionId);
      expect(second.ETag).toBe(first.ETag);
    }),
    expectation('the ETag of a plain upload is the MD5 in quotes', PUT, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      const md5 = createHash('md5').update('one').digest('hex');
      expect((await put(aws, bucket, 'one')).ETag).toBe(`"${md5}"`);
    }),
    expectation('a SHA-256 that is sent is checked, kept, and told to a head that asks', SUM, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      const ChecksumSHA256 = createHash('sha256').update('one').digest('base64');
      await put(aws, bucket, 'one', { ChecksumSHA256 });
      expect(await sha256Of(aws, bucket)).toBe(ChecksumSHA256);
      await expect(put(aws, bucket, 'two', { ChecksumSHA256 })).rejects.toMatchObject(status(400));
      expect(await read(aws, bucket)).toBe('one');
    }),
    expectation('a copy is of the version that is named, with metadata of its own', COPY, async (aws) => {
      const [from, to] = [await aws.createBucket({ versioned: true }), await aws.createBucket({ versioned: true })];
      const { VersionId } = await put(aws, from, 'one', { Metadata: { reason: 'first' } });
      await put(aws, from, 'two');
      const copied = await copy(aws, from, to, VersionId);
      expect(await read(aws, to)).toBe('one');
      const found = await head(aws, to);
      expect(found.VersionId).toBe(copied.VersionId);
      expect(found.Metadata).toEqual({ sha256: 'of one' });
    }),
    expectation('a copy that is asked for a SHA-256 has that of its bytes', COPY, async (aws) => {
      const [from, to] = [await aws.createBucket({ versioned: true }), await aws.createBucket({ versioned: true })];
      const { VersionId } = await put(aws, from, 'one');
      await copy(aws, from, to, VersionId);
      expect(await sha256Of(aws, to)).toBe(createHash('sha256').update('one').digest('base64'));
    }),
    expectation(
      'a head says size, version, time, type and metadata',
      { covers: ['HeadObject', 'PutObject'], fact: 'S8' },
      async (aws) => {
        const bucket = await aws.createBucket({ versioned: true });
        const Metadata = { Strategy: 'AllAtOnce', reason: 'retrain week 47' };
        const { VersionId } = await put(aws, bucket, 'four', { Metadata, ContentType: 'text/plain' });
        const found = await head(aws, bucket);
        expect(found).toMatchObject({ ContentLength: 4, VersionId, ContentType: 'text/plain' });
        expect(found.Metadata).toEqual({ strategy: 'AllAtOnce', reason: 'retrain week 47' });
        expect(Math.abs(found.LastModified!.getTime() - aws.now())).toBeLessThan(60_000);
      },
    ),
    expectation('a head of an older version tells of that one', { covers: ['HeadObject'], fact: 'S6' }, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      const { VersionId } = await put(aws, bucket, 'one', { Metadata: { reason: 'first' } });
      await put(aws, bucket, 'longer', { Metadata: { reason: 'second' } });
      expect(await head(aws, bucket, VersionId)).toMatchObject({
        ContentLength: 3,
        VersionId,
        Metadata: { reason: 'first' },
      });
    }),
    expectation('a bucket without versions answers none', { ...PUT, covers: ['HeadObject'] }, async (aws) => {
      const bucket = await aws.createBucket({ versioned: false });
      expect((await put(aws, bucket, 'one')).VersionId).toBeUndefined();
      expect((await head(aws, bucket)).VersionId ?? 'null').toBe('null');
    }),
    expectation('a key that is not there is NoSuchKey, and 404 to a head', MISSING, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      await expect(read(aws, bucket)).rejects.toMatchObject({ name: 'NoSuchKey', ...status(404) });
      await expect(head(aws, bucket)).rejects.toMatchObject({ name: 'NotFound', ...status(404) });
    }),
    expectation('a version that is not there is NoSuchVersion, and 404 to a head', MISSING, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      const { VersionId } = await put(aws, bucket, 'one');
      await put(aws, bucket, 'two');
      await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
      await expect(read(aws, bucket, VersionId)).rejects.toMatchObject({ name: 'NoSuchVersion', ...status(404) });
      await expect(head(aws, bucket, VersionId)).rejects.toMatchObject(status(404));
    }),
    expectation('a text that cannot be a version id is refused', MISSING, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      await put(aws, bucket, 'one');
      await expect(read(aws, bucket, 'not a version')).rejects.toMatchObject(status(400));
      await expect(head(aws, bucket, 'not a version')).rejects.toMatchObject(status(400));
    }),
    expectation(
      'a bucket that is not there is NoSuchBucket',
      { covers: ['GetObject', 'PutObject'], fact: 'S7' },
      async (aws) => {
        const missing = { name: 'NoSuchBucket', ...status(404) };
        await expect(read(aws, 'no-bucket-of-that-name')).rejects.toMatchObject(missing);
        await expect(put(aws, 'no-bucket-of-that-name', 'one')).rejects.toMatchObject(missing);
      },
    ),
    expectation('a deleted key is gone, its versions stay', MISSING, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      const { VersionId } = await put(aws, bucket, 'one');
      await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
      await expect(read(aws, bucket)).rejects.toMatchObject({ name: 'NoSuchKey' });
      await expect(head(aws, bucket)).rejects.toMatchObject(status(404));
      expect(await read(aws, bucket, VersionId)).toBe('one');
    }),
    expectation('a version that is a delete marker is answered 405', { ...MISSING, fact: 'S6' }, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      await put(aws, bucket, 'one');
      const marker = await aws.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
      expect(marker).toMatchObject({ DeleteMarker: true });
      await expect(read(aws, bucket, marker.VersionId)).rejects.toMatchObject(status(405));
      await expect(head(aws, bucket, marker.VersionId)).rejects.toMatchObject(status(405));
    }),
    expectation('If-None-Match: * writes what is not there, and nothing else', CONDITIONAL, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      await put(aws, bucket, 'one', { IfNoneMatch: '*' });
      const again = put(aws, bucket, 'two', { IfNoneMatch: '*' });
      await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed', ...status(412) });
      expect(await read(aws, bucket)).toBe('one');
    }),
    expectation('If-Match writes over that ETag alone', CONDITIONAL, async (aws) => {
      const bucket = await aws.createBucket({ versioned: true });
      const { ETag } = await put(aws, bucket, 'one');
      await put(aws, bucket, 'two', { IfMatch: ETag });
      const late = put(aws, bucket, 'three', { IfMatch: ETag });
      await expect(late).rejects.toMatchObject({ name: 'PreconditionFailed', ...status(412) });
      expect(await read(aws, bucket)).toBe('two');
    }),
  ],
};
