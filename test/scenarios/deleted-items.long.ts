import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE_KEYS } from '../../lambdas/contract/names';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene, templateOf } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };
const CANARY = { strategy: 'Canary10Percent5Minutes' };

async function remove(scene: Scene, sort: string, partition = 'ENDPOINT#digits'): Promise<void> {
  const TableName = scene.world.stack.ref(scene.world.stack.idsOf('AWS::DynamoDB::Table')[0]!);
  const Key = { [TABLE_KEYS.partition]: partition, [TABLE_KEYS.sort]: sort };
  await scene.world.run(scene.world.user.dynamodb.send(new DeleteCommand({ TableName, Key })));
}

async function running(scene: Scene, metadata: Readonly<Record<string, string>>, state: string): Promise<Execution> {
  const versionId = await scene.upload({ name: 'v2' }, metadata);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return execution;
}

function describeAlias(scene: Scene): Promise<unknown> {
  const input = { FunctionName: scene.functionName, Name: 'live', Description: 'in service' };
  return scene.world.run(scene.world.services.lambda.call('UpdateAlias', input, { kind: 'user' }));
}

const rollBack = async (scene: Scene) =>
  scene.end(await scene.start({ endpoint: 'digits', action: 'rollback', reason: 'complaints' }));

describe('a record that is deleted in the middle of a rollout', () => {
  it.each([
    ['the canary', CANARY, 'Bake', 'aborted'],
    ['the watch', AT_ONCE, 'Watch', 'reverted'],
  ] as const)('blue is back within a minute when a rollout is stopped in %s', async (_, metadata, state, outcome) => {
    const scene = await Scene.open();
    scene.unschedule('Reconcile', 'TeardownIdle');
    await scene.serve();
    const execution = await running(scene, metadata, state);
    await remove(scene, `RECORD#${execution.name}`);
    await scene.stop(execution);
    await scene.world.runFor(MINUTE);
    expect(await scene.atRest()).toBe('v1');
    expect(await scene.record(execution.name)).toMatchObject({ status: 'ended', outcome, liveVersionAfter: '2' });
    expect(await scene.lock()).toBeUndefined();
    expect(scene.notices(execution.name).at(-1)?.message).toContain('version 3');
  });

  it('is put right by the reconciler where the lock is gone as well, and the event is lost', async () => {
    const scene = await Scene.open();
    scene.unschedule('TeardownIdle');
    await scene.serve();
    const execution = await running(scene, AT_ONCE, 'Watch');
    scene.lose('aws.states');
    await remove(scene, `RECORD#${execution.name}`);
    await remove(scene, 'LOCK');
    await scene.stop(execution);
    await scene.world.runFor(7 * MINUTE);
    expect(await scene.atRest()).toBe('v1');
    expect(await scene.record(execution.name)).toMatchObject({ outcome: 'reverted', liveVersionAfter: '2' });
  });

  it('stays promoted when it was promoted', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const { record } = await scene.rollout({ name: 'v2' }, AT_ONCE);
    await remove(scene, `RECORD#${record?.id}`);
    await scene.world.runFor(15 * MINUTE);
    expect(await scene.atRest()).toBe('v2');
  });
});

describe('a lock that is deleted while its rollout has the users', () => {
  it.each([
    ['Bake', CANARY, ''],
    ['Watch', AT_ONCE, ''],
    ['Bake', CANARY, ', and the alias says nothing of it'],
    ['Watch', AT_ONCE, ', and the alias says nothing of it'],
  ] as const)(
    'in %s with %j, goes back to it, and what comes next waits for its end%s',
    async (state, metadata, says) => {
      const scene = await Scene.open();
      scene.unschedule('Reconcile', 'TeardownIdle');
      await scene.serve();
      const execution = await running(scene, metadata, state);
      await remove(scene, 'LOCK');
      if (says !== '') await describeAlias(scene);
      const next = await scene.end(await scene.start({ model: 'live', force: true }));
      expect(next.execution).toMatchObject({ status: 'FAILED', error: 'RolloutBusy' });
      expect(next.execution.cause).toContain(`rollout ${execution.name} is running`);
      expect(await scene.lock()).toMatchObject({ rolloutId: execution.name, traffic: 'moved' });
      expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
      expect(await scene.atRest()).toBe('v2');
    },
  );

  it('lets a rollback stop it, which puts blue back', async () => {
    const scene = await Scene.open();
    scene.unschedule('Reconcile', 'TeardownIdle');
    await scene.serve();
    const execution = await running(scene, AT_ONCE, 'Watch');
    await remove(scene, 'LOCK');
    const { record } = await rollBack(scene);
    expect(record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '2' });
    expect(await scene.record(execution.name)).toMatchObject({ outcome: 'reverted', liveVersionAfter: '2' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('after its execution was stopped, is waited for by the next upload until blue is back', async () => {
    const scene = await Scene.open();
    scene.unschedule('TeardownIdle');
    await scene.serve();
    const execution = await running(scene, AT_ONCE, 'Watch');
    scene.lose('aws.states');
    await scene.stop(execution);
    await remove(scene, 'LOCK');
    const { record } = await scene.end(await scene.start({ model: 'live', force: true }));
    expect(await scene.record(execution.name)).toMatchObject({ outcome: 'reverted', liveVersionAfter: '2' });
    expect(record?.state?.blue.version).toBe('2');
    expect(await scene.atRest()).toBe('v1');
  });
});

describe('the list of what was live, deleted', () => {
  it('is written again from the records, with what was taken back', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.rollout({ name: 'v2' }, AT_ONCE);
    await scene.rollout({ name: 'bad', errorRate: 0.6 }, AT_ONCE);
    const before = await scene.livePeriods();
    await remove(scene, 'LIVE');
    await scene.world.runFor(6 * MINUTE);
    const after = await scene.livePeriods();
    expect(after.map(({ version }) => version)).toEqual(before.map(({ version }) => version));
    expect(after[0]).toMatchObject({ version: '3', model: before[0]?.model });
    const { record } = await rollBack(scene);
    expect(record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '3' });
  });

  it.each([0, 6])('leaves a default rollback its target, %i minutes later', async (minutes) => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.rollout({ name: 'v2' }, AT_ONCE);
    await remove(scene, 'LIVE');
    await scene.world.runFor(minutes * MINUTE);
    expect((await rollBack(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
    expect(await scene.atRest()).toBe('v1');
  });

  it.each([CANARY, AT_ONCE])('in the middle of a rollout with %j, blue stays the rollback target', async (metadata) => {
    const scene = await Scene.open();
    await scene.change({ keepVersions: 1, rollbackWindowMinutes: 10 });
    await scene.serve();
    const execution = await running(scene, metadata, metadata === CANARY ? 'Bake' : 'VerifyGreen');
    await remove(scene, 'LIVE');
    expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted' });
    await scene.world.runFor(90 * MINUTE);
    expect(await scene.versions()).toContain('2');
    expect((await scene.livePeriods()).map(({ version }) => version)).toEqual(['3', '2']);
    expect((await rollBack(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  });

  it('names what was live although its promotion died before it could say so', async () => {
    const scene = await Scene.open();
    await scene.change({ keepVersions: 1, rollbackWindowMinutes: 1440 });
    await scene.serve();
    const works = scene.world.hooks.onBefore(({ command, caller }) => {
      if (command !== 'TransactWrite' || caller.kind !== 'function') return;
      if (caller.logicalId === scene.logicalId('promote-green'))
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    });
    const { record } = await scene.rollout({ name: 'v2' }, AT_ONCE);
    expect(record).toMatchObject({ outcome: 'reverted', state: { green: { version: '3' }, weights: [] } });
    works();
    await scene.rollout({ name: 'v3' }, AT_ONCE);
    const [before, takenBack] = [await scene.livePeriods(), await scene.takenBack()];
    await remove(scene, 'LIVE');
    await scene.world.runFor(90 * MINUTE);
    expect((await scene.livePeriods()).map(({ version }) => version)).toEqual(before.map(({ version }) => version));
    expect(await scene.takenBack()).toMatchObject(takenBack.map(({ version, how }) => ({ version, how })));
    expect(await scene.versions()).toContain('3');
  });

  it('takes no drill for a change that a rollback would undo', async () => {
    const scene = await Scene.open({ settings: { drill: true } });
    scene.requestsPerMinute = 6_000;
    await scene.serve();
    await scene.rollout({ name: 'v2' }, AT_ONCE);
    await scene.world.runFor(30 * MINUTE);
    const { record } = await scene.end(await scene.start({ action: 'drill', reason: 'quarterly' }));
    expect(record).toMatchObject({ outcome: 'aborted', state: { phase: 'canary' } });
    await remove(scene, 'LIVE');
    await scene.world.runFor(6 * MINUTE);
    expect(await scene.takenBack()).toEqual([]);
    expect((await rollBack(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  });

  it('keeps the teardown from deleting anything until it is there again', async () => {
    const scene = await Scene.open();
    scene.unschedule('Reconcile');
    await scene.change({ keepVersions: 5, rollbackWindowMinutes: 1440 });
    await scene.serve();
    for (const name of ['v2', 'v3']) await scene.rollout({ name }, AT_ONCE);
    await remove(scene, 'LIVE');
    await scene.world.runFor(90 * MINUTE);
    expect(await scene.versions()).toEqual(expect.arrayContaining(['2', '3', '4']));
  });
});

describe('the description of the live alias, that was overwritten', () => {
  it.each([
    ['Bake', CANARY],
    ['Watch', AT_ONCE],
  ] as const)('changes no traffic, and stops no rollout in %s', async (state, metadata) => {
    const scene = await Scene.open();
    await scene.serve();
    const execution = await running(scene, metadata, state);
    await describeAlias(scene);
    expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  });
});

it('a description that is overwritten before the promotion is in the record hides it from nothing that puts blue back', async () => {
  const scene = await Scene.open();
  scene.unschedule('Reconcile', 'TeardownIdle');
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' }, AT_ONCE);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  const input = { FunctionName: scene.functionName, Name: 'live', Description: 'in service' };
  scene.world.hooks.onAfter(async ({ command, input: { Name }, caller }) => {
    if (command !== 'UpdateAlias' || Name !== 'live' || caller.kind !== 'function') return;
    if (caller.logicalId === scene.logicalId('promote-green'))
      await scene.world.services.lambda.call('UpdateAlias', input, { kind: 'user' });
  });
  // The step dies after it has noted that green is live, and before it has told its record.
  scene.world.hooks.onBefore(({ command, caller }) => {
    if (command !== 'TransactWrite' || caller.kind !== 'function') return;
    if (caller.logicalId === scene.logicalId('promote-green'))
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
  });
  const { record } = await scene.end(execution);
  expect(execution.error).toBe('TimeoutError');
  expect(record).toMatchObject({ outcome: 'reverted', liveVersionAfter: '2' });
  expect(await scene.atRest()).toBe('v1');
});

it('settings that were deleted take nothing of what was live with them: the next deploy rolls it out', async () => {
  const scene = await Scene.open();
  await scene.serve();
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  const before = await scene.livePeriods();
  await remove(scene, 'digits', 'SETTINGS');
  await scene.world.deploy(templateOf({ name: 'digits', memoryMB: 2048 }));
  expect((await scene.livePeriods()).map(({ version, model }) => [version, model])).toEqual(
    before.map(({ version, model }) => [version, model]),
  );
  const { record } = await scene.end(await scene.started(({ name }) => name.includes('deploy')));
  expect(record).toMatchObject({ outcome: 'promoted', startedBy: 'deploy', liveVersionAfter: '4' });
  expect((await rollBack(scene)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  expect(await scene.atRest()).toBe('v2');
});
