import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { Scene, templateOf } from './harness';

/** The key of request ids in the environment of a version. */
async function keyOf(scene: Scene, version: string): Promise<string | undefined> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: scene.functionName, Qualifier: version });
  const { Environment } = await scene.world.run(scene.world.user.lambda.send(command));
  return Environment?.Variables?.['GREENLIGHT_REQUEST_KEY'];
}

it('gives every version the same secret key, also after a deploy that put the environment back', async () => {
  const scene = await Scene.open();
  await scene.rollout({ name: 'v1' });
  await scene.change({ strategy: 'AllAtOnce' });
  const first = await keyOf(scene, (await scene.alias()).version);
  expect(first).toMatch(/^1\.[A-Za-z0-9_-]{43}$/);
  await scene.rollout({ name: 'v2' });
  await scene.world.deploy(templateOf({ name: 'digits', memoryMB: 2048 }));
  await scene.end(await scene.started(({ name }) => name.includes('deploy')));
  const versions = (await scene.versions()).slice(-3);
  expect(versions).toHaveLength(3);
  for (const version of versions) expect(await keyOf(scene, version)).toBe(first);

  const other = await Scene.open();
  await other.rollout({ name: 'v1' });
  expect(await keyOf(other, (await other.alias()).version)).not.toBe(first);
});

it('shows the key in no state, record, report, notice or item of the table', async () => {
  const scene = await Scene.open();
  await scene.rollout({ name: 'v1' });
  const { execution, record } = await scene.rollout({ name: 'v2' });
  const key = (await keyOf(scene, (await scene.alias()).version))?.slice(2) ?? 'none';
  expect(key).toHaveLength(43);
  const { s3, sns, dynamodb } = scene.world.services;
  const ref = (type: string) => scene.world.stack.ref(scene.world.stack.idsOf(type)[0] ?? '');
  const Bucket = ref('AWS::S3::Bucket');
  const { Contents = [] } = await scene.world.run(scene.world.user.s3.send(new ListObjectsV2Command({ Bucket })));
  const objects = Contents.map(({ Key = '' }) => s3.readBytes(Bucket, Key).toString('latin1'));
  expect(objects.length).toBeGreaterThan(3);
  const items = dynamodb.items(ref('AWS::DynamoDB::Table'));
  const shown = JSON.stringify([execution.history, record, sns.messages, objects, items]);
  expect(shown.length).toBeGreaterThan(10_000);
  expect(shown).not.toContain(key);
});

it('makes another key where the settings name another edition, and none where no labels are taken', async () => {
  const scene = await Scene.open();
  await scene.rollout({ name: 'v1' });
  const first = await keyOf(scene, (await scene.alias()).version);
  await scene.change({ feedback: { keyEdition: 2, keepDays: 30 }, strategy: 'AllAtOnce' });
  const { record } = await scene.rollout({ name: 'v1' });
  expect(record?.outcome).toBe('promoted');
  const second = await keyOf(scene, (await scene.alias()).version);
  expect(second).toMatch(/^2\./);
  expect(second?.slice(2)).not.toBe(first?.slice(2));
  expect((await scene.rollout({ name: 'v1' })).record?.outcome).toBe('already-live');

  await scene.change({ feedback: false });
  await scene.rollout({ name: 'v2' });
  expect(await keyOf(scene, (await scene.alias()).version)).toBeUndefined();
});
