import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { Execution } from '../../simulator/states/execution';
import { ENDPOINT, type Ended, MINUTE, Scene } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };
const CANARY = { strategy: 'Canary10Percent15Minutes' };
const FAILS = { errorRate: 0.6, failsAll: true };

/** v1 is version 2, v2 is version 3 and blue; v3 is version 4. */
async function rolling(metadata: Record<string, string>, state: string): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  scene.unschedule('TeardownIdle');
  await scene.serve({ name: 'v1' });
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  await scene.world.runFor(20 * MINUTE);
  const versionId = await scene.upload({ name: 'v3' }, metadata);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return [scene, execution];
}

const turn = (scene: Scene, how: object, ...names: readonly string[]) => names.forEach((name) => scene.turn(name, how));

async function saysThatBlueFails(scene: Scene, { record }: Ended, outcome: string): Promise<void> {
  expect(record).toMatchObject({ outcome, liveVersionAfter: '3', liveFails: { version: '3', earlier: '2' } });
  const notice = scene.notices(record!.id).at(-1);
  expect(notice?.subject).toMatch(/^Action needed: digits: version 3, now live, fails; version \d/);
  const text = notice!.message;
  expect(text).toContain('npx greenlight rollback digits --to 2');
  expect(text).not.toMatch(/[Bb]lue (is back|serves)|Users need nothing/);
  expect(text).toMatch(
    /Live: version 3 fails, seen .*: (asked directly, it failed \d+ of \d+|blue itself had [\d.]+ %)/,
  );
  const report = record!.report!.replace(/^s3:\/\/[^/]+\//, '');
  const page = scene.world.services.s3.readBytes(scene.app.bucket, report).toString();
  expect(page).toContain('rollback digits --to 2');
  expect(page).toContain('with all traffic, and fails.');
  expect(page).not.toContain('Users need nothing');
  const { next } = await scene.world.run(status(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), ENDPOINT));
  expect(next[0]).toMatchObject({ command: expect.stringContaining('rollback digits --to 2') as string });
}

it.each([
  ['both fail for an hour', 'v2'],
  ['blue fails us, and green alone users', undefined],
] as const)('a revert where %s says that blue fails, and where to go', async (_, users) => {
  const [scene, execution] = await rolling(AT_ONCE, 'Watch');
  turn(scene, users === undefined ? { failsAll: true } : FAILS, 'v2');
  turn(scene, users === undefined ? { errorRate: 0.6 } : FAILS, 'v1', 'v3');
  await saysThatBlueFails(scene, await scene.end(execution), 'reverted');
});

it.each(['before', 'after'])('so does the revert for a rollback, and the rollback itself, %s a hold', async (when) => {
  const [scene, execution] = await rolling(AT_ONCE, 'Watch');
  turn(scene, FAILS, 'v1', 'v2', 'v3');
  const held = async () => (await scene.record(execution.name))?.state?.watch?.heldMinutes !== undefined;
  if (when === 'before') await scene.reaches(execution, 'JudgeLive', 2);
  else while (!(await held())) await scene.world.runFor(20_000);
  const rollback = await scene.end(await scene.start({ action: 'rollback' }));
  await saysThatBlueFails(scene, { execution, record: await scene.record(execution.name) }, 'reverted');
  await saysThatBlueFails(scene, rollback, 'already-live');
  const there = await scene.end(await scene.start({ action: 'rollback', to: '2' }));
  expect(there.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  expect(there.record?.liveFails).toBeUndefined();
});

it('so does a canary that ends beside a blue that fails', async () => {
  const [scene, execution] = await rolling(CANARY, 'Bake');
  turn(scene, { errorRate: 0.4 }, 'v2');
  turn(scene, { errorRate: 0.9 }, 'v3');
  await saysThatBlueFails(scene, await scene.end(execution), 'aborted');
});

it('a rollback whose canary fails beside such a blue does not name its own target as the way out', async () => {
  const scene = await Scene.open();
  scene.unschedule('TeardownIdle');
  await scene.serve({ name: 'v1' });
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  await scene.change({ rollbackWindowMinutes: 60 });
  await scene.world.runFor(70 * MINUTE);
  const rollback = await scene.start({ action: 'rollback' });
  await scene.reaches(rollback, 'Bake');
  turn(scene, { errorRate: 0.4 }, 'v2');
  turn(scene, { errorRate: 0.9 }, 'v1');
  const { record } = await scene.end(rollback);
  expect(record).toMatchObject({ outcome: 'aborted', state: { green: { version: '2' } }, liveVersionAfter: '3' });
  expect(record?.liveFails).toMatchObject({ version: '3' });
  expect(record?.liveFails?.earlier).toBeUndefined();
  expect(scene.notices(rollback.name).at(-1)?.message).toContain('No earlier good version exists');
});

it('nothing of it is said where blue answers again, or another than blue is live', async () => {
  const [scene, execution] = await rolling(AT_ONCE, 'Watch');
  turn(scene, FAILS, 'v1', 'v2', 'v3');
  await scene.world.runFor(6 * MINUTE);
  turn(scene, {}, 'v2');
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed', liveVersionAfter: '3' });
  expect(record?.liveFails).toBeUndefined();
  expect(scene.notices(execution.name).at(-1)?.subject).toMatch(/^Failed: /);
});

it('says so where no earlier version is left', async () => {
  const [scene, execution] = await rolling(AT_ONCE, 'Watch');
  turn(scene, FAILS, 'v1', 'v2', 'v3');
  scene.world.services.lambda.loseVersion(scene.functionName, '2');
  const { record } = await scene.end(execution);
  expect(record?.liveFails).toMatchObject({ version: '3' });
  expect(record?.liveFails?.earlier).toBeUndefined();
  expect(scene.notices(execution.name).at(-1)?.message).toContain('No earlier good version exists');
});
