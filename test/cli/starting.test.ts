import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Execution } from '../../simulator/states/execution';
import { bytesOf } from '../../simulator/fake-model';
import { Scene } from '../scenarios/harness';
import { typed } from '../../cli/render/text';
import { runCli } from '../../cli/run-cli';
import { wholeModel } from '../../cli/whole-model';
import { greenlight, greenlightJson, surroundingsOn } from './cli-on-scene';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

async function canary(state: string, nth = 1): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  scene.world.setCallTime(20);
  await scene.reaches(execution, state, nth);
  return [scene, execution];
}

/** A file of a model, as a person has it. */
function fileOf(name: string, model: object = {}): string {
  const file = join(mkdtempSync(join(tmpdir(), 'greenlight-')), `${name}.onnx`);
  writeFileSync(file, bytesOf({ name, ...model }));
  return file;
}

describe('start', () => {
  it('rolls out the newest model as it is asked to, and follows it to its end', async () => {
    const scene = await Scene.open();
    await scene.serve();
    scene.lose('aws.s3');
    await scene.upload({ name: 'v2' });
    const { result, exitCode } = await greenlightJson<{ rolloutId: string }>(
      scene,
      "start --strategy AllAtOnce --reason 'week 47' --wait",
    );
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ rollout: { outcome: 'promoted', startedBy: 'person: ada', reason: 'week 47' } });
    expect(await scene.atRest()).toBe('v2');
  });

  it('can be a dry run, and says when the model is refused', async () => {
    const scene = await Scene.open();
    await scene.serve();
    scene.lose('aws.s3');
    await scene.upload({ name: 'v2' });
    const dry = await greenlight(scene, 'start --dry-run --wait');
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('ended as dry-run-passed')]);
    await scene.world.run(scene.app.put('models/digits/v3.onnx', 'no model at all'));
    const bad = await greenlight(scene, 'start --wait');
    expect(bad.code).toBe(1);
    expect(bad.out).toMatch(/ended as rejected\.\n {2}(ModelRejected|GreenUnhealthy): /);
  });

  it('is refused while a rollout runs', async () => {
    const [scene, execution] = await canary('Bake');
    const { code, err } = await greenlight(scene, 'start');
    expect(code).toBe(1);
    expect(err).toContain(`RolloutBusy: endpoint digits: rollout ${execution.name} is running`);
    expect(err).toContain('npx greenlight status --watch');
  });

  it('exits with 4 when its end was waited for in vain', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const { code, err } = await greenlight(scene, 'start --force --wait --timeout 30');
    expect([code, err]).toEqual([4, expect.stringContaining('StillRunning')]);
  });
});

describe('upload', () => {
  it('stores the file with its hash, strategy and reason, and the rollout that it names is the one that runs', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const file = fileOf('v2');
    const { result, exitCode } = await greenlightJson<{ rolloutId: string }>(
      scene,
      `upload ${typed(file)} --strategy AllAtOnce --reason 'Größere Trainingsmenge – Woche 47' --wait`,
    );
    expect(exitCode).toBe(0);
    expect(await scene.record(result.rolloutId)).toMatchObject({
      outcome: 'promoted',
      startedBy: 'upload',
      reason: 'Größere Trainingsmenge – Woche 47',
      state: { plan: { strategy: 'AllAtOnce' } },
    });
    expect(await scene.atRest()).toBe('v2');
  });

  it('stores a file whose digest another stage put in service, and refuses other bytes under its name', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const [first, second] = [fileOf('v2'), fileOf('v3')];
    const staged = await greenlightJson<{ sha256: string }>(
      scene,
      `upload ${typed(first)} --wait --strategy AllAtOnce`,
    );
    const { sha256 } = staged.result;
    const before = await scene.atRest();
    const other = await greenlight(scene, `upload ${typed(second)} --sha256 ${sha256}`);
    expect([other.code, other.out]).toEqual([2, '']);
    expect(other.err).toMatch(new RegExp(`--sha256: .+ has [0-9a-f]{64}; must be ${sha256}. Nothing was uploaded`));
    expect(await scene.atRest()).toBe(before);
    expect((await greenlight(scene, `upload ${typed(first)} --sha256 ${sha256.toUpperCase()}`)).err).toContain(
      '--sha256: must be 64 hexadecimal digits in lower case',
    );
    expect((await greenlight(scene, `upload ${typed(first)} --name again.onnx --sha256 ${sha256}`)).code).toBe(0);
  });

  it('says that it waits while another rollout runs', async () => {
    const [scene] = await canary('Bake');
    const { code, out } = await greenlight(scene, `upload ${typed(fileOf('v3'))} --name v3-b.onnx`);
    expect(code).toBe(0);
    expect(out).toContain('digits: stored s3://');
    await scene.world.runFor(5_000);
    expect((await greenlight(scene, 'status')).out).toContain('waits     models/digits/v3-b.onnx');
  });

  /** A canary runs; `upload --wait` of a file waits for it, and `then` happens meanwhile. */
  async function waiting(then: (scene: Scene, running: Execution) => Promise<unknown>, argv = '') {
    const [scene, running] = await canary('Bake');
    const written = { out: '', err: '' };
    const words = ['upload', fileOf('v3'), '--wait', ...argv.split(' ').filter(Boolean)];
    const code = runCli(words, surroundingsOn(scene, written));
    // The file is read in real time, which the world's does not wait for.
    while (!written.err.includes('Now it waits')) {
      await new Promise(setImmediate);
      await scene.world.runFor(1_000);
    }
    const uploadedAt = scene.now;
    await then(scene, running);
    return { scene, code: await scene.world.run(code), seconds: (scene.now - uploadedAt) / 1000, ...written };
  }

  it('ends the waiting at once when a newer upload takes its place, and says how to roll it out all the same', async () => {
    const { code, out, err, seconds, scene } = await waiting((at) => at.upload({ name: 'v4' }));
    expect([code, out]).toEqual([1, '']);
    expect(seconds).toBeLessThan(20);
    expect(err).toMatch(/Now it waits until rollout digits-\w+-1 has ended, unless a newer upload comes\./);
    expect(err).toMatch(
      /UploadSuperseded: endpoint digits: s3:\S+v3\.onnx\S+ will not be rolled out: a newer upload took its place/,
    );
    expect(err).toContain("npx greenlight start digits --model 's3://");
    expect((await scene.waitingUpload())?.key).toBe('models/digits/v4.onnx');
  });

  it('tells what a refused upload was refused for, at once', async () => {
    const [scene] = await canary('Bake');
    await scene.change({ whileBusy: 'reject' });
    const { code, out } = await greenlight(scene, `upload ${typed(fileOf('v3'))} --wait --timeout 60`);
    expect([code, out]).toEqual([1, expect.stringMatching(/ended as rejected\.\n {2}RolloutBusy: /)]);
  });

  it('waits for the one that runs, and then for its own', async () => {
    const { code, out, scene } = await waiting((at, running) => at.stop(running), '--strategy AllAtOnce');
    expect([code, out]).toEqual([0, expect.stringContaining('ended as promoted')]);
    expect(await scene.atRest()).toBe('v3');
  });

  it('exits with 4 when its rollout has not begun in time, and says why', async () => {
    const behind = await waiting(async () => undefined, '--timeout 60');
    expect([behind.code, behind.err]).toEqual([4, expect.stringMatching(/NotBegunYet: .* after 60 s: it waits until/)]);
    const lost = await Scene.open();
    await lost.serve();
    lost.lose('aws.s3');
    const { code, err } = await greenlight(lost, `upload ${typed(fileOf('v3'))} --wait --timeout 60`);
    expect([code, err]).toEqual([4, expect.stringContaining('no event of the upload has arrived')]);
    expect(err).toContain('npx greenlight start digits');
  });

  it('stores one model of a file and its weights beside it, and says so', async () => {
    const scene = await Scene.open();
    const exported = join(__dirname, 'rehearse/pytorch/blue.onnx');
    const { code, err } = await greenlight(scene, `upload ${typed(exported)} --name pytorch.onnx`);
    expect([code, err]).toEqual([0, expect.stringContaining('and its weights in blue.onnx.data.')]);
    const { bucket } = scene.app;
    const kept = scene.world.services.s3.readBytes(bucket, 'models/digits/pytorch.onnx', undefined);
    expect(kept).toEqual(wholeModel(exported, readFileSync(exported)));
  });

  it('refuses before anything is sent what the endpoint would refuse for sure', async () => {
    const scene = await Scene.open();
    const dir = mkdtempSync(join(tmpdir(), 'greenlight-'));
    const [empty, text] = [join(dir, 'empty.onnx'), join(dir, 'model.txt')];
    writeFileSync(empty, '');
    writeFileSync(text, 'x');
    const calls = scene.world.hooks.count('s3', 'PutObject');
    for (const [argv, said] of [
      [`upload ${typed(text)}`, 'must end in .onnx, the suffix of endpoint digits; got "model.txt"'],
      [`upload ${typed(empty)}`, 'empty.onnx has 0 bytes'],
      [`upload ${typed(dir)}`, 'is a folder; it takes the file of a model'],
      [`upload ${typed(fileOf('v2'))} --name a/b.onnx`, "--name: must be a file's name"],
      [
        `upload ${typed(fileOf('v2'))} --reason ${'x'.repeat(501)}`,
        'has 501 characters; with an upload the limit is 500',
      ],
    ] as const) {
      const { code, err } = await greenlight(scene, argv);
      expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    }
    expect(scene.world.hooks.count('s3', 'PutObject')).toBe(calls);
  });
});
