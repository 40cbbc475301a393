import { ENDPOINT, MINUTE, Scene } from './harness';
import { buttonOf, show } from './widgets';
import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { FakeModel } from '../../simulator/fake-model';

const AT_ONCE = { strategy: 'AllAtOnce' };
const SHORT = { strategy: 'Canary10Percent5Minutes' } as const;
const bad: FakeModel = { name: 'v3', errorRate: 0.5 };

/** v1 is version 2, v2 is version 3 and live. */
async function two(): Promise<Scene> {
  const scene = await Scene.open();
  scene.unschedule('TeardownIdle');
  await scene.serve();
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  await scene.world.runFor(20 * MINUTE);
  return scene;
}
const back = async (scene: Scene, more: object = {}) => scene.end(await scene.start({ action: 'rollback', ...more }));
const view = (scene: Scene) =>
  scene.world.run(status(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), ENDPOINT));

describe.each([
  ['reverted after promotion', AT_ONCE, 'reverted'],
  ['aborted in the canary', SHORT, 'aborted'],
] as const)('a version that was %s', (_, how, outcome) => {
  const taken = async (): Promise<Scene> => {
    const scene = await two();
    expect((await scene.rollout(bad, how)).record).toMatchObject({ outcome, liveVersionAfter: '3' });
    return scene;
  };

  it('is what a rollback shortly afterwards finds undone already', async () => {
    const scene = await taken();
    for (const wait of [0, 10 * MINUTE]) {
      await scene.world.runFor(wait);
      const { execution, record } = await back(scene);
      expect(execution.status).toBe('SUCCEEDED');
      expect(record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '3' });
      expect(record?.decidedBy).toContain(`already put back: live is version 3; version 4 was ${outcome}`);
      expect(scene.notices(execution.name)[0]?.message).toContain('already put back: live is version 3');
    }
    expect(await scene.atRest()).toBe('v2');
  });

  it('is never where a later rollback goes', async () => {
    const scene = await taken();
    await scene.world.runFor(60 * MINUTE);
    expect((await back(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
    await scene.world.runFor(60 * MINUTE);
    expect((await back(scene)).execution).toMatchObject({ error: 'RollbackTargetUnavailable' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('is what no button and no suggestion leads to', async () => {
    const scene = await taken();
    const lately = await view(scene);
    expect(lately.next.map(({ what }) => what)).not.toContainEqual(expect.stringMatching(/Go back/));
    expect(lately.back).toMatchObject({ to: { version: '2' }, takenBack: [{ version: '4', how: outcome }] });
    await scene.world.runFor(60 * MINUTE);
    expect((await view(scene)).next.map(({ what }) => what)).toContain('Go back to version 2');
    const { confirmation } = buttonOf(await show(scene, 'rollout'), 'Roll back');
    expect(confirmation).toContain('or else to version 2');
    expect(confirmation).toContain(`Only its number leads back to what was taken back: version 4 was ${outcome}`);
  });

  it('comes back by its number, judged anew, and the record says so', async () => {
    const scene = await taken();
    scene.turn('v3', { errorRate: 0 });
    await scene.change(SHORT);
    const { record } = await back(scene, { to: '4' });
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4', decidedBy: 'judge' });
    expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10, 100]);
  });

  it('may be rolled out anew under another number, and is then a version like any other', async () => {
    const scene = await taken();
    scene.turn('v3', { errorRate: 0 });
    await scene.world.runFor(5 * MINUTE);
    const again = await scene.start({ force: true, ...AT_ONCE });
    expect((await scene.end(again)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '5' });
    await scene.world.runFor(MINUTE);
    await scene.rollout({ name: 'v4' }, AT_ONCE);
    expect((await back(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '5' });
  });
});

it('undoes a promotion that came after a revert, however shortly', async () => {
  const scene = await two();
  await scene.rollout(bad, AT_ONCE);
  await scene.rollout({ name: 'fix' }, AT_ONCE);
  expect((await back(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  expect(await scene.atRest()).toBe('v2');
});

it('does not go back to a live version that had answered nothing when it was replaced', async () => {
  const scene = await two();
  scene.turn('v2', { load: 'ModelUnloadable' });
  await scene.rollout({ name: 'fix' }, AT_ONCE);
  expect((await back(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  expect(await scene.atRest()).toBe('v1');
});

it('goes on to the next good version when the nearest cannot be used', async () => {
  const scene = await two();
  await scene.rollout({ name: 'v3' }, AT_ONCE);
  scene.world.services.lambda.loseVersion(scene.functionName, '3');
  expect((await back(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  expect(await scene.atRest()).toBe('v1');
});

it('goes back again to a target whose rollback broke off, which is none the worse for that', async () => {
  const scene = await two();
  const release = scene.world.hooks.onBefore(({ caller, command }) => {
    if (
      command === 'UpdateAlias' &&
      caller.kind === 'function' &&
      caller.logicalId === scene.logicalId('promote-green')
    )
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  });
  expect((await back(scene)).execution).toMatchObject({ status: 'FAILED' });
  release();
  expect((await back(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
});

it('goes back to a first model that stayed although its rollout broke off after the promotion', async () => {
  const scene = await Scene.open();
  const release = scene.world.hooks.onBefore(({ caller, command }) => {
    if (command === 'Update' && caller.kind === 'function' && caller.logicalId === scene.logicalId('judge-live'))
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
  });
  expect((await scene.serve()).record).toMatchObject({ outcome: 'promoted-first', error: 'TimeoutError' });
  release();
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  expect((await back(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
});

describe('a version that was put back a moment ago, and answers nothing', () => {
  const DEAD: Partial<FakeModel> = { load: 'ModelUnloadable' };

  it.each([
    ['a revert', (scene: Scene) => scene.rollout(bad, AT_ONCE)],
    [
      'a rollback',
      async (scene: Scene) => {
        await scene.rollout({ name: 'v3' }, AT_ONCE);
        return back(scene);
      },
    ],
  ] as const)('by %s, is what a default rollback leads away from', async (_, putBack) => {
    const scene = await two();
    expect((await putBack(scene)).record).toMatchObject({ liveVersionAfter: '3' });
    scene.turn('v2', DEAD);
    expect((await back(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
    expect(await scene.atRest()).toBe('v1');
  });
});
