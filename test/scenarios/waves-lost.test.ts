import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { endpointKey } from '../../lambdas/adapters/dynamodb/table';
import { dynamodbWaves } from '../../lambdas/adapters/dynamodb/waves';
import { NO_ENDPOINT } from '../../lambdas/contract/names';
import { MINUTE, type Scene } from './harness';
import { NAMES, begun, endpointOf, ofDeploys, served, stopped, stops, templateWith, turn } from './waves-scene';

/** The item that says how far a deploy has come is deleted, or the table was restored to before it was written. */
async function lose(scene: Scene): Promise<void> {
  const { world } = scene;
  const [wave] = await world.run(dynamodbWaves(scene.context).listWaves());
  const TableName = world.stack.ref(world.stack.idsOf('AWS::DynamoDB::Table')[0]!);
  const Key = endpointKey(NO_ENDPOINT, `WAVE#${wave!.code}`);
  await world.run(world.user.dynamodb.send(new DeleteCommand({ TableName, Key })));
}

describe('where it is lost how far a deploy has come', () => {
  it('its code is not proven: it begins with its first wave again, and is stopped again', async () => {
    const scene = await served([1, 3]);
    const { bad } = await stopped(scene, templateWith('second', [1, 3]));
    for (const name of NAMES) turn(scene, name, 'ModelUnloadable');
    await lose(scene);
    await scene.world.runFor(60 * MINUTE);
    expect(begun(scene)).toHaveLength(2);
    expect(new Set([...begun(scene), bad])).toHaveProperty('size', 2);
    expect(stops(scene)).toHaveLength(2);
  });

  it('while it goes out, one more begins beside those that run, and it comes everywhere', async () => {
    const scene = await served([1, 3]);
    await scene.world.deploy(templateWith('second', [1, 3]));
    const [first] = ofDeploys(scene);
    await scene.reaches(first!, 'Watch');
    await lose(scene);
    await scene.world.runFor(6 * MINUTE);
    expect(begun(scene)).toHaveLength(2);
    await scene.world.runFor(90 * MINUTE);
    expect([...begun(scene)].sort()).toEqual([...NAMES].sort());
    expect(ofDeploys(scene).map(({ status }) => status)).toEqual(NAMES.map(() => 'SUCCEEDED'));
    expect(ofDeploys(scene).map(endpointOf)[0]).toBe(endpointOf(first!));
  });
});
