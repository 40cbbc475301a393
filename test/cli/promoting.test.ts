import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typed } from '../../cli/render/text';
import { wholeModel } from '../../cli/whole-model';
import { bytesOf } from '../../simulator/fake-model';
import { AwsError } from '../../simulator/service';
import { Scene } from '../scenarios/harness';
import { greenlight, greenlightJson } from './cli-on-scene';

const STAGING = 'models-of-staging';
const BYTES = bytesOf({ name: 'v2' });
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const DIGEST = digestOf(BYTES);

/** Production with a model in service, and beside it the bucket of another account. */
async function production(): Promise<Scene> {
  const scene = await Scene.open();
  await scene.serve();
  scene.world.services.s3.createBucket(STAGING);
  return scene;
}

/** An object of that bucket: as greenlight stores it, or as any other tool. Answers its s3:// address. */
async function staged(
  scene: Scene,
  key: string,
  body: Uint8Array = BYTES,
  { withDigest = true, Metadata = {} } = {},
): Promise<string> {
  const sha256 = digestOf(body);
  const own = { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'), Metadata: { sha256, ...Metadata } };
  const put = new PutObjectCommand({ Bucket: STAGING, Key: key, Body: body, ...(withDigest ? own : { Metadata }) });
  const { VersionId } = await scene.world.run(scene.world.user.s3.send(put));
  // S3 tells times to the second.
  await scene.world.runFor(1_000);
  return `s3://${STAGING}/${key}?versionId=${VersionId}`;
}

/** What a person read and wrote of objects from here on, by commands. */
function commandsOf(scene: Scene): () => readonly string[] {
  const from = scene.world.hooks.calls.length;
  return () => {
    const since = scene.world.hooks.calls.slice(from);
    return since
      .filter(({ service, caller }) => service === 's3' && caller.kind === 'user')
      .map(({ command }) => command);
  };
}

interface Result {
  readonly model: string;
  readonly sha256: string;
  readonly rollout: { readonly outcome: string };
}

describe('upload of a model in the bucket of another account', () => {
  it('has S3 copy the version that staging put in service, byte for byte, and rolls out its own copy', async () => {
    const scene = await production();
    const address = await staged(scene, 'models/digits/v 2+a.onnx', BYTES, { Metadata: { reason: 'of staging' } });
    await staged(scene, 'models/digits/v 2+a.onnx', bytesOf({ name: 'v3' }));
    const commands = commandsOf(scene);
    const { result, exitCode } = await greenlightJson<Result & { readonly rolloutId: string }>(
      scene,
      `upload ${typed(address)} --sha256 ${DIGEST} --strategy AllAtOnce --wait`,
    );
    expect([exitCode, result]).toMatchObject([0, { sha256: DIGEST, rollout: { outcome: 'promoted' } }]);
    expect(result.model).toMatch(`s3://${scene.app.bucket}/models/digits/v 2+a.onnx?versionId=`);
    expect(commands().slice(0, 2)).toEqual(['HeadObject', 'CopyObject']);
    expect(commands()).not.toContain('GetObject');
    const { state } = (await scene.record(result.rolloutId))!;
    expect(state?.green.model).toMatchObject({ bucket: scene.app.bucket, sha256: DIGEST });
    expect(state?.plan.reason).toBe('');
    expect(await scene.atRest()).toBe('v2');
  });

  it('finds the newest version of a digest below a folder, though another was stored over it', async () => {
    const scene = await production();
    await staged(scene, 'models/digits/v1.onnx', bytesOf({ name: 'v1' }));
    await staged(scene, 'models/digits/v2.onnx');
    await staged(scene, 'models/digits/v2.onnx', bytesOf({ name: 'v3' }));
    const commands = commandsOf(scene);
    const { code, err } = await greenlight(
      scene,
      `upload s3://${STAGING}/models/digits/ --sha256 ${DIGEST} --strategy AllAtOnce --wait`,
    );
    expect([code, err]).toEqual([0, expect.stringContaining('models/digits/v2.onnx')]);
    const looked = commands().filter((command) => command !== 'GetObject');
    expect(looked).toEqual(['ListObjectVersions', 'HeadObject', 'HeadObject', 'CopyObject']);
    expect(await scene.atRest()).toBe('v2');
    const none = await greenlight(scene, `upload s3://${STAGING}/models/digits/ --sha256 ${'0'.repeat(64)}`);
    expect([none.code, none.err]).toEqual([2, expect.stringMatching(/FILE: there is no s3:\S+ of 0{64}/)]);
    const open = await greenlight(scene, `upload s3://${STAGING}/models/digits/`);
    expect([open.code, open.err]).toEqual([
      2,
      expect.stringMatching(/is a folder: name a model in it, or its --sha256/),
    ]);
  });

  it('passes over what cannot be read in a folder, and tells of it where nothing else has the digest', async () => {
    const scene = await production();
    await staged(scene, 'models/digits/v2.onnx');
    const own = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'x'.repeat(32) };
    const put = new PutObjectCommand({ Bucket: STAGING, Key: 'models/digits/own-key.onnx', Body: BYTES, ...own });
    await scene.world.run(scene.world.user.s3.send(put));
    const { code } = await greenlight(scene, `upload s3://${STAGING}/models/digits/ --sha256 ${DIGEST}`);
    expect(code).toBe(0);
    const none = await greenlight(scene, `upload s3://${STAGING}/models/digits/ --sha256 ${'0'.repeat(64)}`);
    expect([none.code, none.err]).toEqual([
      2,
      expect.stringMatching(/FILE: s3:\S+own-key.onnx is encrypted with the uploader's own key \(SSE-C\)/),
    ]);
  });

  it('fetches what S3 tells no digest of, and refuses other bytes than those that were asked for', async () => {
    const scene = await production();
    const folder = mkdtempSync(join(tmpdir(), 'fetched-'));
    const { TMPDIR } = process.env;
    process.env['TMPDIR'] = folder;
    const address = await staged(scene, 'artifacts/v2.onnx', BYTES, { withDigest: false });
    const commands = commandsOf(scene);
    const other = await greenlight(scene, `upload ${typed(address)} --sha256 ${'0'.repeat(64)}`);
    expect([other.code, other.err]).toEqual([
      2,
      expect.stringMatching(new RegExp(`--sha256: s3:\\S+ has ${DIGEST}; must be 0{64}. Nothing was uploaded`)),
    ]);
    expect(commands()).toEqual(['HeadObject', 'GetObject']);
    const { code } = await greenlight(scene, `upload ${typed(address)} --sha256 ${DIGEST} --name shop.onnx`);
    expect([code, commands().slice(2)]).toEqual([0, ['HeadObject', 'GetObject', 'PutObject']]);
    const kept = scene.world.services.s3.readBytes(scene.app.bucket, 'models/digits/shop.onnx');
    expect(kept).toEqual(Buffer.from(BYTES));
    expect(readdirSync(folder)).toEqual([]);
    process.env['TMPDIR'] = TMPDIR ?? '/tmp';
  });

  it('does not take the word of an object for its digest', async () => {
    const scene = await production();
    const Metadata = { sha256: '0'.repeat(64) };
    await staged(scene, 'models/digits/v2.onnx', BYTES, { withDigest: false, Metadata });
    const { code, err } = await greenlight(scene, `upload s3://${STAGING}/models/digits/ --sha256 ${'0'.repeat(64)}`);
    expect([code, err]).toEqual([2, expect.stringContaining(`has ${DIGEST}; must be 000`)]);
  });

  it('makes one model of an object and of the weights beside it', async () => {
    const scene = await production();
    const folder = join(__dirname, 'rehearse/pytorch');
    for (const name of ['blue.onnx', 'blue.onnx.data'])
      await staged(scene, `artifacts/week 47/${name}`, readFileSync(join(folder, name)));
    const whole = wholeModel(join(folder, 'blue.onnx'), readFileSync(join(folder, 'blue.onnx')));
    const address = typed(`s3://${STAGING}/artifacts/week 47/blue.onnx`);
    const { code, err } = await greenlight(scene, `upload ${address} --sha256 ${digestOf(whole)}`);
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/made of s3:\S+week 47\/blue.onnx\?versionId=\S+ and its weights in blue.onnx.data\./),
    ]);
    expect(scene.world.services.s3.readBytes(scene.app.bucket, 'models/digits/blue.onnx')).toEqual(whole);
  });

  it('names the weights that are not beside their model', async () => {
    const scene = await production();
    const bytes = readFileSync(join(__dirname, 'rehearse/pytorch/blue.onnx'));
    const address = await staged(scene, 'artifacts/blue.onnx', bytes);
    const { code, err } = await greenlight(scene, `upload ${typed(address)} --sha256 ${DIGEST}`);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/lie in "blue.onnx.data", and there is no s3:\S+artifacts.blue.onnx.data: put it beside/),
    ]);
  });

  it.each([
    ['model', 'blue.onnx', ['HeadObject']],
    ['weights', 'blue.onnx.data', ['HeadObject', 'GetObject', 'HeadObject']],
  ])('fetches no %s that the endpoint would refuse for its size', async (_, large, expected) => {
    const scene = await Scene.open({ settings: { maxModelMB: 1 } });
    await scene.serve();
    scene.world.services.s3.createBucket(STAGING);
    const folder = join(__dirname, 'rehearse/pytorch');
    for (const name of ['blue.onnx', 'blue.onnx.data']) {
      const bytes = readFileSync(join(folder, name));
      const body = name === large ? Buffer.concat([bytes, Buffer.alloc(2 ** 20)]) : bytes;
      await staged(scene, `artifacts/${name}`, body);
    }
    const commands = commandsOf(scene);
    const { code, err } = await greenlight(scene, `upload s3://${STAGING}/artifacts/blue.onnx --sha256 ${DIGEST}`);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/FILE: blue.onnx has 1.\d MB; the limit maxModelMB of endpoint digits is 1 MB/),
    ]);
    expect(commands()).toEqual(expected);
  });

  it.each([
    ['HeadObject', 'GetObject'],
    ['GetObject', 'GetObject'],
  ])('says whose policies to look at where %s is denied', async (...denied) => {
    const scene = await production();
    const address = await staged(scene, 'models/digits/v2.onnx', BYTES, { withDigest: false });
    scene.world.hooks.onBefore(({ command, input }) => {
      if (denied.includes(command) && input['Bucket'] === STAGING)
        throw new AwsError(command === 'HeadObject' ? '403' : 'AccessDenied', 'Access Denied', 403);
    });
    const { code, err } = await greenlight(scene, `upload ${typed(address)} --sha256 ${DIGEST}`);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(
        /FILE: s3:\S+v2.onnx cannot be read: access denied \(AccessDenied.*modelReaders.*accounts\.md/,
      ),
    ]);
  });

  it('refuses what is no address of a model, and what the endpoint would refuse, before anything is copied', async () => {
    const scene = await production();
    const text = await staged(scene, 'models/digits/v2.txt');
    const commands = commandsOf(scene);
    for (const [address, said] of [
      ['s3://', 'must be a file, or s3://BUCKET/KEY'],
      [`s3://${STAGING}`, 'must be a file, or s3://BUCKET/KEY'],
      [`s3://${STAGING}/models/digits/v9.onnx`, `FILE: there is no s3://${STAGING}/models/digits/v9.onnx`],
      [text, 'must end in .onnx, the suffix of endpoint digits; got "v2.txt"'],
    ] as const) {
      const { code, err } = await greenlight(scene, `upload ${typed(address)} --sha256 ${DIGEST}`);
      expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    }
    expect(commands()).not.toContain('CopyObject');
  });
});

it('an upload is checked by S3 against its digest, which S3 then tells', async () => {
  const scene = await production();
  const file = join(mkdtempSync(join(tmpdir(), 'model-')), 'v2.onnx');
  writeFileSync(file, BYTES);
  scene.world.hooks.onBefore(({ command, input }) => {
    if (command === 'PutObject') expect(input['ChecksumSHA256']).toBe(Buffer.from(DIGEST, 'hex').toString('base64'));
  });
  expect((await greenlight(scene, `upload ${typed(file)}`)).code).toBe(0);
  const again = commandsOf(scene);
  const own = `s3://${scene.app.bucket}/models/digits/v2.onnx`;
  expect((await greenlight(scene, `upload ${own} --name v2-again.onnx --sha256 ${DIGEST}`)).code).toBe(0);
  expect(again()).toEqual(['HeadObject', 'CopyObject']);
});
