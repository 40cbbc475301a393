import type { HandlerName } from '../../lib/handlers';
import type { Execution } from '../../simulator/states/execution';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { Scene, templateOf } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const larger = () => templateOf({ name: 'digits', memoryMB: 2048 });

async function memoryOf(scene: Scene, version: string): Promise<number | undefined> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: scene.functionName, Qualifier: version });
  return (await scene.world.run(scene.world.user.lambda.send(command))).MemorySize;
}
async function upload(scene: Scene): Promise<Execution> {
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  return scene.started(({ input }) => input.includes(versionId));
}
/** The rollout of the deploy runs after the other one, and brings what that left live onto the new code. */
async function expectNewCodeToFollow(scene: Scene, live: string): Promise<void> {
  const { execution, record } = await scene.end(await scene.started(({ name }) => name.includes('deploy')));
  expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
  expect(record).toMatchObject({ outcome: 'promoted', startedBy: 'deploy' });
  expect(await memoryOf(scene, record!.liveVersionAfter!)).toBe(2048);
  expect(await scene.atRest()).toBe(live);
}

it.each(['VerifyGreen', 'ShiftTraffic', 'Bake', 'JudgeCanary', 'Watch'])(
  'judges and promotes the version that it published when new code comes during %s; the new code follows',
  async (state) => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1' }, 10);
    const before = await memoryOf(scene, '2');
    const rollout = await upload(scene);
    await scene.reaches(rollout, state);
    await scene.world.deploy(larger());
    const { record } = await scene.end(rollout);
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
    expect(await memoryOf(scene, '3')).toBe(before);
    await expectNewCodeToFollow(scene, 'v2');
  },
);

const DURING: readonly (readonly [string, HandlerName])[] = [
  ['UpdateFunctionConfiguration', 'deploy-green'],
  ['PublishVersion', 'deploy-green'],
];
describe.each(DURING)('new code that comes right before a %s of the rollout', (command, handler) => {
  it('is published with the model or after it, and never half', async () => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1' }, 10);
    const logicalId = scene.logicalId(handler);
    let deployed: Promise<unknown> | undefined;
    scene.world.hooks.onBefore(async (call) => {
      if (
        deployed ||
        call.command !== command ||
        call.caller.kind !== 'function' ||
        call.caller.logicalId !== logicalId
      )
        return;
      // CloudFormation changes the function now, and the call meets an update that is under way.
      const change = { FunctionName: scene.functionName, MemorySize: 2048 };
      deployed = scene.world.services.lambda.call('UpdateFunctionConfiguration', change, { kind: 'user' });
      await deployed;
    });
    const { execution, record } = await scene.end(await upload(scene));
    expect(deployed).toBeDefined();
    expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(await memoryOf(scene, record!.liveVersionAfter!)).toBe(2048);
    expect(await scene.atRest()).toBe('v2');
  });
});

it('brings what a rollback left live onto code that came during the canary which it stopped', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const rollout = await upload(scene);
  await scene.reaches(rollout, 'Bake');
  await scene.world.deploy(larger());
  await scene.start({ action: 'rollback' });
  await scene.end(rollout);
  expect(await scene.record(rollout.name)).toMatchObject({ outcome: 'aborted', error: 'StoppedByRollback' });
  await expectNewCodeToFollow(scene, 'v1');
});
