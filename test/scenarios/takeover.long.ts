import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const AT_ONCE = { strategy: 'AllAtOnce' };

/** v1 (version 2) is blue; a green that fails has its share of traffic, or all of it. */
async function badGreen(state: 'Bake' | 'Watch'): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  scene.unschedule('TeardownIdle');
  await scene.serve({ name: 'v1' });
  await scene.rollout({ name: 'fix' }, { dryrun: 'true' });
  const versionId = await scene.upload({ name: 'bad' }, state === 'Watch' ? AT_ONCE : SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  scene.turn('bad', { errorRate: 0.6 });
  return [scene, execution];
}

/** Nothing may write the alias until the answer is called. */
const refuseWrites = (scene: Scene): (() => void) =>
  scene.world.hooks.onBefore(({ command }) => {
    if (command === 'UpdateAlias') throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
  });

/** The fix that was tried before, started as a person does in the console. */
const startFix = (scene: Scene): Promise<Execution> =>
  scene.start({ endpoint: 'digits', model: `s3://${scene.app.bucket}/models/digits/fix.onnx`, ...SHORT });

async function expectFixBeside(scene: Scene, bad: Execution, fix: Execution, outcome: string): Promise<void> {
  const { record } = await scene.end(fix);
  expect(record?.state?.blue).toMatchObject({ version: '2' });
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(await scene.record(bad.name)).toMatchObject({ status: 'ended', outcome, liveVersionAfter: '2' });
  expect(await scene.atRest()).toBe('fix');
}

describe.each([
  ['Bake', 'aborted'],
  ['Watch', 'reverted'],
] as const)('a fix that a person starts while what ended in %s is not put back', (state, outcome) => {
  it('waits until blue is back, and has that for its blue', async () => {
    const [scene, bad] = await badGreen(state);
    const allow = refuseWrites(scene);
    await scene.end(bad);
    expect(bad.status).toBe('FAILED');
    // Longer than any lease.
    await scene.world.runFor(45 * MINUTE);
    const fix = await startFix(scene);
    await scene.world.runFor(7 * MINUTE);
    expect(fix.status).toBe('RUNNING');
    allow();
    await expectFixBeside(scene, bad, fix, outcome);
  });

  it('waits for a safety net that comes late, or for the reconciler', async () => {
    const [scene, bad] = await badGreen(state);
    const usual = scene.world.events.delivery;
    scene.world.events.delivery = (event, rule) => (event.source === 'aws.states' ? [20 * MINUTE] : usual(event, rule));
    await scene.stop(bad);
    const fix = await startFix(scene);
    await expectFixBeside(scene, bad, fix, outcome);
    await scene.world.runFor(30 * MINUTE);
    expect(await scene.atRest()).toBe('fix');
  });

  it('is told why when nothing comes', async () => {
    const [scene, bad] = await badGreen(state);
    const allow = refuseWrites(scene);
    await scene.end(bad);
    const { execution, record } = await scene.end(await startFix(scene));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'LockNotReleased' });
    expect(record).toMatchObject({ outcome: 'aborted' });
    expect(record?.cause).toMatch(
      /has ended, and what it did to the traffic was not put back within 240 s; see the alarms RestoreBlueFails/,
    );
    allow();
    await scene.world.runFor(6 * MINUTE);
    expect(await scene.atRest()).toBe('v1');
  });
});

it.each(['Bake', 'Watch'] as const)(
  'refuses a start by hand beside a slow owner that still runs in %s',
  async (state) => {
    const [scene, slow] = await badGreen(state);
    scene.turn('bad', {});
    // Its judge hangs for longer than its lease, again and again, and is asked again.
    const judge = state === 'Bake' ? 'judge-canary' : 'judge-live';
    const release = scene.world.hooks.onInvoke(({ handler }) =>
      handler === judge ? scene.world.clock.sleep(40 * MINUTE) : undefined,
    );
    await scene.world.runFor(3 * MINUTE);
    const { execution, record } = await scene.end(await startFix(scene));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'RolloutBusy' });
    expect(record?.cause).toContain(`rollout ${slow.name} is running`);
    expect((await scene.lock())?.owner).toBe(slow.arn);
    release();
    await scene.end(slow);
    expect(['v1', 'bad']).toContain(await scene.atRest());
  },
);

it('leaves nothing to an old owner that is redriven beside the fix that waited for its restore', async () => {
  const [scene, bad] = await badGreen('Watch');
  const allow = refuseWrites(scene);
  await scene.end(bad);
  const fix = await startFix(scene);
  await scene.world.runFor(MINUTE);
  allow();
  await scene.reaches(fix, 'Bake');
  const before = await scene.alias();
  await scene.world.run(scene.world.user.sfn.send(new RedriveExecutionCommand({ executionArn: bad.arn })));
  await scene.world.runFor(MINUTE);
  expect(bad.status).toBe('FAILED');
  expect(await scene.alias()).toEqual(before);
  expect((await scene.lock())?.owner).toBe(fix.arn);
  await expectFixBeside(scene, bad, fix, 'reverted');
});

it('waits for weights without an owner to be removed, rather than refuse a model for them', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' });
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  await scene.moveAlias('3', { '2': 0.3 });
  const { record } = await scene.rollout({ name: 'v3' }, SHORT);
  const removed = scene.world.services.sns.messages.filter(
    ({ attributes }) => attributes?.['transition'] === 'leftover-weights-found',
  );
  expect(removed).toHaveLength(1);
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(record?.state?.blue).toMatchObject({ version: '3' });
  expect(await scene.atRest()).toBe('v3');
});
