import { dynamodbUploads } from '../../lambdas/adapters/dynamodb/uploads';
import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

/** A rollout of v2 that has got to its canary. */
async function busy(settings: Parameters<Scene['change']>[0] = {}): Promise<Scene> {
  const scene = await Scene.open({ settings });
  await scene.serve();
  await scene.upload({ name: 'v2' }, SHORT);
  await scene.reaches(await scene.started(({ input }) => input.includes('v2.onnx')), 'Bake');
  return scene;
}
const rolloutOf = (scene: Scene, file: string) => scene.world.executions.filter(({ input }) => input.includes(file));

it('starts one rollout however often the event comes', async () => {
  const scene = await Scene.open();
  scene.world.events.delivery = ({ source }) => (source === 'aws.s3' ? [100, 100, 5_000, 20 * MINUTE] : [500]);
  await scene.rollout({ name: 'v1' });
  await scene.world.runFor(30 * MINUTE);
  expect(scene.world.executions).toHaveLength(1);
  expect(await scene.records()).toHaveLength(1);
  expect(scene.notices(scene.world.executions[0]?.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
});

it('lets the newest upload wait, and starts it when the rollout ends', async () => {
  const scene = await busy();
  await scene.upload({ name: 'v3' });
  await scene.world.runFor(5_000);
  await scene.upload({ name: 'v4' }, { strategy: 'AllAtOnce' });
  await scene.world.runFor(5_000);
  expect(scene.notices('starts when rollout')).toHaveLength(2);
  expect(scene.notices('v3.onnx (version id').at(-1)?.message).toContain('took its place');
  await scene.end(await scene.started(({ input }) => input.includes('v4.onnx')));
  expect(rolloutOf(scene, 'v3.onnx')).toEqual([]);
  expect((await scene.records()).map(({ outcome }) => outcome)).toEqual(['promoted', 'promoted', 'promoted-first']);
  expect(await scene.waitingUpload()).toBeUndefined();
  expect(await scene.atRest()).toBe('v4');
});

it('starts the waiting upload after a rollout that failed, too', async () => {
  const scene = await busy();
  scene.turn('v2', { errorRate: 0.3 });
  await scene.upload({ name: 'v3' }, SHORT);
  await scene.end(await scene.started(({ input }) => input.includes('v3.onnx')));
  expect((await scene.records()).map(({ outcome }) => outcome)).toEqual(['promoted', 'aborted', 'promoted-first']);
  expect(await scene.atRest()).toBe('v3');
});

it('does not let an older upload displace a newer one that waits', async () => {
  const scene = await busy();
  const usual = scene.world.events.delivery;
  scene.world.events.delivery = (event) => (JSON.stringify(event.detail).includes('older.onnx') ? [30_000] : [300]);
  await scene.upload({ name: 'older' });
  await scene.world.runFor(3_000);
  await scene.upload({ name: 'newer' });
  await scene.world.runFor(MINUTE);
  scene.world.events.delivery = usual;
  expect(await scene.waitingUpload()).toMatchObject({ key: 'models/digits/newer.onnx' });
  expect(scene.notices('older than the upload that waits')).toHaveLength(1);
  await scene.end(await scene.started(({ input }) => input.includes('newer.onnx')));
  expect(rolloutOf(scene, 'older.onnx')).toEqual([]);
  expect(await scene.atRest()).toBe('newer');
});

it.each([
  ['while the newer one runs', 20_000],
  ['an hour after the newer one was promoted', 60 * MINUTE],
])('does not roll out an older upload after a newer one when its event comes %s', async (_, lateMs) => {
  const scene = await Scene.open();
  await scene.serve();
  const usual = scene.world.events.delivery;
  scene.world.events.delivery = (event, random) =>
    JSON.stringify(event.detail).includes('older.onnx') ? [lateMs, lateMs + MINUTE] : usual(event, random);
  await scene.upload({ name: 'older' }, SHORT);
  await scene.world.runFor(3_000);
  await scene.upload({ name: 'newer' }, SHORT);
  await scene.world.runFor(90 * MINUTE);
  expect(rolloutOf(scene, 'older.onnx')).toEqual([]);
  expect(scene.notices('older.onnx').map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /models\/digits\/older\.onnx \(.*\) is not rolled out: it is older than models\/digits\/newer\.onnx \(.*\), whose rollout was started before/,
    ),
  ]);
  expect(await scene.atRest()).toBe('newer');
});

it('lets an upload leave the line when a newer one was started since it came to wait', async () => {
  const scene = await busy();
  const { context } = scene;
  const running = await scene.world.run(dynamodbUploads(context).newestStartedUpload('digits'));
  const older = {
    ...running!,
    endpoint: 'digits',
    bucket: scene.app.bucket,
    input: '{}',
    uploadedAt: '2020-01-01T00:00:00.000Z',
    executionName: 'digits-000000000000-1',
  };
  await scene.world.run(dynamodbUploads(context).waitInLine(older));
  await scene.end(rolloutOf(scene, 'v2.onnx')[0]!);
  await scene.world.runFor(MINUTE);
  expect(scene.world.executions).toHaveLength(2);
  expect(await scene.waitingUpload()).toBeUndefined();
  expect(scene.notices('is older than')).toHaveLength(1);
  expect(await scene.lock()).toBeUndefined();
});

it('takes an older upload again when a person asks for it by name', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const versionId = await scene.upload({ name: 'older' }, { strategy: 'AllAtOnce' });
  await scene.end(await scene.started(({ input }) => input.includes(versionId)));
  await scene.rollout({ name: 'newer' }, { strategy: 'AllAtOnce' });
  const model = `s3://${scene.app.bucket}/models/digits/older.onnx?versionId=${versionId}`;
  const { record } = await scene.end(await scene.start({ model, strategy: 'AllAtOnce' }));
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(await scene.atRest()).toBe('older');
});

it('refuses an upload while a rollout runs, where the endpoint says so', async () => {
  const scene = await busy({ whileBusy: 'reject' });
  await scene.upload({ name: 'v3' });
  await scene.world.runFor(30 * MINUTE);
  expect(rolloutOf(scene, 'v3.onnx')).toEqual([]);
  const [record] = (await scene.records()).filter(({ model }) => model?.includes('v3.onnx'));
  expect(record).toMatchObject({ outcome: 'rejected', error: 'RolloutBusy' });
  expect(record?.cause).toMatch(/rollout digits-[0-9a-f]{12}-1 of digits is running/);
  expect(scene.notices(record?.id)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v2');
});

it('refuses a second rollout that a person starts beside the first', async () => {
  const scene = await busy();
  const { execution, record } = await scene.end(await scene.start({}));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'RolloutBusy' });
  expect(execution.cause).toMatch(/rollout digits-.* is running; wait for it or stop it first/);
  expect(record).toMatchObject({ outcome: 'rejected', error: 'RolloutBusy' });
  expect((await scene.alias()).weights).toEqual({ 3: 0.1 });
  await scene.end(rolloutOf(scene, 'v2.onnx')[0]!);
  expect(await scene.atRest()).toBe('v2');
});

it('frees the endpoint and says so when an execution could never be started', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 1);
  const repair = scene.world.hooks.onBefore(({ command }) => {
    if (command === 'StartExecution') throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  });
  await scene.upload({ name: 'v2' });
  await scene.world.runFor(20 * MINUTE);
  repair();
  expect(scene.world.executions).toHaveLength(1);
  const told = scene.notices('never started');
  expect(told).toHaveLength(1);
  expect(told[0]?.message).toMatch(/What to do:\nRead why in the log of start-rollout, then upload the model again/);
  expect(await scene.atRest()).toBe('v1');
});
