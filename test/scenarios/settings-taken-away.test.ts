import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { settingsKey } from '../../lambdas/adapters/dynamodb/settings';
import { ENDPOINT, MINUTE, Scene } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };

async function spoil(scene: Scene, odd: object | undefined): Promise<void> {
  const { GREENLIGHT_TABLE: TableName } = scene.environment;
  const Key = settingsKey(ENDPOINT);
  const { dynamodb } = scene.world.user;
  if (odd === undefined) await scene.world.run(dynamodb.send(new DeleteCommand({ TableName, Key })));
  else await scene.world.run(dynamodb.send(new PutCommand({ TableName, Item: { ...Key, ...odd } })));
}

async function spoiled(odd: object | undefined): Promise<Scene> {
  const scene = await Scene.open();
  await scene.serve();
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  await spoil(scene, odd);
  return scene;
}

describe.each([
  ['deleted', undefined],
  ['overwritten', { note: 'put by hand' }],
  ['no JSON any more', { config: '{' }],
] as const)("an endpoint's settings that are %s", (_, odd) => {
  it.each([{ endpoint: ENDPOINT }, {}])('leave a rollback of %j', async (named) => {
    const scene = await spoiled(odd);
    const { record } = await scene.end(await scene.start({ ...named, action: 'rollback', reason: 'complaints' }));
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('leave an upload that puts things right, as careful as the endpoint is', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.change({ watchMinutes: 7 });
    await spoil(scene, odd);
    const { record } = await scene.rollout({ name: 'v3' }, AT_ONCE);
    expect(record).toMatchObject({ outcome: 'promoted', state: { config: { settings: { watchMinutes: 7 } } } });
    expect(await scene.atRest()).toBe('v3');
  });

  it('leave it to the reconciler', async () => {
    const scene = await spoiled(odd);
    await scene.moveAlias('3', { '2': 0.1 });
    await scene.world.runFor(6 * MINUTE);
    expect(await scene.alias()).toEqual({ version: '3', weights: {} });
    expect(scene.world.invocations.deadLetters).toEqual([]);
  });

  it('make no endpoint of another name', async () => {
    const scene = await spoiled(odd);
    const { execution } = await scene.end(await scene.start({ endpoint: 'faces', action: 'rollback' }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'UnknownEndpoint' });
    expect(execution.cause).toContain('there is none called "faces"; there are digits');
  });
});
