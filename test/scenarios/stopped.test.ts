import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

async function canary(state: string, nth = 1): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  // Calls take their time, so that a stop meets a step in the middle of its work.
  scene.world.setCallTime(20);
  await scene.reaches(execution, state, nth);
  return [scene, execution];
}

async function redrive(scene: Scene, execution: Execution): Promise<void> {
  await scene.world.run(scene.world.user.sfn.send(new RedriveExecutionCommand({ executionArn: execution.arn })));
  await scene.end(execution);
}

const STATES = [
  'ValidateModel',
  'DeployGreen',
  'VerifyGreen',
  'ShiftTraffic',
  'Bake',
  'JudgeCanary',
  'PromoteGreen',
  'Watch',
  'JudgeLive',
] as const;

describe.each(STATES)('an execution that a person stops in %s', (state) => {
  it('leaves blue alone in service and the endpoint free within 60 s; a redrive changes nothing', async () => {
    const [scene, execution] = await canary(state);
    const stoppedAt = scene.now;
    await scene.stop(execution, 'the wrong model');
    await scene.world.runFor(60_000 - (scene.now - stoppedAt));
    expect(await scene.atRest()).toBe('v1');
    const promoted = ['PromoteGreen', 'Watch', 'JudgeLive'].includes(state);
    const record = await scene.record(execution.name);
    expect(record).toMatchObject({ status: 'ended', error: 'StoppedByPerson', cause: 'the wrong model' });
    expect(record).toMatchObject({
      outcome: promoted ? 'reverted' : 'aborted',
      decidedBy: 'person: stopped the execution',
    });
    expect(scene.notices(execution.name)).toHaveLength(1);

    await redrive(scene, execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'RolloutStale' });
    expect(await scene.record(execution.name)).toEqual(record);
    expect(scene.notices(execution.name)).toHaveLength(1);
    expect(await scene.atRest()).toBe('v1');
  });
});

it('ends the same way when the execution runs out of time', async () => {
  const [scene, execution] = await canary('Bake');
  execution.end!('TIMED_OUT', 'States.Timeout');
  await scene.world.runFor(60_000);
  expect(await scene.atRest()).toBe('v1');
  const record = await scene.record(execution.name);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'States.Timeout' });
  expect(record?.cause).toBe('the execution ran into its time limit');
});

it.each(['Bake', 'Watch'])(
  'is put right by the reconciler within one period when the event of a stop in %s is lost',
  async (state) => {
    const [scene, execution] = await canary(state);
    scene.lose('aws.states');
    await scene.stop(execution, 'by mistake');
    await scene.world.runFor(5 * MINUTE + 5_000);
    expect(await scene.atRest()).toBe('v1');
    expect(await scene.record(execution.name)).toMatchObject({ status: 'ended' });
    expect(scene.notices(execution.name)).toHaveLength(1);
  },
);

it('starts the upload that waits after a stopped rollout', async () => {
  const [scene, execution] = await canary('Bake', 2);
  await scene.upload({ name: 'v3' }, { strategy: 'AllAtOnce' });
  await scene.world.runFor(5_000);
  await scene.stop(execution);
  await scene.end(await scene.started(({ input }) => input.includes('v3.onnx')));
  expect(await scene.atRest()).toBe('v3');
});

it('reverts nothing for an event that comes after a later rollout has promoted', async () => {
  const [scene, execution] = await canary('Bake');
  const usual = scene.world.events.delivery;
  scene.world.events.delivery = (event, rule) =>
    event.source === 'aws.states' ? [500, 40 * MINUTE] : usual(event, rule);
  await scene.stop(execution);
  await scene.world.runFor(10_000);
  await scene.rollout({ name: 'v3' }, { strategy: 'AllAtOnce' });
  const records = await scene.records();
  await scene.world.runFor(60 * MINUTE);
  expect(await scene.atRest()).toBe('v3');
  expect(await scene.records()).toEqual(records);
  expect(scene.notices(execution.name)).toHaveLength(1);
});

it('refuses the redrive of an execution that was stopped in its first step', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 2);
  const release = scene.world.hooks.onInvoke(({ handler }) =>
    handler === 'validate-model' ? scene.world.clock.sleep(MINUTE) : undefined,
  );
  const execution = await scene.start({ force: true });
  await scene.world.runFor(5_000);
  await scene.stop(execution);
  await scene.world.runFor(5 * MINUTE);
  release();
  expect(await scene.atRest()).toBe('v1');
  const record = await scene.record(execution.name);
  expect(record).toMatchObject({ status: 'ended', outcome: 'aborted' });
  await redrive(scene, execution);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'RolloutStale' });
  expect(await scene.record(execution.name)).toEqual(record);
  expect(await scene.atRest()).toBe('v1');
});

it('lets no step that still runs write the alias after its execution was stopped', async () => {
  const [scene, execution] = await canary('VerifyGreen');
  // ShiftTraffic reads the alias slowly, and is stopped meanwhile.
  scene.world.hooks.onBefore(async ({ command, caller }) => {
    if (command === 'GetAlias' && caller.kind === 'function' && caller.logicalId === scene.logicalId('shift-traffic'))
      await scene.world.clock.sleep(30_000);
  });
  await scene.reaches(execution, 'ShiftTraffic');
  await scene.world.runFor(5_000);
  await scene.stop(execution);
  await scene.world.runFor(2 * MINUTE);
  expect(await scene.atRest()).toBe('v1');
  await scene.world.runFor(5 * MINUTE);
  expect(await scene.atRest()).toBe('v1');
});
