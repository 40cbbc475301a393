import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { s3Documents } from '../../lambdas/adapters/s3/documents';
import { s3ModelStore } from '../../lambdas/adapters/s3/model-store';
import { s3Models } from '../../lambdas/adapters/s3/models';
import { S3Service } from '../../simulator/services/s3-service';
import { testWorld } from '../simulator/services/test-world';
import { awsError, contextWith, type Intercept, standIn } from './stand-ins';

function bucket(intercept?: Intercept, versioned = true) {
  const world = testWorld();
  const service = new S3Service(world);
  service.createBucket('models-bucket', { versioned });
  const { client, sent } = standIn(service, intercept);
  const call = (command: string, input: object) =>
    service.call(command, { Bucket: 'models-bucket', ...input }, { kind: 'user' }) as Promise<{ VersionId: string }>;
  const put = async (Key: string, Body = Key, Metadata = {}) =>
    (await call('PutObject', { Key, Body, Metadata })).VersionId;
  const context = contextWith({ s3: client });
  return { models: s3Models(context), documents: s3Documents(context), clock: world.clock, put, call, sent };
}

describe('models', () => {
  test('are described by their version, with metadata as S3 keeps it', async () => {
    const { models, put } = bucket();
    const first = await put('models/digits/a.onnx', 'one', { strategy: 'AllAtOnce' });
    const second = await put('models/digits/a.onnx', 'three');
    expect(await models.describeModel('models/digits/a.onnx', first)).toEqual({
      bucket: 'models-bucket',
      key: 'models/digits/a.onnx',
      versionId: first,
      sizeBytes: 3,
      lastModified: '2026-11-23T09:00:00.000Z',
      metadata: { strategy: 'AllAtOnce' },
    });
    expect(await models.describeModel('models/digits/a.onnx')).toMatchObject({ versionId: second, sizeBytes: 5 });
  });

  test('are not described when there is no such object, version or version id', async () => {
    const { models, put, call } = bucket();
    const version = await put('models/digits/a.onnx');
    expect(await models.describeModel('models/digits/b.onnx')).toBeUndefined();
    expect(await models.describeModel('models/digits/a.onnx', `${version.slice(0, -1)}~`)).toBeUndefined();
    await call('DeleteObject', { Key: 'models/digits/a.onnx' });
    expect(await models.describeModel('models/digits/a.onnx')).toBeUndefined();
    expect(await models.describeModel('models/digits/a.onnx', version)).toMatchObject({ versionId: version });
    const plain = bucket(undefined, false);
    await plain.put('models/digits/a.onnx');
    expect(await plain.models.describeModel('models/digits/a.onnx')).toBeUndefined();
  });

  test.each([
    ['NotFound', 404, undefined],
    ['NoSuchVersion', 404, undefined],
    ['405', 405, undefined],
    ['InvalidArgument', 400, undefined],
  ])('are not described when S3 answers %s', async (name, status, expected) => {
    const { models } = bucket(() => {
      throw awsError(name, status);
    });
    expect(await models.describeModel('models/digits/a.onnx', 'v')).toBe(expected);
  });

  test.each([
    ['AccessDenied', 403],
    ['NoSuchBucket', 404],
    ['InternalError', 500],
  ])('are an error when S3 answers %s', async (name, status) => {
    const { models } = bucket(() => {
      throw awsError(name, status);
    });
    await expect(models.describeModel('models/digits/a.onnx', 'v')).rejects.toThrow(name);
    await expect(models.readBytes('golden/digits.json', 10)).rejects.toThrow(name);
  });

  test.each([
    ['AccessDenied', 403, 'AccessDenied', 'forbidden'],
    ['AccessDenied', 403, 'not authorized to perform: kms:Decrypt on resource: arn:aws:kms:x', 'kms-key'],
    ['KMS.DisabledException', 400, 'arn:aws:kms:x is disabled.', 'kms-key'],
    ['KMS.KMSInvalidStateException', 400, 'arn:aws:kms:x is pending deletion.', 'kms-key'],
    ['KMS.NotFoundException', 400, 'Key arn:aws:kms:x does not exist', 'kms-key'],
    ['InvalidRequest', 400, 'The object was stored using a form of Server Side Encryption.', 'customer-key'],
    ['InvalidObjectState', 403, "The operation is not valid for the object's storage class", 'archived'],
    ['NoSuchVersion', 404, 'The specified version does not exist.', 'gone'],
    ['MethodNotAllowed', 405, 'The specified method is not allowed against this resource.', 'gone'],
  ])('whose reading ends in %s (%s, %s) are unreadable: %s', async (name, status, message, reason) => {
    const model = { bucket: 'models-bucket', key: 'models/digits/a.onnx', versionId: 'v' };
    const { models } = bucket(({ command }) => {
      // A HEAD answer has no body: all that the SDK knows is the status.
      if (command === 'HeadObject') throw awsError(String(status), status, 'UnknownError');
      throw awsError(name, status, message);
    });
    expect(await models.whyUnreadable(model)).toEqual({ reason, said: expect.stringContaining(name) as string });
    await expect(models.hashModel(model)).rejects.toMatchObject({ name: 'ModelUnreadable', unreadable: { reason } });
    if (reason === 'gone') expect(await models.describeModel(model.key, 'v')).toBeUndefined();
    else await expect(models.describeModel(model.key, 'v')).rejects.toMatchObject({ unreadable: { reason } });
  });

  test.each(['SlowDown', 'InternalError', 'NoSuchBucket'])(
    'say nothing of an object when S3 answers %s',
    async (name) => {
      const { models } = bucket(() => {
        throw awsError(name, name === 'NoSuchBucket' ? 404 : 503);
      });
      const model = { bucket: 'models-bucket', key: 'models/digits/a.onnx', versionId: 'v' };
      await expect(models.whyUnreadable(model)).rejects.toThrow(name);
      await expect(models.hashModel(model)).rejects.toThrow(name);
    },
  );

  test('are read though they have no byte, and whatever class that is read at once', async () => {
    const { models, put, call } = bucket();
    const empty = await put('models/digits/empty.onnx', '');
    const { VersionId } = await call('PutObject', {
      Key: 'models/digits/a.onnx',
      Body: 'x',
      StorageClass: 'STANDARD_IA',
    });
    const model = { bucket: 'models-bucket', key: 'models/digits/a.onnx', versionId: VersionId };
    expect(await models.whyUnreadable(model)).toBeUndefined();
    expect(await models.whyUnreadable({ ...model, key: 'models/digits/empty.onnx', versionId: empty })).toBeUndefined();
  });

  test('are found by what is newest under the prefix, with the suffix, and not deleted', async () => {
    const { models, put, call, clock } = bucket();
    expect(await models.newestModel('models/digits/', '.onnx')).toBeUndefined();
    const wanted = ['models/digits/z.onnx', 'models/digits/a.onnx', 'models/digits/a.onnx'];
    const versions: string[] = [];
    for (const key of wanted) {
      versions.push(await put(key));
      await clock.advance(60);
    }
    for (const other of [
      'models/digits/readme.txt',
      'models/other/a.onnx',
      'models/digits/',
      'models/digits/folder.onnx/',
    ]) {
      await put(other);
      await clock.advance(60);
    }
    expect(await models.newestModel('models/digits/', '.onnx')).toMatchObject({
      key: wanted[1],
      versionId: versions[2],
    });
    await call('DeleteObject', { Key: wanted[1] });
    expect(await models.newestModel('models/digits/', '.onnx')).toMatchObject({
      key: wanted[0],
      versionId: versions[0],
    });
  });

  test('are found over all pages of the listing', async () => {
    const found = (key: string, second: number) => ({
      Key: `models/digits/${key}.onnx`,
      VersionId: key,
      IsLatest: true,
      LastModified: new Date(second * 1000),
    });
    const { models, sent } = bucket(({ command }, nth) => {
      if (command === 'HeadObject') return { VersionId: 'b', ContentLength: 1, LastModified: new Date(9000) };
      return nth === 1
        ? { Versions: [found('a', 5)], IsTruncated: true, NextKeyMarker: 'k', NextVersionIdMarker: 'v' }
        : { Versions: [found('b', 9), found('c', 7)] };
    });
    expect(await models.newestModel('models/digits/', '.onnx')).toMatchObject({ versionId: 'b' });
    expect(sent[1]?.input).toMatchObject({ KeyMarker: 'k', VersionIdMarker: 'v' });
    expect(sent[2]?.input).toMatchObject({ Key: 'models/digits/b.onnx', VersionId: 'b' });
  });

  test('are hashed as a stream, by their version', async () => {
    const { models, put } = bucket();
    const versionId = await put('models/digits/a.onnx', 'first');
    await put('models/digits/a.onnx', 'second');
    const sha256 = createHash('sha256').update('first').digest('hex');
    expect(await models.hashModel({ key: 'models/digits/a.onnx', versionId })).toBe(sha256);
  });

  test('come with bytes that are read up to a size', async () => {
    const { models, put } = bucket();
    const versionId = await put('golden/digits.json', 'äöü');
    expect(await models.readBytes('golden/digits.json', 6)).toEqual({ bytes: Buffer.from('äöü'), versionId });
    await put('golden/digits.json', 'later on');
    expect(await models.readBytes('golden/digits.json', 6, versionId)).toEqual({
      bytes: Buffer.from('äöü'),
      versionId,
    });
    expect(await models.readBytes('golden/digits.json', 5)).toBe('too-large');
    expect(await models.readBytes('golden/other.json', 5)).toBe('missing');
  });
});

test('documents lie under their rollout and are named by their address', async () => {
  const { documents, models, sent } = bucket();
  const address = await documents.writeDocument('digits', 'r1', 'report.html', '<p>', 'text/html');
  expect(address).toBe('s3://models-bucket/rollouts/digits/r1/report.html');
  expect(sent[0]?.input).toMatchObject({ ContentType: 'text/html' });
  expect(await models.readBytes('rollouts/digits/r1/report.html', 99)).toMatchObject({ bytes: Buffer.from('<p>') });
});

test('a document that several runs of a step may write is the last one’s that began', async () => {
  const { documents } = bucket();
  const write = (text: string, over?: string) =>
    documents.writeOver('digits', 'r1', 'evidence-replay.json', text, 'application/json', over);
  const former = await write('former begins');
  const later = await write('later begins');
  await expect(write('former ends', former)).rejects.toMatchObject({
    ...{ name: 'DocumentContended', message: expect.stringContaining('r1/evidence-replay.json') as string },
  });
  await write('later ends', later);
  await expect(write('former ends', former)).rejects.toThrow('another run of this step');
  expect(await documents.readDocument('digits', 'r1', 'evidence-replay.json', 99)).toBe('later ends');
});

test('documents are read up to a size; none, or a larger one, is an error that says so', async () => {
  const { documents, sent } = bucket();
  await documents.writeDocument('digits', 'r1', 'evidence-canary.json', '{"a":"ä"}', 'application/json');
  expect(await documents.readDocument('digits', 'r1', 'evidence-canary.json', 10)).toBe('{"a":"ä"}');
  await expect(documents.readDocument('digits', 'r1', 'evidence-canary.json', 9)).rejects.toThrow(
    'evidence-canary.json has more than 9 bytes',
  );
  await expect(documents.readDocument('digits', 'r2', 'evidence-canary.json', 9)).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
  expect(sent.at(-1)?.input).toMatchObject({ Key: 'rollouts/digits/r2/evidence-canary.json' });
});

test('objects are read in the region that their bucket is in, which S3 tells', async () => {
  const regions: (string | undefined)[] = [];
  const server = createServer(({ headers }, response) => {
    const [, region] = /Credential=[^/]+\/\d+\/([^/]+)\/s3/.exec(headers.authorization ?? '') ?? [];
    regions.push(region);
    const there = region === 'eu-central-1';
    const answer = there ? { 'content-length': 5 } : { 'x-amz-bucket-region': 'eu-central-1' };
    response.writeHead(there ? 200 : 301, answer).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const AWS_ENDPOINT_URL_S3 = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1' };
  const before = { ...process.env };
  Object.assign(process.env, { ...keys, AWS_ENDPOINT_URL_S3 });
  try {
    const found = await s3ModelStore(contextWith({})).describeForeign({ bucket: 'of-staging', key: 'v2.onnx' });
    expect([found?.sizeBytes, regions]).toEqual([5, ['eu-west-1', 'eu-central-1']]);
  } finally {
    process.env = before;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
