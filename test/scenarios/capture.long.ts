import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { FakeModel } from '../../simulator/fake-model';
import { capturedKey } from '../../lambdas/contract/replay';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

const template = templateOf({ name: ENDPOINT, captureSampleRate: 'auto' });

/** A live model, with the right to capture and without capture. */
async function without(requestsPerMinute: number, model: FakeModel = { name: 'v1' }): Promise<Scene> {
  const scene = await Scene.open({ template, settings: { captureSampleRate: 0 } });
  scene.requestsPerMinute = requestsPerMinute;
  await scene.serve(model, 60);
  return scene;
}

/** The rollout that a deploy starts in which nothing but capture has changed. */
async function switchedOn(scene: Scene, captureSampleRate: 'auto' | number) {
  await scene.change({ captureSampleRate });
  return scene.end(await scene.start({ force: true }));
}

async function captured(scene: Scene): Promise<readonly { readonly Key?: string; readonly LastModified?: Date }[]> {
  const Bucket = scene.world.stack.ref(scene.world.stack.idsOf('AWS::S3::Bucket')[0]!);
  const command = new ListObjectsV2Command({ Bucket, Prefix: `captured/${ENDPOINT}/` });
  return (await scene.world.run(scene.world.user.s3.send(command))).Contents ?? [];
}

it.each(['auto' as const, 0.01])('a rollout whose only change is capture (%s) is promoted', async (rate) => {
  const scene = await without(6_000);
  const { record } = await switchedOn(scene, rate);
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  expect((await captured(scene)).length).toBeGreaterThan(0);
});

it('a server that writes before it answers is stopped for that', async () => {
  const scene = await without(6_000, { name: 'v1', capturesFirstMs: 30 });
  const { execution } = await switchedOn(scene, 0.01);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
  expect(execution.cause).toContain('latency');
});

it('what a quiet endpoint has kept of a day proves the next model before any user meets it', async () => {
  const scene = await without(24);
  await scene.change({ strategy: 'AllAtOnce' });
  expect((await switchedOn(scene, 'auto')).record).toMatchObject({ outcome: 'promoted' });
  await scene.world.runFor(8 * 60 * MINUTE);
  const kept = await captured(scene);
  expect(kept.length).toBeGreaterThan(900);
  expect(kept.length).toBeLessThanOrEqual(9 * 125);
  await scene.change({ strategy: 'Auto' });
  const { record } = await scene.rollout({ name: 'v2' });
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  expect(record?.state?.replay?.verdict).toBe('proven');
  expect(record?.state?.replay?.from).toMatch(/captured requests$/);
  const bad = await scene.rollout({ name: 'v3', nonFinite: 0.05 });
  expect(bad.execution).toMatchObject({ status: 'FAILED', error: 'ModelRejected' });
  expect(bad.record?.state?.weights).toEqual([]);
});

it.each([
  [20, 40],
  [60, 0],
])(
  'replays what is left of captured requests, where people had theirs forgotten meanwhile: %d of 60',
  async (gone, left) => {
    const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, captureSampleRate: 1e-9 }) });
    await scene.serve();
    for (let index = 0; index < 60; index += 1) {
      const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [index % 3, index / 60] }];
      await scene.world.run(scene.app.put(capturedKey(ENDPOINT, scene.now, `r-${index}-`), JSON.stringify({ inputs })));
    }
    scene.world.hooks.onBefore(({ command, input }) => {
      const [, index] = /r-(\d+)-/.exec(String(input['Key'])) ?? [];
      if (command === 'GetObject' && Number(index ?? NaN) < gone)
        throw Object.assign(new Error('it is gone'), { name: 'NoSuchKey' });
    });
    const { record } = await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
    expect(record).toMatchObject({ outcome: 'dry-run-passed' });
    expect(record?.state?.replay).toMatchObject({ verdict: 'unproven', planned: 60, asked: 60, pairs: left });
    expect(record?.state?.replay?.reason).toContain(
      `${gone} captured requests could not be read any more, as after "greenlight forget"`,
    );
  },
);
