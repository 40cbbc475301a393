import type { HandlerName } from '../../lib/handlers';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

/**
 * A rollout of v2 whose next call of that kind by a handler takes half a minute, which its execution does not survive.
 */
async function stuck(
  handler: HandlerName,
  state: string,
  slow: string,
  strategy: string,
): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  // The reconciler would hide what got through.
  scene.unschedule('Reconcile', 'TeardownIdle');
  await scene.serve({ name: 'v1' }, 10);
  const versionId = await scene.upload({ name: 'v2' }, { strategy });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  const met = { now: false };
  const logicalId = scene.logicalId(handler);
  scene.world.hooks.onBefore(async ({ command, caller }) => {
    if (command !== slow || caller.kind !== 'function' || caller.logicalId !== logicalId || met.now) return;
    met.now = true;
    await scene.world.clock.sleep(30_000);
  });
  await scene.reaches(execution, state);
  await scene.world.runUntil(() => met.now);
  await scene.world.runFor(1_000);
  return [scene, execution];
}

const SLOW = ['Update', 'Put', 'GetAlias', 'UpdateAlias'];
const STUCK: readonly (readonly [HandlerName, string, string, string])[] = SLOW.flatMap((slow) => [
  ['shift-traffic', 'ShiftTraffic', slow, 'Canary10Percent5Minutes'] as const,
  ['promote-green', 'PromoteGreen', slow, 'Canary10Percent5Minutes'] as const,
  ['promote-green', 'PromoteGreen', slow, 'AllAtOnce'] as const,
]);

describe.each(STUCK)('%s that still runs after its execution was stopped in %s, slow at %s, with %s', (...where) => {
  it('writes no alias any more, and no live model', async () => {
    const [scene, execution] = await stuck(...where);
    await scene.stop(execution, 'the wrong model');
    await scene.world.runFor(15_000);
    expect(await scene.atRest()).toBe('v1');
    const periods = await scene.livePeriods();
    const record = await scene.record(execution.name);
    expect(record).toMatchObject({ status: 'ended', outcome: 'aborted', liveVersionAfter: '2' });
    await scene.world.runFor(2 * MINUTE);
    expect(await scene.atRest()).toBe('v1');
    expect(await scene.livePeriods()).toEqual(periods);
    expect(await scene.record(execution.name)).toEqual(record);
  });

  it('writes none for a rollback that stopped it', async () => {
    const [scene, execution] = await stuck(...where);
    const { record } = await scene.end(await scene.start({ action: 'rollback', to: '2' }));
    expect(execution).toMatchObject({ status: 'ABORTED', error: 'StoppedByRollback' });
    expect(record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '2' });
    await scene.world.runFor(2 * MINUTE);
    expect(await scene.atRest()).toBe('v1');
  });

  it('writes none over what the next rollout has done', async () => {
    const [scene, execution] = await stuck(...where);
    await scene.stop(execution, 'the wrong model');
    await scene.world.runFor(10_000);
    const next = await scene.rollout({ name: 'v3' }, { strategy: 'AllAtOnce' });
    expect([next.execution.status, next.execution.cause]).toEqual(['SUCCEEDED', undefined]);
    await scene.world.runFor(2 * MINUTE);
    expect(await scene.atRest()).toBe('v3');
  });
});
