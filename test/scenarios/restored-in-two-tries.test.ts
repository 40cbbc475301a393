import { LIVE_ALIAS } from '../../lambdas/contract/names';
import { Scene } from './harness';

const lost = () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

it('records a green that was live as reverted, although promotion and the first restore both broke off half way', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  let restores = 0;
  scene.world.hooks.onAfter(({ command, caller, input }) => {
    if (caller.kind !== 'function') return;
    const isAlias =
      command === 'UpdateAlias' && input['Name'] === LIVE_ALIAS && caller.logicalId === scene.logicalId('restore-blue');
    if (isAlias && (restores += 1) === 1) throw lost();
  });
  // The promotion can write the alias, but nothing of what follows from it.
  scene.world.hooks.onBefore(({ command, caller, service }) => {
    const promotes = caller.kind === 'function' && caller.logicalId === scene.logicalId('promote-green');
    if (promotes && service === 'dynamodb' && command === 'Put' && live(scene) === '3') throw lost();
  });
  const { execution, record } = await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'TimeoutError' });
  expect(restores).toBe(1);
  expect(record).toMatchObject({ outcome: 'reverted', liveVersionAfter: '2' });
  expect((await scene.livePeriods()).map(({ version }) => version)).toEqual(['2', '3', '2']);
  expect(await scene.atRest()).toBe('v1');
});

/** The last version that a write of the alias named. */
function live(scene: Scene): unknown {
  const last = scene.world.hooks.calls.findLast(
    ({ command, input }) => command === 'UpdateAlias' && input['Name'] === LIVE_ALIAS,
  );
  return last?.input['FunctionVersion'];
}

it('records a green that was live as reverted although the first restore, after its write, could store nothing', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  let refused = 0;
  scene.world.hooks.onBefore(({ command, caller, service }) => {
    if (caller.kind !== 'function' || service !== 'dynamodb' || live(scene) === undefined) return;
    if (caller.logicalId === scene.logicalId('promote-green') && live(scene) === '3' && command === 'Get') throw lost();
    if (caller.logicalId === scene.logicalId('restore-blue') && command === 'Put' && (refused += 1) < 3) throw lost();
  });
  const { record } = await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  expect(refused).toBeGreaterThan(2);
  expect(record).toMatchObject({ outcome: 'reverted', liveVersionAfter: '2' });
  expect((await scene.livePeriods()).map(({ version }) => version)).toEqual(['2', '3', '2']);
  expect(await scene.atRest()).toBe('v1');
});

it('knows the first model as live although its promotion broke off before it could say so', async () => {
  const scene = await Scene.open();
  const repair = scene.world.hooks.onBefore(({ command, caller, service }) => {
    const promotes = caller.kind === 'function' && caller.logicalId === scene.logicalId('promote-green');
    if (promotes && service === 'dynamodb' && command === 'Get' && live(scene) === '2') throw lost();
  });
  const { record } = await scene.rollout({ name: 'v1' });
  expect(record).toMatchObject({ outcome: 'promoted-first' });
  expect((await scene.livePeriods()).map(({ version }) => version)).toContain('2');
  repair();
  expect(await scene.atRest()).toBe('v1');
});

it('never notes a green as live that was taken back while its promotion was still at work', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  let slow = true;
  scene.world.hooks.onBefore(async ({ command, caller, service }) => {
    const promotes = caller.kind === 'function' && caller.logicalId === scene.logicalId('promote-green');
    if (!slow || !promotes || service !== 'dynamodb' || command !== 'Get' || live(scene) !== '3') return;
    slow = false;
    await scene.world.clock.sleep(20_000);
  });
  await scene.upload({ name: 'v2' }, { strategy: 'AllAtOnce' });
  const execution = await scene.started(({ input }) => input.includes('v2.onnx'));
  await scene.world.runUntil(() => live(scene) === '3' && !slow);
  await scene.stop(execution);
  await scene.world.runFor(60_000);
  expect((await scene.livePeriods()).map(({ version }) => version)[0]).toBe('2');
  expect(await scene.atRest()).toBe('v1');
});
