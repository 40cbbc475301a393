import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { costReport } from '../../cli/cost/cost-report';
import { costInWords } from '../../cli/cost/in-words';
import { PRICES_2026_11 } from '../../lambdas/contract/prices-2026-11';
import { recordKey } from '../../lambdas/adapters/dynamodb/records';
import { endpointKey } from '../../lambdas/adapters/dynamodb/table';
import { goldenSet } from '../../simulator/fake-model';
import { ENDPOINT, Scene } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };
const HOUR = 3_600_000;

/** v1 is version 2, v2 is version 3 and live. */
async function two(): Promise<Scene> {
  const scene = await Scene.open();
  scene.unschedule('TeardownIdle');
  await scene.serve();
  expect((await scene.rollout({ name: 'v2' }, AT_ONCE)).record).toMatchObject({ outcome: 'promoted' });
  return scene;
}
const back = async (scene: Scene, more: object = {}) =>
  scene.end(await scene.start({ action: 'rollback', reason: 'complaints', ...more }));

it('goes back to the version before, at once, when that was live a short while ago', async () => {
  const scene = await two();
  const { execution, record } = await back(scene);
  expect(execution.status).toBe('SUCCEEDED');
  expect(record).toMatchObject({
    outcome: 'promoted',
    liveVersionAfter: '2',
    reason: 'complaints',
    startedBy: 'person',
  });
  expect(record?.decidedBy).toBe('rollback: it was live within the rollback window');
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([100]);
  expect(execution.stoppedAt! - execution.startedAt).toBeLessThan(30_000);
  // People read that it was rolled back, wherever they look.
  expect(record?.state?.timeline.at(-1)).toMatchObject({ state: 'FinishRollout', note: 'rolled back' });
  expect(costInWords(costReport(record!, PRICES_2026_11, 'arm64'))).toContain('(rolled back) cost');
  expect(await scene.atRest()).toBe('v1');
});

it('undoes a change once, no matter who asks for it seconds later, and leads forward only by number', async () => {
  const scene = await two();
  await back(scene);
  const second = await back(scene);
  expect(second.execution.status).toBe('SUCCEEDED');
  expect(second.record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '2' });
  expect(second.record?.decidedBy).toMatch(/^already put back: live is version 2; rollback .* led away from version 3/);
  expect(scene.notices(second.execution.name)[0]?.subject).not.toMatch(/^(Failed|ACTION)/);
  expect(await scene.atRest()).toBe('v1');
  await scene.world.runFor(HOUR);
  expect((await back(scene)).execution).toMatchObject({ error: 'RollbackTargetUnavailable' });
  expect(await scene.atRest()).toBe('v1');
  const forward = await back(scene, { to: '3' });
  expect(forward.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  expect(await scene.atRest()).toBe('v2');
  // It is live again by a person's word: from there a default rollback goes back as before.
  await scene.world.runFor(HOUR);
  expect((await back(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
});

it('undoes a change once, also where a person has edited the record of what undid it', async () => {
  const scene = await two();
  const { execution } = await back(scene);
  const Item = { ...endpointKey(ENDPOINT, recordKey(execution.name)), note: 'put by hand' };
  const put = new PutCommand({ TableName: scene.environment['GREENLIGHT_TABLE'], Item });
  await scene.world.run(scene.world.user.dynamodb.send(put));
  expect((await back(scene)).record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '2' });
});

it('goes to the version that a person names', async () => {
  const scene = await two();
  await scene.rollout({ name: 'v3' }, AT_ONCE);
  const { record } = await back(scene, { to: '2' });
  expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  expect(await scene.atRest()).toBe('v1');
});

it('needs a canary when the target was live too long ago', async () => {
  const scene = await two();
  await scene.change({ rollbackWindowMinutes: 60, strategy: 'Canary10Percent5Minutes' });
  await scene.world.runFor(1.2 * HOUR);
  const { record } = await back(scene);
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10, 100]);
  expect(await scene.atRest()).toBe('v1');
});

it('wakes a target that Lambda has put to sleep', async () => {
  const scene = await two();
  scene.world.services.lambda.setState(scene.functionName, '2', 'Inactive');
  expect((await back(scene)).record).toMatchObject({ outcome: 'promoted' });
  expect(await scene.atRest()).toBe('v1');
});

const NO_TARGETS: readonly [string, (scene: Scene) => void, object, RegExp][] = [
  ['does not exist', () => undefined, { to: '99' }, /version 99 does not exist/],
  ['is live', () => undefined, { to: '3' }, /version 3 is live already/],
  ['never had a model', () => undefined, { to: '1' }, /version 1 serves no model/],
  [
    'has failed',
    (scene) => scene.world.services.lambda.setState(scene.functionName, '2', 'Failed'),
    {},
    /version 2 is Failed, not Active/,
  ],
];
it.each(NO_TARGETS)('refuses a target that %s', async (_, prepare, input, words) => {
  const scene = await two();
  prepare(scene);
  const { execution, record } = await back(scene, input);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'RollbackTargetUnavailable' });
  expect(execution.cause).toMatch(words);
  expect(record).toMatchObject({ outcome: 'rejected', error: 'RollbackTargetUnavailable', liveVersionAfter: '3' });
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v2');
});

describe('a target that is ready and answers every request with 500', () => {
  const dead = async (): Promise<Scene> => {
    const scene = await two();
    scene.turn('v1', { failsAll: true, modelErrorRate: 1 });
    return scene;
  };

  it.each([{}, { to: '2' }])('is refused by name with %j while the live version answers', async (input) => {
    const scene = await dead();
    const { execution, record } = await back(scene, input);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'RollbackTargetUnavailable' });
    expect(execution.cause).toMatch(
      /version 2 answers none of the warm-up's requests: 0 of 9 .*version 3, which is live, does answer/,
    );
    expect(record).toMatchObject({ outcome: 'rejected', liveVersionAfter: '3' });
    expect(scene.notices(execution.name)).toHaveLength(1);
    expect(await scene.versions()).toContain('2');
    expect(await scene.takenBack()).toEqual([]);
    expect(await scene.atRest()).toBe('v2');
  });

  it('is refused before its canary, too', async () => {
    const scene = await dead();
    await scene.change({ rollbackWindowMinutes: 60 });
    await scene.world.runFor(1.2 * HOUR);
    const { record } = await back(scene);
    expect(record).toMatchObject({ error: 'RollbackTargetUnavailable', state: { weights: [] } });
  });

  it('is gone to where a person forces it', async () => {
    const scene = await dead();
    expect((await back(scene, { to: '2', force: true })).record).toMatchObject({ outcome: 'promoted' });
  });

  it('is gone to where it fails made-up requests alone, and answers the golden set', async () => {
    const scene = await two();
    await scene.app.put(
      'golden/large.json',
      JSON.stringify({ ...goldenSet(3), data: [0, 1, 2].map((one) => [one, 9]) }),
    );
    await scene.change({
      goldenSet: { key: 'golden/large.json', maxAccuracyDrop: 0.02, minAccuracy: 0, maxErrorFactor: 1.1 },
    });
    // What the made-up requests hold is below this.
    scene.turn('v1', { nonFinite: 2 });
    const { record } = await back(scene);
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
    expect(record?.state?.timeline.find(({ state }) => state === 'VerifyGreen')?.note).toContain(
      '0 of 9 warm-up requests answered: it answered 500: output label holds NaN; it answers the golden set',
    );
  });

  it.each([{}, { to: '2' }])('is gone to with %j where the live version answers nothing either', async (input) => {
    const scene = await dead();
    scene.turn('v2', { failsAll: true, modelErrorRate: 1 });
    const { record } = await back(scene, input);
    expect(record?.state?.timeline.find(({ state }) => state === 'VerifyGreen')?.note).toContain(
      'version 3, which is live, answers none of them either',
    );
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  });
});

it('refuses to go back where there is nothing to go back to', async () => {
  const scene = await Scene.open();
  await scene.rollout({ name: 'v1' });
  const { execution } = await back(scene);
  expect(execution).toMatchObject({ error: 'RollbackTargetUnavailable' });
  expect(execution.cause).toMatch(/no earlier version was ever live that was not taken back/);
  expect(await scene.atRest()).toBe('v1');
});

it('is not stopped by a golden set that is missing', async () => {
  const scene = await two();
  await scene.change({
    goldenSet: { key: 'golden/gone.json', maxAccuracyDrop: 0.02, minAccuracy: 0, maxErrorFactor: 1.1 },
  });
  expect((await back(scene)).record).toMatchObject({ outcome: 'promoted' });
  expect(await scene.atRest()).toBe('v1');
});
