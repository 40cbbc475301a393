import { MINUTE, Scene } from './harness';

const throttling = () => Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });

it.each([
  ['Put', 'UPLOAD#'],
  ['TransactWrite', ''],
])(
  'tells of an upload that no longer waits although %s failed after the newer one took its place',
  async (command, sort) => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1' }, 10);
    const v2 = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
    await scene.reaches(await scene.started(({ input }) => input.includes(v2)), 'Bake');
    await scene.upload({ name: 'v3' });
    await scene.world.runFor(5_000);
    let left = 1;
    scene.world.hooks.onBefore((call) => {
      const ours = call.caller.kind === 'function' && call.caller.logicalId === scene.logicalId('start-rollout');
      const { sk = '' } = (call.input['Item'] ?? {}) as { readonly sk?: string };
      if (ours && call.command === command && sk.startsWith(sort) && left-- > 0) throw throttling();
    });
    await scene.upload({ name: 'v4' }, { strategy: 'AllAtOnce' });
    await scene.world.runFor(3 * MINUTE);
    expect(left).toBeLessThanOrEqual(0);
    expect(scene.notices('v3.onnx (version id').at(-1)?.message).toContain('took its place');
    await scene.end(await scene.started(({ input }) => input.includes('v4.onnx')));
    expect(await scene.atRest()).toBe('v4');
  },
);

it('tells of every upload that lost its place although no notice could be sent for a while', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const v2 = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  await scene.reaches(await scene.started(({ input }) => input.includes(v2)), 'Bake');
  await scene.upload({ name: 'v3' });
  await scene.world.runFor(5_000);
  const repair = scene.world.hooks.onBefore(({ caller, command }) => {
    const starts = caller.kind === 'function' && caller.logicalId === scene.logicalId('start-rollout');
    if (starts && command === 'TransactWrite') throw throttling();
  });
  for (const name of ['v4', 'v5']) {
    await scene.upload({ name });
    await scene.world.runFor(5_000);
  }
  repair();
  await scene.world.runFor(3 * MINUTE);
  const told = scene
    .notices('upload')
    .map(({ message }) => message)
    .join('\n');
  expect(told).toMatch(/v3\.onnx \([^)]*\) is not rolled out/);
  expect(told).toMatch(/v4\.onnx \([^)]*\) is not rolled out/);
  expect(told.match(/is not rolled out:/g)).toHaveLength(2);
});

it('tells of a displaced upload when the newer one is started, if no notice could be sent before', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const v2 = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const running = await scene.started(({ input }) => input.includes(v2));
  await scene.reaches(running, 'Bake');
  await scene.upload({ name: 'v3' });
  await scene.world.runFor(5_000);
  scene.world.hooks.onBefore(({ caller, command }) => {
    const starts = caller.kind === 'function' && caller.logicalId === scene.logicalId('start-rollout');
    if (starts && command === 'TransactWrite') throw throttling();
  });
  await scene.upload({ name: 'v4' }, { strategy: 'AllAtOnce' });
  await scene.world.runFor(5_000);
  await scene.stop(running);
  await scene.end(await scene.started(({ input }) => input.includes('v4.onnx')));
  expect(scene.notices('v3.onnx (version id').at(-1)?.message).toContain('took its place');
  await scene.world.runFor(6 * MINUTE);
  expect(await scene.waitingUpload()).toBeUndefined();
  expect(scene.notices('v3.onnx (version id').filter(({ message }) => message.includes('took its place'))).toHaveLength(
    1,
  );
});
