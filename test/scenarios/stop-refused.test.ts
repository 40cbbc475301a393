import { asking } from './asking';
import { MINUTE, Scene } from './harness';

/** Nobody may stop an execution. */
const refuseStops = (scene: Scene) =>
  scene.world.hooks.onBefore(({ command, caller }) => {
    if (command === 'StopExecution' && caller.kind === 'function')
      throw Object.assign(new Error('not authorized to perform: states:StopExecution'), {
        name: 'AccessDeniedException',
      });
  });

it.each([
  ['a canary', 'Bake', { strategy: 'Canary10Percent15Minutes' }, 'aborted'],
  ['a watch', 'Watch', { strategy: 'AllAtOnce' }, 'reverted'],
])('a rollback ends %s that it may not stop, and users are on blue', async (_, state, metadata, outcome) => {
  const scene = await Scene.open({ settings: { watchMinutes: 10 } });
  await scene.serve({ name: 'v1' });
  const versionId = await scene.upload({ name: 'v2' }, metadata);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  refuseStops(scene);
  const rollback = await scene.end(await scene.start({ action: 'rollback' }));
  expect(rollback.execution.stoppedAt! - rollback.execution.startedAt).toBeLessThan(4 * MINUTE);
  expect(rollback.record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '2' });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'StoppedByRollback' });
  expect(execution.cause).toBe(`rollback ${rollback.execution.name}`);
  expect(await scene.record(execution.name)).toMatchObject({ outcome, liveVersionAfter: '2' });
  expect(scene.notices(execution.name).at(-1)?.subject).toContain('a rollback');
  expect(await scene.atRest()).toBe('v1');
});

it.each(['before-promote', 'before-traffic'] as const)('so does one that waits for a person: %s', async (mode) => {
  const [scene, execution] = await asking(mode);
  refuseStops(scene);
  const rollback = await scene.end(await scene.start({ action: 'rollback' }));
  expect(rollback.execution.stoppedAt! - rollback.execution.startedAt).toBeLessThan(7 * MINUTE);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'StoppedByRollback' });
  expect(execution.cause).toBe(`rollback ${rollback.execution.name}`);
  expect(await scene.atRest()).toBe('v1');
});

it('says what refused the stop where the rollout did not give way in time', async () => {
  const [scene, waits] = await asking();
  scene.unschedule('Reconcile');
  refuseStops(scene);
  const { execution } = await scene.end(await scene.start({ action: 'rollback' }));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'LockNotReleased' });
  expect(execution.cause).toContain('AccessDeniedException: not authorized to perform: states:StopExecution');
  expect(waits.status).toBe('RUNNING');
  expect(await scene.lock()).toMatchObject({ owner: waits.arn });
});
