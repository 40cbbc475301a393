import type { HandlerName } from '../../lib/handlers';
import { MINUTE, Scene } from './harness';

const RESTORING = ['restore-blue', 'safety-net', 'reconcile'] as const satisfies readonly HandlerName[];

/** The roles of these handlers lose the right to write the alias, until the answer is called. */
function forbid(scene: Scene, handlers: readonly HandlerName[]): () => void {
  const ids = handlers.map((handler) => scene.logicalId(handler));
  return scene.world.hooks.onBefore(({ command, caller }) => {
    if (command === 'UpdateAlias' && caller.kind === 'function' && ids.includes(caller.logicalId))
      throw Object.assign(new Error('User is not authorized to perform lambda:UpdateAlias'), {
        name: 'AccessDeniedException',
      });
  });
}

describe.each([
  ['a canary', { strategy: 'Canary10Percent5Minutes' }, 'Bake', 'aborted'],
  ['a watch', { strategy: 'AllAtOnce' }, 'Watch', 'reverted'],
] as const)('when blue may not be put back after %s', (_, metadata, state, outcome) => {
  it.each([20, 45, 90])('for %i minutes, it is within a period of the reconciler after that', async (minutes) => {
    const scene = await Scene.open();
    scene.requestsPerMinute = 600;
    await scene.serve();
    const versionId = await scene.upload({ name: 'v2' }, metadata);
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, state);
    scene.turn('v2', { errorRate: 0.6 });
    const repair = forbid(scene, RESTORING);
    const entered = () => scene.world.timeline(execution.arn).some((entry) => /Abort|Revert/.test(entry.state));
    await scene.world.runUntil(entered, { limitMs: 60 * MINUTE });
    await scene.world.runFor(minutes * MINUTE);
    const { version, weights } = await scene.alias();
    expect(version === '3' || weights['3'] !== undefined).toBe(true);
    repair();
    await scene.world.runFor(5 * MINUTE + 5_000);
    expect(await scene.record(execution.name)).toMatchObject({ status: 'ended', outcome });
    expect(await scene.atRest()).toBe('v1');
  });
});

it('puts blue back at once when only one of the three may not', async () => {
  const scene = await Scene.open();
  scene.requestsPerMinute = 600;
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' }, { strategy: 'AllAtOnce' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Watch');
  scene.turn('v2', { errorRate: 0.6 });
  forbid(scene, ['restore-blue']);
  const { record } = await scene.end(execution);
  expect(execution.error).toBe('RestoreFailed');
  await scene.world.runFor(MINUTE);
  expect(record).toMatchObject({ outcome: 'reverted' });
  expect(await scene.atRest()).toBe('v1');
});
