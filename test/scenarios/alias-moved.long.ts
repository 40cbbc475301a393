import { CreateAliasCommand, DeleteAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { LIVE_ALIAS } from '../../lambdas/contract/names';
import type { Call } from '../../simulator/hooks';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const AT_ONCE = { strategy: 'AllAtOnce' };

/** v1 is version 2, v2 is version 3 and live; v3, version 4 once it is published, has got to a state of its rollout. */
async function running(state: string, metadata: Record<string, string> = SHORT): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  scene.unschedule('TeardownIdle');
  await scene.serve({ name: 'v1' }, 5);
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  await scene.world.runFor(10 * MINUTE);
  const versionId = await scene.upload({ name: 'v3' }, metadata);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return [scene, execution];
}

const OTHER = { 2: 0.2 };
const STATES = ['DeployGreen', 'VerifyGreen', 'ShiftTraffic', 'Bake', 'JudgeCanary', 'PromoteGreen', 'Watch'];
const MOVES: readonly (readonly [string, string, Readonly<Record<string, number>>])[] = STATES.flatMap((state) => [
  [state, '2', {}] as const,
  [state, '2', { 1: 0.2 }] as const,
  [state, '3', OTHER] as const,
]);

it.each(MOVES)(
  'leaves what a person writes during %s (version %s, weights %j), and says so',
  async (state, version, weights) => {
    const [scene, execution] = await running(state);
    scene.unschedule('Reconcile');
    await scene.moveAlias(version, weights);
    const { record } = await scene.end(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'LiveAliasMoved' });
    expect(execution.cause).toMatch(/was changed outside this rollout and now says version \d.*; that change stays/);
    expect(record).toMatchObject({ error: 'LiveAliasMoved', liveVersionAfter: version });
    expect(await scene.alias()).toEqual({ version, weights });
    expect(await scene.lock()).toBeUndefined();
    expect(scene.notices(execution.name)).toHaveLength(1);
  },
);

it.each([
  ['ShiftTraffic', 'GetAlias', '3', { 4: 0.1 }, { version: '3', weights: {} }],
  ['ShiftTraffic', 'UpdateAlias', '3', { 4: 0.1 }, { version: '3', weights: {} }],
  ['PromoteGreen', 'GetAlias', '4', {}, { version: '4', weights: {} }],
  ['PromoteGreen', 'UpdateAlias', '4', {}, { version: '4', weights: {} }],
] as const)(
  'does not take for its own what a person writes in %s right before its %s, although it was about to write the same',
  async (state, before, version, weights, left) => {
    const [scene, execution] = await running('VerifyGreen');
    const handler = scene.logicalId(state === 'ShiftTraffic' ? 'shift-traffic' : 'promote-green');
    const release = scene.world.hooks.onBefore(async ({ command, caller }) => {
      if (command !== before || caller.kind !== 'function' || caller.logicalId !== handler) return;
      release();
      const RoutingConfig = { AdditionalVersionWeights: weights };
      const change = { FunctionName: scene.functionName, Name: LIVE_ALIAS, FunctionVersion: version, RoutingConfig };
      await scene.world.services.lambda.call('UpdateAlias', change, { kind: 'user' });
    });
    const { record } = await scene.end(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'LiveAliasMoved' });
    expect(record).toMatchObject({ error: 'LiveAliasMoved', liveVersionAfter: version });
    // A promotion by hand stays; green's weight goes with the rollout, whichever writer set it.
    expect(await scene.alias()).toEqual(left);
    expect(await scene.lock()).toBeUndefined();
  },
);

it.each(['Bake', 'Watch'])(
  'takes what the alias says by then as blue of the next rollout, after a move in %s',
  async (state) => {
    const [scene, execution] = await running(state);
    await scene.moveAlias('2');
    await scene.end(execution);
    await scene.world.runFor(10 * MINUTE);
    const { record } = await scene.rollout({ name: 'v4' }, SHORT);
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(record?.state?.blue.version).toBe('2');
    expect(await scene.atRest()).toBe('v4');
  },
);

/** As a hotswap does: the version alone, so that weights which are there stay. */
const hotswap = (scene: Scene, version: string): Promise<unknown> =>
  scene.world.run(
    scene.world.user.lambda.send(
      new UpdateAliasCommand({ FunctionName: scene.functionName, Name: LIVE_ALIAS, FunctionVersion: version }),
    ),
  );

it('takes its own weight from what a hotswap leaves, and nothing else', async () => {
  const [scene, execution] = await running('Bake');
  await hotswap(scene, '2');
  expect(await scene.alias()).toEqual({ version: '2', weights: { 4: 0.1 } });
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'LiveAliasMoved', liveVersionAfter: '2' });
  expect(await scene.atRest()).toBe('v1');
});

describe.each(['VerifyGreen', 'Bake', 'PromoteGreen', 'Watch'])('an alias that is deleted during %s', (state) => {
  it('ends the rollout by name, frees the endpoint, and is served again after it was made anew', async () => {
    const [scene, execution] = await running(state);
    const { lambda } = scene.world.user;
    const alias = { FunctionName: scene.functionName, Name: LIVE_ALIAS };
    scene.leaveUsers();
    await scene.world.runFor(10_000);
    await scene.world.run(lambda.send(new DeleteAliasCommand(alias)));
    const { record } = await scene.end(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'LiveAliasMoved' });
    expect(execution.cause).toMatch(/does not exist: it, the function, or/);
    expect(record).toMatchObject({ status: 'ended', error: 'LiveAliasMoved' });
    expect(record?.liveVersionAfter).toBeUndefined();
    expect(await scene.lock()).toBeUndefined();
    expect(scene.notices(execution.name)).toHaveLength(1);

    const refused = await scene.rollout({ name: 'v4' }, AT_ONCE);
    expect(refused.record).toMatchObject({ error: 'LiveAliasMoved' });

    await scene.world.run(lambda.send(new CreateAliasCommand({ ...alias, FunctionVersion: '3' })));
    expect((await scene.rollout({ name: 'v5' }, AT_ONCE)).record).toMatchObject({ outcome: 'promoted' });
    expect(await scene.atRest()).toBe('v5');
  });
});

const isWriteOf = (scene: Scene, handler: 'promote-green' | 'safety-net') => (call: Call) =>
  call.command === 'UpdateAlias' &&
  call.input['Name'] === LIVE_ALIAS &&
  call.caller.kind === 'function' &&
  call.caller.logicalId === scene.logicalId(handler);

it('leaves green where a person puts it back while the restore, which had taken it away, is tried again', async () => {
  const [scene, execution] = await running('Watch');
  scene.unschedule('Reconcile');
  // Blue is put back, and then the record cannot be closed.
  let refused = 0;
  scene.world.hooks.onBefore(({ command, caller }) => {
    if (command !== 'TransactWrite' || caller.kind !== 'function' || refused === 2) return;
    if (caller.logicalId !== scene.logicalId('safety-net')) return;
    refused += 1;
    throw Object.assign(new Error('Internal'), { name: 'InternalServerError' });
  });
  await scene.stop(execution);
  await scene.world.runUntil(() => refused === 1);
  expect(await scene.alias()).toEqual({ version: '3', weights: {} });
  await scene.moveAlias('4');
  await scene.world.runFor(5 * MINUTE);
  expect(await scene.alias()).toEqual({ version: '4', weights: {} });
  expect(await scene.record(execution.name)).toMatchObject({ outcome: 'not-restored', liveVersionAfter: '4' });
  expect(scene.notices(execution.name).at(-1)?.subject).toContain('Action needed');
  // A person put it there: it counts as live like any other, and a rollback leads away from it.
  const { record } = await scene.end(await scene.start({ action: 'rollback' }));
  expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
});

it('records that green was live where a person moves the alias right after the promotion', async () => {
  const [scene, execution] = await running('Bake');
  scene.unschedule('Reconcile');
  const isPromotion = isWriteOf(scene, 'promote-green');
  const release = scene.world.hooks.onAfter(async (call) => {
    if (!isPromotion(call)) return;
    release();
    const change = { FunctionName: scene.functionName, Name: LIVE_ALIAS, FunctionVersion: '3', RoutingConfig: {} };
    await scene.world.services.lambda.call('UpdateAlias', change, { kind: 'user' });
    throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
  });
  const { record } = await scene.end(execution);
  expect(execution.error).toBe('LiveAliasMoved');
  expect(record).toMatchObject({ outcome: 'reverted', liveVersionAfter: '3' });
  expect((await scene.livePeriods()).map(({ version }) => version).slice(0, 2)).toEqual(['3', '4']);
});

it('records which version was live at the end, however long Lambda takes to tell of it', async () => {
  const [scene, execution] = await running('VerifyGreen');
  scene.unschedule('Reconcile');
  const release = scene.world.hooks.onBefore(async ({ command, caller }) => {
    if (command !== 'GetFunction' || caller.kind !== 'function') return;
    if (caller.logicalId !== scene.logicalId('safety-net')) return;
    release();
    const change = { FunctionName: scene.functionName, Name: LIVE_ALIAS, FunctionVersion: '2', RoutingConfig: {} };
    await scene.world.services.lambda.call('UpdateAlias', change, { kind: 'user' });
    await scene.world.clock.sleep(50_000);
  });
  await scene.stop(execution);
  await scene.world.runFor(2 * MINUTE);
  expect(await scene.record(execution.name)).toMatchObject({ outcome: 'aborted', liveVersionAfter: '2' });
});

it('leaves green where a person put it before the promotion, also where the restore fails for good', async () => {
  const [scene, execution] = await running('VerifyGreen', AT_ONCE);
  // The alias moves as the promotion is about to write; then no record of its end can be closed for a while.
  const release = scene.world.hooks.onBefore(async (call) => {
    const { command, input, caller } = call;
    const reads = command === 'UpdateAlias' && input['Name'] === LIVE_ALIAS && caller.kind === 'function';
    if (!reads || caller.logicalId !== scene.logicalId('promote-green')) return;
    release();
    await scene.world.services.lambda.call(
      'UpdateAlias',
      { FunctionName: scene.functionName, Name: LIVE_ALIAS, FunctionVersion: '4', RoutingConfig: {} },
      { kind: 'user' },
    );
  });
  const goesOn = scene.world.hooks.onBefore(({ command, caller }) => {
    if (command !== 'TransactWrite' || caller.kind !== 'function') return;
    if (caller.logicalId === scene.logicalId('restore-blue'))
      throw Object.assign(new Error('Internal'), { name: 'InternalServerError' });
  });
  await scene.world.runUntil(() => execution.status !== 'RUNNING', { limitMs: 60 * MINUTE });
  expect(execution).toMatchObject({ error: 'RestoreFailed' });
  goesOn();
  await scene.world.runFor(15 * MINUTE);
  expect(await scene.alias()).toEqual({ version: '4', weights: {} });
  expect(await scene.record(execution.name)).toMatchObject({ liveVersionAfter: '4' });
});
