import type { Execution } from '../../simulator/states/execution';
import { Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

async function canary(): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Bake');
  return [scene, execution];
}

it('leaves the weights that a person writes in the moment of the promotion', async () => {
  const [scene, execution] = await canary();
  const { lambda } = scene.world.services;
  const release = scene.world.hooks.onBefore(async ({ command, caller, input }) => {
    if (command !== 'UpdateAlias' || caller.kind !== 'function' || input['FunctionVersion'] !== '3') return;
    release();
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.2 } };
    const change = { FunctionName: scene.functionName, Name: 'live', FunctionVersion: '3', RoutingConfig };
    await lambda.call('UpdateAlias', change, { kind: 'user' });
  });
  const { record } = await scene.end(execution);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'LiveAliasMoved' });
  expect(record).toMatchObject({ error: 'LiveAliasMoved', liveVersionAfter: '3' });
  expect(await scene.alias()).toEqual({ version: '3', weights: { 2: 0.2 } });
});
