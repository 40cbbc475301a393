import { approve } from '../../lambdas/operations/answer';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { Execution } from '../../simulator/states/execution';
import { Scene } from './harness';

/** A rollout that waits for a person's answer: its canary has passed, or before any user has met green. */
export async function asking(
  mode: 'before-promote' | 'before-traffic' = 'before-promote',
): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve();
  await scene.change({ approval: { mode, timeoutMinutes: 60 } });
  const versionId = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(1_000);
  return [scene, execution];
}

/** Ada's yes to what is asked. */
export const yes = (scene: Scene) =>
  scene.world.run(
    approve(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), undefined, {
      by: 'Ada',
      reason: 'looks right',
    }),
  );
