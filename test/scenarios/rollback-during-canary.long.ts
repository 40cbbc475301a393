import type { HandlerName } from '../../lib/handlers';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const AT_ONCE = { strategy: 'AllAtOnce' };

/** v1 is version 2, v2 is version 3 and live; v3, version 4 once it is published, has got to a state of its rollout. */
async function running(state: string): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  scene.unschedule('TeardownIdle');
  await scene.serve({ name: 'v1' }, 10);
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  await scene.world.runFor(10 * MINUTE);
  const versionId = await scene.upload({ name: 'v3' }, SHORT);
  const rollout = await scene.started(({ input }) => input.includes(versionId));
  scene.world.setCallTime(20);
  await scene.reaches(rollout, state);
  return [scene, rollout];
}
const rollback = (scene: Scene, more: object = {}): Promise<Execution> =>
  scene.start({ action: 'rollback', reason: 'complaints', ...more });
const durationOf = ({ startedAt, stoppedAt }: Execution): number => stoppedAt! - startedAt;

describe.each(['ShiftTraffic', 'Bake', 'JudgeCanary', 'PromoteGreen', 'Watch'])('a rollback during %s', (state) => {
  it('stops the rollout and leaves its blue alone in service, within a minute', async () => {
    const [scene, rollout] = await running(state);
    const back = await scene.end(await rollback(scene));
    expect(rollout).toMatchObject({ status: 'ABORTED', error: 'StoppedByRollback' });
    expect([back.execution.status, back.execution.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(durationOf(back.execution)).toBeLessThan(MINUTE);
    // A step that runs gives way before it writes the alias, without the person's words.
    expect(await scene.record(rollout.name)).toMatchObject({
      outcome: state === 'Watch' ? 'reverted' : 'aborted',
      error: 'StoppedByRollback',
      cause: expect.stringMatching(new RegExp(`^rollback ${back.execution.name}(: complaints)?$`)) as string,
      decidedBy: 'person: asked for a rollback',
      liveVersionAfter: '3',
    });
    expect(back.record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '3' });
    expect(back.record?.decidedBy).toMatch(
      /^already put back: live is version 3; version 4 was (aborted|reverted) by rollout/,
    );
    expect(
      scene.notices('gave way to a rollback').length + scene.notices('was taken back after promotion').length,
    ).toBe(1);
    expect(scene.notices('stays in service: what a rollback would undo is put back already')).toHaveLength(1);
    expect(await scene.atRest()).toBe('v2');
    expect((await scene.livePeriods())[0]).toMatchObject({ version: '3' });
  });
});

it.each(['ValidateModel', 'DeployGreen', 'VerifyGreen'])(
  'undoes the last promotion when the rollout that it stops in %s had not given green any traffic',
  async (state) => {
    const [scene, rollout] = await running(state);
    const back = await scene.end(await rollback(scene));
    expect(rollout).toMatchObject({ status: 'ABORTED', error: 'StoppedByRollback' });
    expect(back.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
    expect(await scene.record(rollout.name)).toMatchObject({ outcome: 'aborted', error: 'StoppedByRollback' });
    expect(await scene.atRest()).toBe('v1');
  },
);

it('goes to the version that a person names, after it has stopped the canary', async () => {
  const [scene, rollout] = await running('Bake');
  const back = await scene.end(await rollback(scene, { to: '2' }));
  expect(rollout.status).toBe('ABORTED');
  expect(back.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  expect(await scene.atRest()).toBe('v1');
});

it('ends the canary when a person names its blue', async () => {
  const [scene, rollout] = await running('Bake');
  const back = await scene.end(await rollback(scene, { to: '3' }));
  expect(rollout.status).toBe('ABORTED');
  expect(back.record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '3' });
  expect(await scene.atRest()).toBe('v2');
});

it.each([
  ['whose target does not exist', { to: '99' }, 'RollbackTargetUnavailable'],
  ['whose target never had a model', { to: '1' }, 'RollbackTargetUnavailable'],
  ['that cannot be read', { to: 'v1' }, 'InvalidInput'],
])('stops nothing by a rollback %s', async (_, input, error) => {
  const [scene, rollout] = await running('Bake');
  const back = await scene.end(await rollback(scene, input));
  expect(back.execution).toMatchObject({ status: 'FAILED', error });
  expect((await scene.alias()).weights).toEqual({ 4: 0.1 });
  expect((await scene.end(rollout)).record).toMatchObject({ outcome: 'promoted' });
  expect(await scene.atRest()).toBe('v3');
});

it('starts a waiting upload when the rollback has ended, and not before', async () => {
  const [scene] = await running('Bake');
  await scene.upload({ name: 'v4' }, AT_ONCE);
  await scene.world.runFor(5_000);
  const back = await scene.end(await rollback(scene, { to: '2' }));
  expect(back.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  const next = await scene.started(({ input }) => input.includes('v4.onnx'));
  expect(next.startedAt).toBeGreaterThanOrEqual(Date.parse(back.record!.endedAt!));
  expect((await scene.end(next)).record).toMatchObject({ outcome: 'promoted' });
  expect(await scene.atRest()).toBe('v4');
});

it('lets one of two rollbacks of one moment stop the rollout, and refuses the other', async () => {
  const [scene, rollout] = await running('Bake');
  const both = [await rollback(scene), await rollback(scene)];
  const [done, refused] = [await scene.end(both[0]!), await scene.end(both[1]!)].sort((one) =>
    one.execution.status === 'SUCCEEDED' ? -1 : 1,
  );
  expect(rollout.status).toBe('ABORTED');
  expect(done!.record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '3' });
  expect(refused!.execution).toMatchObject({ status: 'FAILED', error: 'RolloutBusy' });
  expect(refused!.execution.cause).toContain(`rollback ${done!.execution.name} is running`);
  expect(await scene.atRest()).toBe('v2');
});

it('does not stop a rollback that runs', async () => {
  const [scene, rollout] = await running('Bake');
  await scene.end(rollout);
  const first = await rollback(scene);
  await scene.reaches(first, 'VerifyGreen');
  const second = await scene.end(await rollback(scene, { to: '2' }));
  expect(second.execution).toMatchObject({ status: 'FAILED', error: 'RolloutBusy' });
  expect((await scene.end(first)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  expect(await scene.atRest()).toBe('v2');
});

it('wins by the reconciler when the event of the stopped execution is lost', async () => {
  const [scene, rollout] = await running('Bake');
  scene.lose('aws.states');
  const back = await scene.end(await rollback(scene));
  expect(durationOf(back.execution)).toBeLessThan(6 * MINUTE);
  expect(back.record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '3' });
  expect(await scene.record(rollout.name)).toMatchObject({ outcome: 'aborted', error: 'StoppedByRollback' });
  expect(await scene.atRest()).toBe('v2');
});

it.each(['JudgeLive', 'FinishRollout'])(
  'puts blue back when the rollout was about to succeed, in %s',
  async (state) => {
    const [scene, rollout] = await running(state);
    const back = await scene.end(await rollback(scene));
    expect(back.execution.status).toBe('SUCCEEDED');
    expect(back.record?.liveVersionAfter).toBe('3');
    expect(await scene.record(rollout.name)).toMatchObject({ status: 'ended' });
    expect(await scene.atRest()).toBe('v2');
  },
);

it('takes over from a rollout that died unseen', async () => {
  const [scene, rollout] = await running('Watch');
  scene.lose('aws.states');
  rollout.end!('TIMED_OUT', 'States.Timeout');
  const back = await scene.end(await rollback(scene));
  expect(back.record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '3' });
  expect(await scene.record(rollout.name)).toMatchObject({ outcome: 'reverted' });
  expect(await scene.atRest()).toBe('v2');
});

it('goes back from a green whose rollout had succeeded without being closed', async () => {
  const [scene, rollout] = await running('Bake');
  const logicalId = scene.logicalId('finish-rollout');
  scene.world.hooks.onBefore(({ caller, service }) => {
    if (service === 's3' && caller.kind === 'function' && caller.logicalId === logicalId)
      throw Object.assign(new Error('Please reduce your request rate.'), { name: 'SlowDown' });
  });
  await scene.end(rollout);
  expect(rollout.status).toBe('SUCCEEDED');
  expect((await scene.lock())?.owner).toBe(rollout.arn);
  const back = await rollback(scene);
  await scene.end(back);
  expect(await scene.record(rollout.name)).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4' });
  expect(await scene.answeredBy()).toBe('v2');
});

it('ends the same when the step is tried again after it stopped the rollout', async () => {
  const [scene, rollout] = await running('Bake');
  const logicalId = scene.logicalId('validate-model');
  let left = 3;
  scene.world.hooks.onBefore(({ caller, command }) => {
    const late = command === 'GetAlias' || rollout.status === 'ABORTED';
    if (late && caller.kind === 'function' && caller.logicalId === logicalId && left-- > 0)
      throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
  });
  const back = await scene.end(await rollback(scene));
  expect(left).toBeLessThan(0);
  expect(back.record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '3' });
  expect(await scene.atRest()).toBe('v2');
});

it('frees the endpoint when the rollback is stopped while it waits for blue', async () => {
  const [scene, rollout] = await running('Bake');
  const safetyNet: HandlerName = 'safety-net';
  const release = scene.world.hooks.onInvoke(({ handler }) =>
    handler === safetyNet ? scene.world.clock.sleep(20_000) : undefined,
  );
  const back = await rollback(scene);
  await scene.world.runUntil(() => rollout.status === 'ABORTED');
  await scene.stop(back, 'never mind');
  await scene.world.runFor(6 * MINUTE);
  release();
  expect(await scene.record(rollout.name)).toMatchObject({ outcome: 'aborted', error: 'StoppedByRollback' });
  expect(await scene.record(back.name)).toMatchObject({ status: 'ended', error: 'StoppedByPerson' });
  expect(await scene.atRest()).toBe('v2');
});
