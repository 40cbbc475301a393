import { dynamodbLocks } from '../../lambdas/adapters/dynamodb/locks';
import { dynamodbSettings, dynamodbSettingsStore } from '../../lambdas/adapters/dynamodb/settings';
import { endpointConfigSchema } from '../../lambdas/contract/endpoint-settings';
import { DynamoDbService } from '../../simulator/services/dynamodb-service';
import { testWorld } from '../simulator/services/test-world';
import { contextWith, type Intercept, standIn } from './stand-ins';

const config = (name: string, memoryMB = 1024) =>
  endpointConfigSchema.parse({ settings: { name, memoryMB }, functionName: `${name}-fn`, builtIn: true });

function stored(intercept?: Intercept) {
  const service = new DynamoDbService(testWorld());
  service.createTable('table', { partitionKey: 'pk', sortKey: 'sk' });
  const { client, sent } = standIn(service, intercept);
  const context = contextWith({ dynamodb: client });
  const write = (sk: string, item: object) =>
    service.call('Put', { TableName: 'table', Item: { pk: 'SETTINGS', sk, ...item } }, { kind: 'user' });
  const remove = (sk: string) =>
    service.call('Delete', { TableName: 'table', Key: { pk: 'SETTINGS', sk } }, { kind: 'user' });
  return { context, settings: dynamodbSettings(context), store: dynamodbSettingsStore(context), sent, write, remove };
}

describe('settings', () => {
  test('are read as they were stored, in one item per endpoint', async () => {
    const { settings, store } = stored();
    await store.storeSettings(config('fraud'), []);
    await store.storeSettings(config('digits'), []);
    await store.storeSettings(config('digits', 2048), []);
    expect(await settings.findSettings('digits')).toEqual(config('digits', 2048));
    expect(await settings.listSettings()).toEqual([config('digits', 2048), config('fraud')]);
  });

  test('are not replaced by a request after which another one has stored its own', async () => {
    const { settings, store } = stored();
    expect(await store.readRequests('digits')).toEqual({ requests: [], asRead: undefined });
    expect(await store.storeSettings(config('digits'), ['a'])).toBe(true);
    const { requests, asRead } = await store.readRequests('digits');
    expect(await store.storeSettings(config('digits', 2048), [...requests, 'b'], asRead)).toBe(true);
    expect(await store.storeSettings(config('digits', 512), ['a'])).toBe(false);
    expect(await store.storeSettings(config('digits', 512), [...requests, 'c'], asRead)).toBe(false);
    expect(await settings.findSettings('digits')).toEqual(config('digits', 2048));
    expect(await store.storeSettings(config('digits', 3072), ['a', 'b'], asRead)).toBe(true);
    expect(await store.readRequests('digits')).toMatchObject({ requests: ['a', 'b'] });
  });

  test.each<readonly [unknown, readonly string[]]>([
    ['[ "a" ]', ['a']],
    ...['[]', '', 'x', '{}', '[1]', 7, null, ['a'], { a: 1 }].map((edited) => [edited, []] as const),
  ])('are replaced where a person has made %j of the requests that stored them', async (edited, requests) => {
    const { settings, store, write } = stored();
    await write('digits', { config: '{', requests: edited });
    const before = await store.readRequests('digits');
    expect(before).toEqual({ requests, asRead: edited });
    expect(await store.storeSettings(config('digits'), [...requests, 'b'], before.asRead)).toBe(true);
    expect(await store.storeSettings(config('digits', 512), [...requests, 'c'], before.asRead)).toBe(false);
    expect(await settings.findSettings('digits')).toEqual(config('digits'));
    expect(await store.readRequests('digits')).toMatchObject({ requests: [...requests, 'b'] });
  });

  test('are gone when they were removed, also twice', async () => {
    const { settings, store } = stored();
    await store.storeSettings(config('digits'), []);
    await store.storeSettings(config('fraud'), []);
    expect(await store.removeSettings('digits', ['gone'], '["other"]')).toBe(false);
    for (const asRead of ['[]', undefined]) expect(await store.removeSettings('digits', ['gone'], asRead)).toBe(true);
    expect(await store.readRequests('digits')).toEqual({ requests: ['gone'], asRead: undefined });
    expect(await settings.findSettings('digits')).toBeUndefined();
    expect(await settings.listSettings()).toEqual([config('fraud')]);
  });

  test.each([
    ['deleted', undefined],
    ['overwritten', { config: '{' }],
  ])('that a person has %s are read from their copy, and what cannot be read is told', async (_, item) => {
    const { settings, store, write, remove } = stored();
    for (const memoryMB of [1024, 2048]) await store.storeSettings(config('digits', memoryMB), []);
    await store.storeSettings(config('a'), []);
    await (item ? write('digits', item) : remove('digits'));
    const all = [config('a'), config('digits', 2048)];
    expect(await settings.findSettings('digits')).toEqual(all[1]);
    expect(await settings.listSettings()).toEqual(all);
    expect(await settings.listNames()).toEqual(['a', 'digits']);
    const unreadable = item ? [expect.objectContaining({ name: 'SettingsInvalid' }) as unknown] : [];
    expect(await settings.readableSettings()).toEqual({ configs: all, unreadable });
    expect(await store.removeSettings('digits', ['gone'])).toBe(true);
    expect(await settings.listNames()).toEqual(['a']);
  });

  test('are not replaced in the copy either by a request that came late', async () => {
    const { settings, store, remove } = stored();
    await store.storeSettings(config('digits'), ['a']);
    expect(await store.storeSettings(config('digits', 512), ['b'])).toBe(false);
    expect(await store.removeSettings('digits', ['gone'], '["other"]')).toBe(false);
    await remove('digits');
    expect(await settings.findSettings('digits')).toEqual(config('digits'));
  });

  test('are listed over all pages, with consistent reads', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `m${String(index).padStart(2, '0')}`);
    // The service ends a page at 1 MB, which no test needs to fill.
    const { settings, store, sent } = stored(({ command, input }, nth) => {
      if (command !== 'Query' || input.ExclusiveStartKey !== undefined) return undefined;
      if (JSON.stringify(input.ExpressionAttributeValues).includes('COPY')) return undefined;
      expect(nth).toBe(1);
      return { Items: [{ sk: 'first', config: JSON.stringify(config('first')) }], LastEvaluatedKey: keyBefore('m00') };
    });
    for (const name of names) await store.storeSettings(config(name), []);
    expect((await settings.listSettings()).map((one) => one.settings.name)).toEqual(['first', ...names]);
    await settings.findSettings('m07');
    const reads = sent.filter(({ command }) => command !== 'Put');
    expect(reads.map(({ command, input }) => [command, input.ConsistentRead])).toEqual([
      ['Query', true],
      ['Query', true],
      ['Query', true],
      ['Get', true],
    ]);
  });

  test('are not mistaken for what else the table holds', async () => {
    const { context, settings } = stored();
    const lock = { endpoint: 'digits', owner: 'a', rolloutId: 'r', leaseUntil: '2026-11-23T10:00:00.000Z' };
    await dynamodbLocks(context).acquireLock(lock, '2026-11-23T09:00:00.000Z');
    expect(await settings.listSettings()).toEqual([]);
    expect(await settings.findSettings('digits')).toBeUndefined();
  });

  test('of a name that no endpoint can have are not asked for', async () => {
    const { settings, sent } = stored();
    for (const name of ['', 'a'.repeat(32), 'a'.repeat(3000), 'Digits', '../digits'])
      expect(await settings.findSettings(name)).toBeUndefined();
    expect(sent).toEqual([]);
  });

  test.each([
    ['broken JSON', { config: '{' }],
    ['nothing in them', {}],
    ['a wrong field', { config: '{"settings":{"name":"digits","memoryMB":1},"functionName":"f","builtIn":true}' }],
  ])('with %s are an error that names the endpoint', async (_, item) => {
    const { settings, write } = stored();
    await write('digits', item);
    const expected = { name: 'SettingsInvalid', message: expect.stringContaining('endpoint digits') as unknown };
    await expect(settings.findSettings('digits')).rejects.toMatchObject(expected);
    await expect(settings.listSettings()).rejects.toMatchObject(expected);
  });
});

const keyBefore = (name: string) => ({ pk: 'SETTINGS', sk: name.slice(0, -1) });
