import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { MINUTE, Scene, templateOf } from './harness';

/** Digits serves; what is stored as the settings of letters is no JSON any more, nor is its copy. */
async function spoiled(): Promise<Scene> {
  const scene = await Scene.open({ template: templateOf({ name: 'digits' }, { name: 'letters' }) });
  await scene.serve({ name: 'v1' }, 10);
  const [table = ''] = scene.world.stack.idsOf('AWS::DynamoDB::Table');
  for (const pk of ['SETTINGS', 'SETTINGS_COPY']) {
    const command = new UpdateCommand({
      TableName: scene.world.stack.ref(table),
      Key: { pk, sk: 'letters' },
      UpdateExpression: 'SET #config = :config',
      ConditionExpression: 'attribute_exists(#config)',
      ExpressionAttributeNames: { '#config': 'config' },
      ExpressionAttributeValues: { ':config': '{' },
    });
    await scene.world.run(scene.world.user.dynamodb.send(command));
  }
  return scene;
}

it.each([
  ['the safety net', false],
  ['the reconciler', true],
])('%s serves the other endpoints although the settings of one cannot be read', async (_, lost) => {
  const scene = await spoiled();
  const v2 = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent15Minutes' });
  const execution = await scene.started(({ input }) => input.includes(v2));
  await scene.reaches(execution, 'Bake');
  if (lost) scene.lose('aws.states');
  await scene.stop(execution);
  await scene.world.runFor(lost ? 6 * MINUTE : MINUTE);
  expect(await scene.atRest()).toBe('v1');
  expect(await scene.record(execution.name)).toMatchObject({ outcome: 'aborted' });
  // An alarm rings all the same: what the reconciler was to do of that endpoint is a dead letter.
  await scene.world.runFor(15 * MINUTE);
  expect(new Set(scene.world.invocations.deadLetters.map(({ event }) => event))).toEqual(
    new Set(['{"endpoint":"letters"}']),
  );
});
