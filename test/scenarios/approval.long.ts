import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { OperationRefused } from '../../lambdas/contract/operation-errors';
import { approve, reject } from '../../lambdas/operations/answer';
import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const ADA = { by: 'Ada', reason: 'looks right' };
const BOB = { by: 'Bob', reason: 'too fast' };

const portsOn = (scene: Scene) => portsOfPerson(scene.app, scene.logicalId('teardown-idle'));

/** A rollout that has asked a person before promotion; an hour is left to answer. */
async function asking(
  approval: object = {},
  settings: Parameters<Scene['change']>[0] = {},
): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve();
  await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 60, ...approval }, ...settings });
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(1_000);
  return [scene, execution];
}

/** How a person is refused. */
async function refusal(scene: Scene, work: Promise<unknown>): Promise<OperationRefused> {
  const error = await scene.world.run(
    work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    ),
  );
  if (!(error instanceof OperationRefused)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

it('is given without the notice: the token is in the table, and the status says what is asked', async () => {
  const [scene, execution] = await asking();
  const view = await scene.world.run(status(portsOn(scene)));
  expect(view).toMatchObject({ state: 'waiting for an answer', rollout: { id: execution.name } });
  expect(view.rollout?.approval).toMatchObject({ why: 'before-promote', defaultAnswer: 'reject', answer: null });
  expect(Date.parse(view.rollout?.approval?.expiresAt ?? '') - scene.now).toBeLessThanOrEqual(60 * MINUTE);
  expect(JSON.stringify(view)).not.toContain('AQC');

  await scene.world.run(approve(portsOn(scene), undefined, ADA));
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'person: Ada (looks right)' });
  expect(record?.state?.timeline.map(({ note }) => note).join('\n')).toContain('approved by person: Ada (looks right)');
  expect(await scene.atRest()).toBe('v2');
});

it('keeps the token out of the record, the documents and the report', async () => {
  const [scene, execution] = await asking();
  const [, token = ''] = /--task-token '([^']+)'/.exec(scene.notices('approve version')[0]!.message) ?? [];
  await scene.world.run(approve(portsOn(scene), 'digits', ADA));
  const { record } = await scene.end(execution);
  expect(JSON.stringify(record)).not.toContain(token);
  for (const name of ['record.json', 'report.html'])
    expect(await scene.world.run(scene.app.readText(`rollouts/digits/${execution.name}/${name}`))).not.toContain(token);
});

it('is refused by a person, whose name and reason end the rollout', async () => {
  const [scene, execution] = await asking({ defaultAnswer: 'approve' });
  await scene.world.run(reject(portsOn(scene), 'digits', BOB));
  const { record } = await scene.end(execution);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'ApprovalRejected', cause: 'Bob said no: too fast' });
  expect(record).toMatchObject({ outcome: 'aborted', decidedBy: 'person: Bob (too fast)' });
  expect(await scene.atRest()).toBe('v1');
});

it('counts the first of two answers, and tells the second who was first', async () => {
  const [scene, execution] = await asking();
  const ports = portsOn(scene);
  await scene.world.run(approve(ports, 'digits', ADA));
  const again = await refusal(scene, reject(ports, 'digits', BOB, execution.name));
  expect(again.name).toBe('AlreadyAnswered');
  expect(again.message).toContain('Ada approved it at');
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted' });
  const later = await refusal(scene, reject(ports, 'digits', BOB));
  expect([later.name, later.message]).toEqual([
    'AlreadyAnswered',
    expect.stringMatching(/Ada approved it at .*; it has ended as promoted$/),
  ]);
  expect(later.next[0]?.command).toBe(`greenlight explain digits --rollout ${execution.name}`);
});

it('counts one of two answers of one moment', async () => {
  const [scene, execution] = await asking();
  const ports = portsOn(scene);
  scene.world.setCallTime(20);
  const both = await scene.world.run(Promise.allSettled([approve(ports, 'digits', ADA), reject(ports, 'digits', BOB)]));
  expect(both.map(({ status: how }) => how).sort()).toEqual(['fulfilled', 'rejected']);
  const { record } = await scene.end(execution);
  expect(record?.outcome).toBe(both[0].status === 'fulfilled' ? 'promoted' : 'aborted');
});

it('tells a person who comes after an answer by the token in the notice', async () => {
  const [scene, execution] = await asking();
  const [, taskToken = ''] = /--task-token '([^']+)'/.exec(scene.notices('approve version')[0]!.message) ?? [];
  const output = JSON.stringify({ approved: true, by: 'Eve', reason: 'by mail' });
  await scene.world.run(scene.world.user.sfn.send(new SendTaskSuccessCommand({ taskToken, output })));
  const soon = await refusal(scene, approve(portsOn(scene), 'digits', ADA, execution.name));
  expect([soon.name, soon.message]).toEqual(['AlreadyAnswered', expect.stringContaining('with the task token')]);
  await scene.end(execution);
  const later = await refusal(scene, approve(portsOn(scene), 'digits', ADA, execution.name));
  expect([later.name, later.message]).toEqual(['AlreadyAnswered', expect.stringContaining('person: Eve (by mail)')]);
});

it('comes too late when the default answer has counted', async () => {
  const [scene, execution] = await asking();
  await scene.end(execution);
  expect(execution.error).toBe('ApprovalRejected');
  const late = await refusal(scene, approve(portsOn(scene), 'digits', ADA));
  expect(late.name).toBe('ApprovalExpired');
  expect(late.message).toMatch(/the time to answer was over at .*; "reject" counted; it has ended as aborted$/);
});

it('comes too late when the rollout was stopped meanwhile', async () => {
  const [scene, execution] = await asking();
  await scene.stop(execution, 'by mistake');
  await scene.end(execution);
  const late = await refusal(scene, approve(portsOn(scene), 'digits', ADA));
  expect([late.name, late.message]).toEqual(['RolloutEnded', expect.stringContaining('it has ended as aborted')]);
  expect(await scene.atRest()).toBe('v1');
});

it('is refused by name when nothing was asked', async () => {
  const scene = await Scene.open();
  const ports = portsOn(scene);
  expect((await refusal(scene, approve(ports, 'digits', ADA))).name).toBe('NothingRuns');
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Bake');
  expect((await refusal(scene, approve(ports, 'digits', ADA))).name).toBe('NothingToApprove');
  expect((await refusal(scene, approve(ports, 'digits', ADA, 'nobody'))).name).toBe('RolloutUnknown');
});

it('answers the question of a task that was tried again, by its newest token', async () => {
  const scene = await Scene.open();
  await scene.serve();
  await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 60 } });
  let failures = 0;
  scene.world.hooks.onBefore(async ({ command, input, caller }) => {
    if (
      command !== 'TransactWrite' ||
      JSON.stringify(input).includes('RECORD#') ||
      caller.kind !== 'function' ||
      failures > 0
    )
      return;
    if (caller.logicalId !== scene.logicalId('await-approval')) return;
    failures += 1;
    throw new Error('DynamoDB is away');
  });
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(MINUTE);
  expect(failures).toBe(1);
  await scene.world.run(approve(portsOn(scene), 'digits', ADA));
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted' });
});

it('keeps the endpoint for as long as the wait may take, and an upload waits that long', async () => {
  const [scene, execution] = await asking({ timeoutMinutes: 4 * 60 });
  expect(Date.parse((await scene.lock())?.leaseUntil ?? '')).toBeGreaterThan(scene.now + 4 * 60 * MINUTE);
  scene.leaveUsers();
  await scene.world.runFor(230 * MINUTE);
  await scene.upload({ name: 'v3' }, { strategy: 'AllAtOnce' });
  await scene.world.runFor(5_000);
  const view = await scene.world.run(status(portsOn(scene)));
  expect(view).toMatchObject({ state: 'waiting for an answer', waitingUpload: { key: 'models/digits/v3.onnx' } });
  await scene.world.run(approve(portsOn(scene), 'digits', ADA));
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted' });
});

it('asks the person who promotes a canary without proof, when the endpoint says hold', async () => {
  const scene = await Scene.open({ settings: { onInsufficientEvidence: { extendMinutes: 0, then: 'hold' } } });
  scene.requestsPerMinute = 60;
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(1_000);
  expect((await scene.world.run(status(portsOn(scene)))).rollout?.approval?.why).toBe('hold');
  await scene.world.run(approve(portsOn(scene), 'digits', ADA));
  expect((await scene.end(execution)).record).toMatchObject({ decidedBy: 'person: Ada (looks right)' });
  expect(await scene.atRest()).toBe('v2');
});

it.each(['the first model of an endpoint', 'AllAtOnce'])('says of %s, too, that the person decided', async (which) => {
  const scene = await Scene.open();
  if (which === 'AllAtOnce') await scene.serve();
  await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 60 } });
  const versionId = await scene.upload({ name: 'v2' }, { strategy: 'AllAtOnce' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(1_000);
  await scene.world.run(approve(portsOn(scene), 'digits', ADA));
  expect((await scene.end(execution)).record).toMatchObject({
    outcome: which === 'AllAtOnce' ? 'promoted' : 'promoted-first',
    decidedBy: 'person: Ada (looks right)',
  });
});

it('is no answer to what comes after it: the watch takes back a green that turns bad', async () => {
  const [scene, execution] = await asking({}, { watchMinutes: 10 });
  await scene.world.run(approve(portsOn(scene), 'digits', ADA));
  await scene.reaches(execution, 'Watch');
  scene.turn('v2', { modelErrorRate: 0.3 });
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed', liveVersionAfter: '2' });
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10, 100]);
  expect(await scene.atRest()).toBe('v1');
});

describe('a canary that waits for a person, and its users with it', () => {
  it('is stopped where green turns bad meanwhile, long before anybody answers', async () => {
    const [scene, execution] = await asking();
    await scene.world.runFor(10 * MINUTE);
    scene.turn('v2', { errorRate: 0.6 });
    const bad = scene.now;
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed', decidedBy: 'judge' });
    expect(record?.cause).toMatch(/^while it waited for an answer: errors: green .* worse/);
    // Two minutes until a minute has settled, and five between two passes.
    expect(Date.parse(record?.endedAt ?? '') - bad).toBeLessThan(10 * MINUTE);
    expect(await scene.atRest()).toBe('v1');
    // A yes comes too late, and is told so.
    const late = await refusal(scene, approve(portsOn(scene), 'digits', ADA, execution.name));
    expect(late.message).toMatch(/judge/);
  });

  it('is stopped by an alarm that rings meanwhile', async () => {
    const scene = await Scene.open();
    const { cloudwatch } = scene.world.services;
    cloudwatch.setAlarm('checkout-broken', 'OK');
    await scene.serve();
    await scene.change({ vetoAlarms: ['checkout-broken'], approval: { mode: 'before-promote', timeoutMinutes: 60 } });
    const versionId = await scene.upload({ name: 'v2' }, SHORT);
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'AwaitApproval');
    await scene.world.runFor(7 * MINUTE);
    expect((await scene.record(execution.name))?.status).toBe('running');
    cloudwatch.setAlarm('checkout-broken', 'ALARM');
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed', decidedBy: 'judge' });
    expect(record?.cause).toMatch(/alarm "checkout-broken" is in ALARM/);
  });

  it('waits on where green is as good as blue', async () => {
    const [scene, execution] = await asking();
    await scene.world.runFor(40 * MINUTE);
    await scene.world.run(approve(portsOn(scene), undefined, ADA));
    expect((await scene.end(execution)).record?.outcome).toBe('promoted');
  });
});
