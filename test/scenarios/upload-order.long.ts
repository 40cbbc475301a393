import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const SEEDS = Array.from({ length: 12 }, (_, seed) => seed + 1);

/** Events arrive in any order, each once or twice, within seconds or minutes. */
function shuffle(scene: Scene): void {
  const { random } = scene.world;
  scene.world.events.delivery = ({ source }) => {
    if (source !== 'aws.s3') return [500];
    const late = () => Math.floor(random() * (random() < 0.7 ? 3_000 : 8 * MINUTE));
    return random() < 0.3 ? [late(), late()] : [late()];
  };
}

describe('of two uploads within one second the later ends live, whatever order events come in', () => {
  it.each(SEEDS)('to two keys, seed %i', async (seed) => {
    const scene = await Scene.open({ seed, settings: { strategy: 'AllAtOnce', watchMinutes: 0 } });
    await scene.rollout({ name: 'v1' });
    shuffle(scene);
    // The key that sorts last is now the earlier one, now the later one.
    const [first, second] = seed % 2 === 0 ? ['za', 'ab'] : ['ab', 'za'];
    await scene.upload({ name: first });
    await scene.world.runFor(seed % 5 === 0 ? 100 : 0);
    await scene.upload({ name: second });
    await scene.world.runFor(40 * MINUTE);
    expect(await scene.atRest()).toBe(second);
  });

  it.each(SEEDS)('to one key, seed %i', async (seed) => {
    const scene = await Scene.open({ seed, settings: { strategy: 'AllAtOnce', watchMinutes: 0 } });
    await scene.rollout({ name: 'v1' });
    shuffle(scene);
    await scene.upload({ name: 'early' }, {}, 'model.onnx');
    await scene.upload({ name: 'late' }, {}, 'model.onnx');
    await scene.world.runFor(40 * MINUTE);
    expect(await scene.atRest()).toBe('late');
  });

  it.each(SEEDS.slice(0, 4))('of ten, to three keys, seed %i', async (seed) => {
    const scene = await Scene.open({ seed, settings: { strategy: 'AllAtOnce', watchMinutes: 0 } });
    await scene.rollout({ name: 'v1' });
    shuffle(scene);
    for (let nth = 0; nth < 10; nth += 1) await scene.upload({ name: `n${nth}` }, {}, `model-${(nth * 7) % 3}.onnx`);
    await scene.world.runFor(90 * MINUTE);
    expect(await scene.atRest()).toBe('n9');
    expect(await scene.waitingUpload()).toBeUndefined();
  });
});

it('goes by what S3 calls the current version where the events tell no order', async () => {
  const scene = await Scene.open({ settings: { strategy: 'AllAtOnce', watchMinutes: 0 } });
  await scene.rollout({ name: 'v1' });
  const restore = scene.lose('aws.s3');
  const early = await scene.upload({ name: 'early' }, {}, 'model.onnx');
  const late = await scene.upload({ name: 'late' }, {}, 'model.onnx');
  restore();
  const tell = (versionId: string) =>
    scene.world.events.emit({
      source: 'aws.s3',
      detailType: 'Object Created',
      // As of a multipart upload, or a replica; without a sequencer.
      detail: {
        bucket: { name: scene.app.bucket },
        object: { key: 'models/digits/model.onnx', 'version-id': versionId },
        reason: 'CompleteMultipartUpload',
      },
    });
  tell(late);
  await scene.world.runFor(5_000);
  tell(early);
  await scene.world.runFor(10 * MINUTE);
  expect(await scene.atRest()).toBe('late');
  expect(scene.notices(`version id ${early}`).at(-1)?.message).toMatch(
    /is not rolled out: .*is the current version of that key/,
  );
});

it('rolls out the earlier of two versions of a key where the later one is refused, or a dry run', async () => {
  for (const metadata of [{ strategy: 'Fast' }, { dryrun: 'true' }] as readonly Record<string, string>[]) {
    const scene = await Scene.open({ settings: { strategy: 'AllAtOnce', watchMinutes: 0 } });
    await scene.rollout({ name: 'v1' });
    scene.world.events.delivery = ({ source, detail }) =>
      source !== 'aws.s3' ? [500] : [JSON.stringify(detail).includes(good) ? 9_000 : 2_000];
    let good = '?';
    good = await scene.upload({ name: 'good' }, {}, 'model.onnx');
    await scene.upload({ name: 'other' }, metadata, 'model.onnx');
    await scene.world.runFor(20 * MINUTE);
    expect(await scene.atRest()).toBe('good');
  }
});

describe('a dry run', () => {
  it('that comes while an upload waits does not take its place', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.upload({ name: 'v2' }, SHORT);
    await scene.reaches(await scene.started(({ input }) => input.includes('v2.onnx')), 'Bake');
    await scene.upload({ name: 'v3' }, SHORT);
    await scene.world.runFor(5_000);
    await scene.upload({ name: 'trial' }, { dryrun: 'true' });
    await scene.world.runFor(5_000);
    expect(scene.notices('trial.onnx').at(-1)?.message).toContain('a dry run does not take its place');
    await scene.world.runFor(60 * MINUTE);
    expect(await scene.atRest()).toBe('v3');
  });

  it('that waits gives way to an upload, though that is older', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.upload({ name: 'v2' }, SHORT);
    await scene.reaches(await scene.started(({ input }) => input.includes('v2.onnx')), 'Bake');
    const usual = scene.world.events.delivery;
    scene.world.events.delivery = (event) => (JSON.stringify(event.detail).includes('v3.onnx') ? [20_000] : [300]);
    await scene.upload({ name: 'v3' }, SHORT);
    await scene.world.runFor(2_000);
    await scene.upload({ name: 'trial' }, { dryrun: 'true' });
    await scene.world.runFor(MINUTE);
    scene.world.events.delivery = usual;
    expect(scene.notices('trial.onnx').at(-1)?.message).toContain('took its place');
    await scene.world.runFor(60 * MINUTE);
    expect(await scene.atRest()).toBe('v3');
  });
});
