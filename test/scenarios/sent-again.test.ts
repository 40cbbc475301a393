import { AwsError } from '../../simulator/service';
import { Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

it.each(['shift-traffic', 'promote-green'] as const)(
  'takes its own write for its own when the answer to %s got lost and the SDK sent it again',
  async (handler) => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1' }, 10);
    let resent = 0;
    scene.world.hooks.onAfter(({ command, caller }) => {
      const ours = caller.kind === 'function' && caller.logicalId === scene.logicalId(handler);
      if (command !== 'UpdateAlias' || !ours) return;
      resent += 1;
      throw new AwsError('PreconditionFailedException', 'The Revision Id provided does not match', 412);
    });
    const { execution, record } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(resent).toBe(1);
    expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
    expect(await scene.atRest()).toBe('v2');
  },
);
