import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

/** With so few requests nothing is proved in five minutes. */
async function quiet(settings: Parameters<Scene['change']>[0]): Promise<Scene> {
  const scene = await Scene.open({ settings });
  scene.requestsPerMinute = 60;
  await scene.serve();
  return scene;
}

/** The answer that the notice tells people to give. */
async function answer(scene: Scene, approved: boolean): Promise<void> {
  const [, token = ''] = /--task-token '([^']+)'/.exec(scene.notices('approve version').at(-1)?.message ?? '') ?? [];
  const output = JSON.stringify({ approved, by: 'Ada', reason: 'seen on the dashboard' });
  await scene.world.run(scene.world.user.sfn.send(new SendTaskSuccessCommand({ taskToken: token, output })));
}

async function asked(scene: Scene): Promise<Execution> {
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(1_000);
  return execution;
}

describe('when the bake ends without proof', () => {
  it('bakes longer once, then aborts', async () => {
    const scene = await quiet({ onInsufficientEvidence: { extendMinutes: 4, then: 'abort' } });
    const { execution, record } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'InsufficientEvidence' });
    expect(record).toMatchObject({ outcome: 'aborted', error: 'InsufficientEvidence' });
    expect(execution.cause).toContain('736 that do not fail are enough');
    expect(record?.state?.canary?.extendedMinutes).toBe(4);
    expect(record?.state?.judgement?.settledMinutes).toBe(9);
    expect(record?.decidedBy).toBe('setting onInsufficientEvidence');
    expect(execution.cause).toContain('after 9 minutes, 5 planned');
    expect(scene.notices(execution.name)).toHaveLength(1);
    expect(await scene.atRest()).toBe('v1');
  });

  it('advises a replay only where one could be made', async () => {
    const scene = await quiet({ onInsufficientEvidence: { extendMinutes: 0, then: 'abort' }, replay: { mode: 'off' } });
    const { execution } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'InsufficientEvidence' });
    expect(execution.cause).not.toContain('a replay would help');
  });

  it('promotes when the endpoint says so, and the record says who decided', async () => {
    const scene = await quiet({ onInsufficientEvidence: { extendMinutes: 0, then: 'promote' } });
    const { record } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'setting onInsufficientEvidence' });
    expect(await scene.atRest()).toBe('v2');
  });

  it('holds for a person, who promotes', async () => {
    const scene = await quiet({ onInsufficientEvidence: { extendMinutes: 0, then: 'hold' } });
    const execution = await asked(scene);
    await scene.world.runFor(20 * MINUTE);
    expect((await scene.alias()).weights).toEqual({ 3: 0.1 });
    await answer(scene, true);
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'person: Ada (seen on the dashboard)' });
    expect(await scene.atRest()).toBe('v2');
  });

  it('never promotes without a single request', async () => {
    const scene = await quiet({});
    scene.requestsPerMinute = 0;
    const { execution } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'InsufficientEvidence' });
    expect(await scene.atRest()).toBe('v1');
  });
});

describe('approval before promotion', () => {
  const APPROVAL = { mode: 'before-promote', timeoutMinutes: 60 } as const;
  const open = async (defaultAnswer: 'approve' | 'reject'): Promise<Scene> => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.change({ approval: { ...APPROVAL, defaultAnswer } });
    return scene;
  };

  it('asks after the pass, once, with all that is needed to answer', async () => {
    const scene = await open('reject');
    const execution = await asked(scene);
    const [notice, ...more] = scene.notices('approve version');
    expect(more).toEqual([]);
    expect(notice?.message).toContain('Judge: pass.');
    expect(notice?.message).toContain('the answer is "reject"');
    await answer(scene, true);
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'person: Ada (seen on the dashboard)' });
    expect(await scene.atRest()).toBe('v2');
  });

  it('puts blue back when a person says no', async () => {
    const scene = await open('approve');
    const execution = await asked(scene);
    await answer(scene, false);
    const { record } = await scene.end(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ApprovalRejected' });
    expect(execution.cause).toBe('Ada said no: seen on the dashboard');
    expect(record).toMatchObject({ outcome: 'aborted', decidedBy: 'person: Ada (seen on the dashboard)' });
    expect(await scene.atRest()).toBe('v1');
  });

  it.each(['approve', 'reject'] as const)('takes silence for the default answer, %s', async (defaultAnswer) => {
    const scene = await open(defaultAnswer);
    const execution = await asked(scene);
    const { record } = await scene.end(execution);
    const at = scene.world.timeline(execution.arn);
    const waited = at.at(at.findIndex(({ state }) => state === 'AwaitApproval') + 1)!.at;
    expect(waited - at.find(({ state }) => state === 'AwaitApproval')!.at).toBeGreaterThanOrEqual(60 * MINUTE);
    expect(record?.decidedBy).toContain('default answer');
    if (defaultAnswer === 'reject') {
      expect(execution).toMatchObject({ status: 'FAILED', error: 'ApprovalRejected' });
      expect(execution.cause).toBe('no answer came within 60 min; the default answer is "reject"');
    } else expect(record).toMatchObject({ outcome: 'promoted' });
    expect(await scene.atRest()).toBe(defaultAnswer === 'approve' ? 'v2' : 'v1');
  });

  it('takes an answer that is no answer for a no', async () => {
    const scene = await open('approve');
    const execution = await asked(scene);
    const [, taskToken = ''] = /--task-token '([^']+)'/.exec(scene.notices('approve version')[0]!.message) ?? [];
    await scene.world.run(scene.world.user.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"yes":1}' })));
    await scene.end(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ApprovalRejected' });
    expect(await scene.atRest()).toBe('v1');
  });
});
