import { approve, reject } from '../../lambdas/operations/answer';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { asking } from './asking';
import { MINUTE, Scene } from './harness';

const ADA = { by: 'Ada', reason: 'not this one' };

/** SNS takes nothing until the answer is called. */
function silenceNotices(scene: Scene): () => void {
  return scene.world.hooks.onBefore(({ service, caller }) => {
    if (service === 'sns' && caller.kind === 'function')
      throw Object.assign(new Error('try again'), { name: 'InternalError' });
  });
}

it.each([
  ['is asked while it can be answered', false, /^Action needed: digits: approve version 3\?/],
  ['is not asked after its rollout has ended', true, /^digits: version 3 was not approved: Ada said no: not this one$/],
])('a question that could not be sent for a while %s', async (_, isAnswered, told) => {
  const scene = await Scene.open();
  await scene.serve();
  await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 60 } });
  const versionId = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  const goesOn = silenceNotices(scene);
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(5 * MINUTE);
  const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
  if (isAnswered) await scene.world.run(reject(ports, undefined, ADA));
  await scene.world.runFor(MINUTE);
  goesOn();
  await scene.world.runFor(15 * MINUTE);
  const subjects = scene.notices(execution.name).map(({ subject }) => subject);
  expect(subjects).toEqual([expect.stringMatching(told)]);
});

const DIES = { errorRate: 1, crashes: 'out of memory' };

describe('blue dies while a person is asked', () => {
  it('who is told so once, with what a yes does, and again in the end', async () => {
    const [scene, execution] = await asking();
    scene.turn('v1', DIES);
    await scene.world.runFor(15 * MINUTE);
    const held = scene.notices(execution.name).slice(1);
    expect(held.map(({ subject }) => subject)).toEqual([
      'Action needed: digits: version 2 itself is failing; version 3 waits for your answer',
    ]);
    expect(held[0]?.message).toMatch(/blue itself had [\d.]+ % .*; green 0 % \(0 of \d+ failed requests\)/);
    expect(held[0]?.message).toContain("npx greenlight approve digits --reason '…'");
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'ApprovalRejected', liveFails: { version: '2' } });
    const last = scene.notices(execution.name).at(-1);
    expect(last?.subject).toMatch(
      /^Action needed: digits: version 2, now live, fails; version 3 was not approved in time/,
    );
    expect(last?.message).not.toContain('Blue serves');
  });

  it('and is well again before the end: nothing of it is said there', async () => {
    const [scene, execution] = await asking();
    scene.turn('v1', DIES);
    await scene.world.runFor(10 * MINUTE);
    scene.turn('v1', {});
    await scene.world.runFor(10 * MINUTE);
    await scene.world.run(reject(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), undefined, ADA));
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'ApprovalRejected' });
    expect(record?.liveFails).toBeUndefined();
  });

  it('is told when it is slow alone, too, with how slow green is beside it', async () => {
    const [scene, execution] = await asking();
    scene.turn('v1', { latencyMs: 400 });
    await scene.world.runFor(10 * MINUTE);
    expect(scene.notices('waits for your answer').at(-1)?.message).toMatch(
      /blue itself had [\d.]+ % \([\d,]+ of [\d,]+ slow requests\), .*; green [\d.]+ % \(\d+ of \d+ slow requests\)/,
    );
    await scene.world.run(reject(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), undefined, ADA));
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ error: 'ApprovalRejected', liveFails: { version: '2', how: 'is slow' } });
  });

  it('and a yes promotes the green that answers', async () => {
    const [scene, execution] = await asking();
    scene.turn('v1', DIES);
    await scene.world.runFor(10 * MINUTE);
    await scene.world.run(approve(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), undefined, ADA));
    expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
    expect(await scene.atRest()).toBe('v2');
  });
});

it('a person who is asked beside a blue that answers nothing is told so with the question', async () => {
  const scene = await Scene.open();
  await scene.serve();
  await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 60 } });
  scene.turn('v1', DIES);
  const versionId = await scene.upload({ name: 'v2' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(MINUTE);
  const question = scene.notices(execution.name).at(-1)?.message;
  expect(question).toContain('In service now: version 2 (v1.onnx), blue, which fails, with all traffic.');
  expect(question).toMatch(/Blue: blue \(version 2\) does not answer/);
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ error: 'ApprovalRejected', liveFails: { version: '2' } });
});
