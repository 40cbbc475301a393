import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { MINUTE, Scene, templateOf } from './harness';

const ALARM = 'checkout-broken';
const SHORT = { strategy: 'Canary10Percent5Minutes' };

/** An endpoint with an alarm that may veto, in that state or not there at all. */
async function guarded(state?: StateValue): Promise<Scene> {
  const scene = await Scene.open({ template: templateOf({ name: 'digits', vetoAlarms: [ALARM] }) });
  const { cloudwatch } = scene.world.services;
  cloudwatch.setAlarm(ALARM, 'OK');
  await scene.serve();
  if (state === undefined) cloudwatch.removeAlarm(ALARM);
  else cloudwatch.setAlarm(ALARM, state);
  return scene;
}

async function baking(scene: Scene) {
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'JudgeCanary');
  return execution;
}

describe('an alarm that may veto', () => {
  it.each<[string, StateValue | undefined, string]>([
    ['does not exist', undefined, 'does not exist'],
    ['has no data', 'INSUFFICIENT_DATA', 'is without data'],
    ['is in ALARM already', 'ALARM', 'is in ALARM'],
  ])('refuses the rollout by its name when it %s, before anything is published', async (_, state, words) => {
    const scene = await guarded(state);
    const versions = await scene.versions();
    const { execution, record } = await scene.rollout({ name: 'v2' });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'AlarmNotReady' });
    expect(execution.cause).toContain(`alarm "${ALARM}" ${words}`);
    expect(record).toMatchObject({ outcome: 'rejected', error: 'AlarmNotReady', liveVersionAfter: '2' });
    expect(record?.state?.weights).toEqual([]);
    expect(await scene.versions()).toEqual(versions);
    expect(scene.notices(execution.name)).toHaveLength(1);
    expect(await scene.atRest()).toBe('v1');
  });

  it('stops the canary when it goes to ALARM', async () => {
    const scene = await guarded('OK');
    const execution = await baking(scene);
    scene.world.services.cloudwatch.setAlarm(ALARM, 'ALARM');
    const { record } = await scene.end(execution);
    expect(execution).toMatchObject({ error: 'CanaryRegressed', cause: `alarm "${ALARM}" is in ALARM` });
    expect(record?.decidedBy).toContain(ALARM);
    expect(await scene.atRest()).toBe('v1');
  });

  it('stops the canary when it is deleted', async () => {
    const scene = await guarded('OK');
    const execution = await baking(scene);
    scene.world.services.cloudwatch.removeAlarm(ALARM);
    await scene.end(execution);
    expect(execution).toMatchObject({ error: 'CanaryRegressed', cause: `alarm "${ALARM}" does not exist` });
    expect(await scene.atRest()).toBe('v1');
  });

  it('stops nothing when it loses its data meanwhile, and the record says so', async () => {
    const scene = await guarded('OK');
    const execution = await baking(scene);
    scene.world.services.cloudwatch.setAlarm(ALARM, 'INSUFFICIENT_DATA');
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted' });
    const notes = record?.state?.timeline.map(({ note }) => note) ?? [];
    expect(notes.filter((note) => note.includes(`alarm "${ALARM}" is without data, which stops nothing`))).toHaveLength(
      2,
    );
  });

  it.each(['INSUFFICIENT_DATA', 'ALARM'] as const)('does not hold up a rollback, though it is %s', async (state) => {
    const scene = await guarded('OK');
    await scene.rollout({ name: 'v2' }, SHORT);
    await scene.world.runFor(5 * MINUTE);
    scene.world.services.cloudwatch.setAlarm(ALARM, state);
    const { record } = await scene.end(await scene.start({ action: 'rollback' }));
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('does not stop the canary of a rollback, which it most likely calls for', async () => {
    const scene = await guarded('OK');
    await scene.rollout({ name: 'v2' }, SHORT);
    await scene.change({ vetoAlarms: [ALARM], rollbackWindowMinutes: 60, strategy: 'Canary10Percent5Minutes' });
    await scene.world.runFor(72 * MINUTE);
    scene.world.services.cloudwatch.setAlarm(ALARM, 'ALARM');
    const { record } = await scene.end(await scene.start({ action: 'rollback' }));
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    expect(await scene.atRest()).toBe('v1');
  });
});
