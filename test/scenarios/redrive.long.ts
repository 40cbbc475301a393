import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import type { Execution } from '../../simulator/states/execution';
import { Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

async function stoppedIn(state: string): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  scene.world.setCallTime(20);
  await scene.reaches(execution, state);
  await scene.stop(execution, 'the wrong model');
  await scene.world.runFor(30_000);
  return [scene, execution];
}
async function redrive(scene: Scene, execution: Execution): Promise<void> {
  await scene.world.run(scene.world.user.sfn.send(new RedriveExecutionCommand({ executionArn: execution.arn })));
}

describe.each(['ValidateModel', 'DeployGreen', 'VerifyGreen', 'ShiftTraffic', 'PromoteGreen', 'Watch'])(
  'a redrive of an execution that was stopped in %s',
  (state) => {
    it('ends as stale beside a rollout that runs by then, and touches nothing of it', async () => {
      const [scene, execution] = await stoppedIn(state);
      const v3 = await scene.upload({ name: 'v3' }, SHORT);
      const next = await scene.started(({ input }) => input.includes(v3));
      await scene.reaches(next, 'Bake');
      const before = await scene.alias();
      const record = await scene.record(execution.name);
      await redrive(scene, execution);
      await scene.end(execution);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'RolloutStale' });
      expect(await scene.alias()).toEqual(before);
      expect((await scene.lock())?.owner).toBe(next.arn);
      expect(await scene.record(execution.name)).toEqual(record);
      expect((await scene.end(next)).record).toMatchObject({ outcome: 'promoted' });
      expect(await scene.atRest()).toBe('v3');
    });

    it('ends as stale after a rollback has stopped it', async () => {
      const scene = await Scene.open();
      await scene.serve({ name: 'v1' }, 10);
      const versionId = await scene.upload({ name: 'v2' }, SHORT);
      const execution = await scene.started(({ input }) => input.includes(versionId));
      await scene.reaches(execution, state);
      await scene.end(await scene.start({ action: 'rollback', to: '2' }));
      expect(execution).toMatchObject({ status: 'ABORTED', error: 'StoppedByRollback' });
      await redrive(scene, execution);
      await scene.end(execution);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'RolloutStale' });
      expect(await scene.atRest()).toBe('v1');
    });
  },
);
