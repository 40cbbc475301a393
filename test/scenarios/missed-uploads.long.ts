import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { MINUTE, Scene } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' } as const;

async function open(): Promise<Scene> {
  const scene = await Scene.open({ settings: { strategy: 'AllAtOnce', watchMinutes: 0 } });
  await scene.rollout({ name: 'v1' });
  return scene;
}
const count = (scene: Scene, file: string) => scene.world.executions.filter(({ input }) => input.includes(file)).length;

it('starts an upload whose event got lost, once, though the event comes in the end', async () => {
  const scene = await open();
  const usual = scene.world.events.delivery;
  scene.world.events.delivery = (event, rule) => (event.source === 'aws.s3' ? [40 * MINUTE] : usual(event, rule));
  await scene.upload({ name: 'v2' }, AT_ONCE);
  await scene.world.runFor(10 * MINUTE);
  expect(await scene.atRest()).toBe('v2');
  await scene.world.runFor(120 * MINUTE);
  expect(count(scene, 'v2.onnx')).toBe(1);
  expect((await scene.records()).map(({ outcome, startedBy }) => [outcome, startedBy])).toEqual([
    ['promoted', 'upload'],
    ['promoted-first', 'upload'],
  ]);
});

it('starts the first model of an endpoint whose event got lost', async () => {
  const scene = await Scene.open();
  scene.lose('aws.s3');
  await scene.upload({ name: 'v1' });
  await scene.world.runFor(15 * MINUTE);
  expect(await scene.atRest()).toBe('v1');
});

it('gives events a while before it takes one for lost', async () => {
  const scene = await open();
  scene.lose('aws.s3');
  await scene.world.runFor(5 * MINUTE - (scene.now % (5 * MINUTE)) - 60_000);
  await scene.upload({ name: 'v2' });
  await scene.world.runFor(2 * MINUTE);
  expect(count(scene, 'v2.onnx')).toBe(0);
  await scene.world.runFor(6 * MINUTE);
  expect(count(scene, 'v2.onnx')).toBe(1);
});

it('starts of several only the newest, with its options', async () => {
  const scene = await open();
  scene.lose('aws.s3');
  for (const name of ['v2', 'v3', 'v4']) {
    await scene.upload({ name }, { reason: `week of ${name}` });
    await scene.world.runFor(3_000);
  }
  await scene.world.runFor(60 * MINUTE);
  expect(scene.world.executions).toHaveLength(2);
  expect(await scene.atRest()).toBe('v4');
  expect((await scene.records())[0]).toMatchObject({ reason: 'week of v4' });
});

it('starts it after the rollout that ran meanwhile', async () => {
  const scene = await Scene.open();
  await scene.serve();
  await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const running = await scene.started(({ input }) => input.includes('v2.onnx'));
  scene.lose('aws.s3');
  await scene.world.runFor(2_000);
  await scene.upload({ name: 'v3' }, AT_ONCE);
  await scene.end(running);
  await scene.world.runFor(15 * MINUTE);
  expect(await scene.atRest()).toBe('v3');
});

describe('starts nothing', () => {
  it('that was refused, also by name of an endpoint that there was not yet', async () => {
    const scene = await open();
    await scene.upload({ name: 'v2' }, { strategy: 'Fast' });
    await scene.world.runFor(60 * MINUTE);
    expect(scene.world.executions).toHaveLength(1);
    expect(scene.notices('v2.onnx')).toHaveLength(1);
  });

  it('that was rolled back since', async () => {
    const scene = await open();
    await scene.rollout({ name: 'v2' });
    scene.lose('aws.s3');
    await scene.upload({ name: 'v3' });
    await scene.world.runFor(30_000);
    const { record } = await scene.end(await scene.start({ action: 'rollback', reason: 'complaints' }));
    expect(record).toMatchObject({ outcome: 'promoted' });
    await scene.world.runFor(60 * MINUTE);
    expect(count(scene, 'v3.onnx')).toBe(0);
    expect(await scene.atRest()).toBe('v1');
    expect(scene.notices('v3.onnx').map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /is not rolled out: its event got lost, and rollout .*, which a person started, began since/,
      ),
    ]);
  });

  it('that a rollback went away from: it was started, and stays answered', async () => {
    const scene = await open();
    await scene.rollout({ name: 'v2' });
    await scene.end(await scene.start({ action: 'rollback' }));
    await scene.world.runFor(60 * MINUTE);
    expect(scene.world.executions).toHaveLength(3);
    expect(await scene.atRest()).toBe('v1');
  });

  it('that a person has started already', async () => {
    const scene = await open();
    scene.lose('aws.s3');
    await scene.upload({ name: 'v2' });
    await scene.world.runFor(20_000);
    await scene.end(await scene.start({}));
    await scene.world.runFor(60 * MINUTE);
    expect(count(scene, 'v2.onnx') + scene.world.executions.filter(({ input }) => input === '{}').length).toBe(1);
    expect(await scene.atRest()).toBe('v2');
  });

  it('older than what was started, when that was deleted', async () => {
    const scene = await open();
    scene.lose('aws.s3');
    await scene.upload({ name: 'v2' });
    await scene.world.runFor(3_000);
    await scene.upload({ name: 'v3' });
    await scene.world.runFor(15 * MINUTE);
    expect(await scene.atRest()).toBe('v3');
    await scene.world.run(
      scene.world.user.s3.send(new DeleteObjectCommand({ Bucket: scene.app.bucket, Key: 'models/digits/v3.onnx' })),
    );
    await scene.world.runFor(60 * MINUTE);
    expect(count(scene, 'v2.onnx')).toBe(0);
  });

  it('of folders, and of what has another suffix', async () => {
    const scene = await open();
    scene.lose('aws.s3');
    for (const key of ['models/digits/', 'models/digits/v9.onnx/', 'models/digits/readme.txt'])
      await scene.world.run(scene.app.put(key, ''));
    await scene.world.runFor(60 * MINUTE);
    expect(scene.world.executions).toHaveLength(1);
  });
});

describe.each([
  ['sorts first', 'ab', 'za'],
  ['sorts last', 'za', 'ab'],
])('of two uploads of one second, that to the key that %s', (_, lost, other) => {
  async function both(): Promise<Scene> {
    const scene = await open();
    const usual = scene.world.events.delivery;
    scene.world.events.delivery = (event, rule) =>
      JSON.stringify(event.detail).includes(`${lost}.onnx`) ? [] : usual(event, rule);
    await scene.world.runFor(1_000 - (scene.now % 1_000));
    await scene.upload({ name: other });
    await scene.upload({ name: lost });
    return scene;
  }

  it('is told of when its event got lost and the other was started: only the event knew which is newer', async () => {
    const scene = await both();
    await scene.world.runFor(10 * MINUTE);
    expect(scene.notices(`${lost}.onnx`)).toEqual([]);
    await scene.world.runFor(12 * MINUTE);
    const [notice, ...more] = scene.notices(`${lost}.onnx`);
    expect(notice?.message).toMatch(/its event got lost, and .* was stored within the same second.*upload it again/);
    await scene.world.runFor(60 * MINUTE);
    expect([more, scene.notices(`${lost}.onnx`).length]).toEqual([[], 1]);
    expect(count(scene, `${lost}.onnx`)).toBe(0);
    expect(await scene.atRest()).toBe(other);
  });

  it('is started when it is uploaded again', async () => {
    const scene = await both();
    await scene.world.runFor(20 * MINUTE);
    await scene.upload({ name: lost });
    await scene.world.runFor(20 * MINUTE);
    expect(await scene.atRest()).toBe(lost);
  });
});
