import { OperationRefused } from '../../lambdas/contract/operation-errors';
import { promote } from '../../lambdas/operations/promote';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

const LONG = { strategy: 'Canary10Percent15Minutes' };
const ADA = { by: 'Ada', reason: 'the numbers are good enough' };
const portsOn = (scene: Scene) => portsOfPerson(scene.app, scene.logicalId('teardown-idle'));

/** A canary that has got to a state for the nth time. */
async function canary(model: object, state: string, nth = 1): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2', ...model }, LONG);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state, nth);
  return [scene, execution];
}
async function refusal(scene: Scene): Promise<OperationRefused> {
  const work = promote(portsOn(scene), 'digits', ADA);
  const error = await scene.world.run(
    work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    ),
  );
  if (!(error instanceof OperationRefused)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

it('promotes a good canary at its next look, long before the end of the bake, and the record says who and why', async () => {
  const [scene, execution] = await canary({}, 'Bake', 3);
  const decided = await scene.world.run(promote(portsOn(scene), 'digits', ADA));
  expect(decided).toMatchObject({ how: 'decided', rolloutId: execution.name });
  expect((await scene.alias()).weights).toEqual({ 3: 0.1 });
  const from = scene.now;
  await scene.reaches(execution, 'PromoteGreen');
  expect(scene.now - from).toBeLessThanOrEqual(MINUTE + 5_000);
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'person: Ada (the numbers are good enough)' });
  expect(record?.state?.judgement?.verdict).toBe('continue');
  const notes = record?.state?.timeline.filter(({ state }) => state === 'JudgeCanary').map(({ note }) => note) ?? [];
  expect(notes.at(-1)).toMatch(/^continue: .*; person: Ada \(the numbers are good enough\)$/);
  expect(await scene.atRest()).toBe('v2');
});

it('does not overrule the judge: a green that fails is stopped although a person has promoted it', async () => {
  const [scene, execution] = await canary({}, 'Bake', 3);
  await scene.world.run(promote(portsOn(scene), 'digits', ADA));
  scene.turn('v2', { errorRate: 0.9 });
  // The numbers of the next look are of minutes before the turn; the decision is kept from it.
  const undo = scene.world.hooks.onBefore(async ({ command }) => {
    if (command === 'GetMetricData') throw Object.assign(new Error('away'), { name: 'InternalServiceFault' });
  });
  await scene.world.runFor(4 * MINUTE);
  expect((await scene.alias()).weights).toEqual({ 3: 0.1 });
  undo();
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed', decidedBy: 'judge' });
  expect(await scene.atRest()).toBe('v1');
});

it('is refused as long as nothing of green was judged', async () => {
  const [scene] = await canary({}, 'VerifyGreen');
  expect((await refusal(scene)).name).toBe('TooEarlyToPromote');
  await scene.world.runFor(30_000);
  const early = await refusal(scene);
  expect([early.name, early.message]).toEqual(['TooEarlyToPromote', expect.stringContaining('the next look is at')]);
});

it('is refused as long as green had no request', async () => {
  const [scene] = await canary({}, 'ShiftTraffic');
  scene.leaveUsers();
  await scene.world.runFor(6 * MINUTE);
  const blind = await refusal(scene);
  expect([blind.name, blind.message]).toEqual(['TooEarlyToPromote', expect.stringContaining('no request of green')]);
});

it('is refused after the promotion, a second time, and at rest', async () => {
  const [scene, execution] = await canary({}, 'Bake', 3);
  await scene.world.run(promote(portsOn(scene), 'digits', ADA));
  const again = await refusal(scene);
  expect([again.name, again.message]).toEqual(['AlreadyAnswered', expect.stringContaining('Ada promoted it at')]);
  await scene.reaches(execution, 'Watch');
  expect((await refusal(scene)).name).toBe('AlreadyPromoted');
  await scene.end(execution);
  expect((await refusal(scene)).name).toBe('NothingRuns');
});

it('is an approval where the rollout waits for one, and promotes one rollout alone', async () => {
  const scene = await Scene.open({ settings: { approval: { mode: 'before-promote', timeoutMinutes: 60 } } });
  const versionId = await scene.upload({ name: 'v1' });
  const first = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(first, 'AwaitApproval');
  await scene.world.runFor(1_000);
  expect(await scene.world.run(promote(portsOn(scene), 'digits', ADA))).toMatchObject({ how: 'approved' });
  expect((await scene.end(first)).record?.outcome).toBe('promoted-first');
});
