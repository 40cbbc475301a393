import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { AwsError } from '../../../simulator/service';
import { deployed } from './small-world';

const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' }];
const tableWorld = () =>
  deployed({ Table: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema, TableName: 'table' } } });
const put = (value: string) => new PutCommand({ TableName: 'table', Item: { pk: 'a', value } });
const get = () => new GetCommand({ TableName: 'table', Key: { pk: 'a' } });

describe('a call through a client', () => {
  it('fails before its effect when a hook before it throws', async () => {
    const world = await tableWorld();
    await world.user.dynamodb.send(put('old'));
    const undo = world.hooks.onBefore(({ command }) => {
      if (command === 'Put') throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
    });
    await expect(world.user.dynamodb.send(put('new'))).rejects.toMatchObject({ name: 'ThrottlingException' });
    undo();
    expect((await world.user.dynamodb.send(get())).Item?.value).toBe('old');
  });

  it('loses only its answer when a hook after it throws', async () => {
    const world = await tableWorld();
    const undo = world.hooks.onAfter(() => {
      throw new AwsError('TimeoutError', 'socket hang up', 500);
    });
    await expect(world.user.dynamodb.send(put('new'))).rejects.toMatchObject({
      name: 'TimeoutError',
      $fault: 'server',
    });
    undo();
    expect((await world.user.dynamodb.send(get())).Item?.value).toBe('new');
  });

  it('takes as much of the world time as it is told to', async () => {
    const world = await tableWorld();
    world.setCallTime(40);
    const begin = world.clock.now();
    await world.run(world.user.dynamodb.send(put('x')));
    expect(world.clock.now() - begin).toBe(40);
  });

  it('hands copies in and out', async () => {
    const world = await tableWorld();
    const Item = { pk: 'a', list: [1] };
    await world.user.dynamodb.send(new PutCommand({ TableName: 'table', Item }));
    Item.list.push(2);
    expect(world.services.dynamodb.items('table')).toEqual([{ pk: 'a', list: [1] }]);
    expect(world.hooks.calls[0]!.input).toMatchObject({ Item: { list: [1] } });
  });

  it('is counted', async () => {
    const world = await tableWorld();
    await world.user.dynamodb.send(put('x'));
    await world.user.dynamodb.send(get());
    expect(world.hooks.count('dynamodb', 'Put')).toBe(1);
    expect(world.hooks.calls.map(({ number }) => number)).toEqual([1, 2]);
  });
});
