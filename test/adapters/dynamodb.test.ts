import { dynamodbLiveModels } from '../../lambdas/adapters/dynamodb-live-models';
import { dynamodbLocks } from '../../lambdas/adapters/dynamodb-locks';
import { dynamodbRecords } from '../../lambdas/adapters/dynamodb-records';
import { dynamodbUploads } from '../../lambdas/adapters/dynamodb-uploads';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { DynamoDbService } from '../../simulator/services/dynamodb-service';
import { testWorld } from '../engine/services/test-world';
import { awsError, contextWith, type Intercept, standIn } from './stand-ins';

const time = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 9, minute)).toISOString();

function table(intercept?: Intercept) {
  const service = new DynamoDbService(testWorld());
  service.createTable('table', { partitionKey: 'pk', sortKey: 'sk' });
  const { client, sent } = standIn(service, intercept);
  const put = (sk: string, item: object) =>
    service.call('Put', { TableName: 'table', Item: { pk: 'ENDPOINT#digits', sk, ...item } }, { kind: 'user' });
  return { context: contextWith({ dynamodb: client }), items: () => service.items('table'), sent, put };
}

describe('locks', () => {
  const lock = (owner: string, leaseUntil = time(10)) => ({
    endpoint: 'digits',
    owner,
    rolloutId: 'r-' + owner,
    leaseUntil,
  });

  test('are one per endpoint: the first has it, the second learns whose it is', async () => {
    const locks = dynamodbLocks(table().context);
    expect(await locks.acquire(lock('a'), time(0))).toBe('acquired');
    expect(await locks.acquire(lock('b'), time(1))).toEqual(lock('a'));
    expect(await locks.acquire({ ...lock('b'), endpoint: 'other' }, time(1))).toBe('acquired');
    expect(await locks.read('digits')).toEqual(lock('a'));
    expect(await locks.read('nobody')).toBeUndefined();
  });

  test('are renewed by acquiring again, and taken over after the lease alone', async () => {
    const locks = dynamodbLocks(table().context);
    await locks.acquire(lock('a', time(10)), time(0));
    expect(await locks.acquire(lock('a', time(20)), time(5))).toBe('acquired');
    expect(await locks.acquire(lock('b', time(30)), time(20))).toEqual(lock('a', time(20)));
    expect(await locks.acquire(lock('b', time(30)), time(21))).toBe('acquired');
  });

  test('are renewed and released by their owner alone', async () => {
    const locks = dynamodbLocks(table().context);
    expect(await locks.renew('digits', 'a', time(9))).toBe(false);
    await locks.acquire(lock('a'), time(0));
    expect(await locks.renew('digits', 'b', time(40))).toBe(false);
    expect(await locks.release('digits', 'b')).toBe(false);
    expect(await locks.renew('digits', 'a', time(40))).toBe(true);
    expect(await locks.read('digits')).toEqual(lock('a', time(40)));
    expect(await locks.release('digits', 'a')).toBe(true);
    expect(await locks.release('digits', 'a')).toBe(false);
    expect(await locks.read('digits')).toBeUndefined();
  });

  test('are tried once more when the other is gone by the time one looks', async () => {
    const world = table(({ command }, nth) => {
      if (command === 'Put' && nth === 1) throw awsError('ConditionalCheckFailedException');
      return undefined;
    });
    expect(await dynamodbLocks(world.context).acquire(lock('a'), time(0))).toBe('acquired');
  });

  const next = { owner: 'c', rolloutId: 'rollout-c', leaseUntil: time(50) };

  test('go to whoever is next in line when they are released, and to nobody else', async () => {
    const locks = dynamodbLocks(table().context);
    await locks.acquire(lock('a'), time(0));
    expect(await locks.queue(lock('a'), next)).toBe(true);
    expect(await locks.acquire(lock('a', time(30)), time(1))).toBe('acquired');
    expect(await locks.acquire(lock('b'), time(2))).toEqual({ ...lock('a', time(30)), next });
    expect(await locks.release('digits', 'a')).toBe(true);
    const theirs = { endpoint: 'digits', ...next, action: 'rollback', after: lock('a').rolloutId };
    expect(await locks.read('digits')).toEqual(theirs);
    expect(await locks.acquire(lock('b'), time(3))).toEqual(theirs);
    expect(await locks.acquire(lock('c', time(60)), time(4))).toBe('acquired');
    expect(await locks.read('digits')).toEqual({ ...theirs, leaseUntil: time(60) });
    expect(await locks.release('digits', 'c')).toBe(true);
    expect(await locks.read('digits')).toBeUndefined();
  });

  test('have no line when they changed since they were read', async () => {
    const locks = dynamodbLocks(table().context);
    await locks.acquire(lock('a', time(10)), time(0));
    await locks.renew('digits', 'a', time(20));
    expect(await locks.queue(lock('a', time(10)), next)).toBe(false);
    expect(await locks.queue(lock('a', time(20)), next)).toBe(true);
    expect(await locks.queue(lock('a', time(20)), { ...next, owner: 'd' })).toBe(false);
    expect((await locks.read('digits'))?.next).toEqual(next);
  });

  test('let whoever is next leave the line', async () => {
    const locks = dynamodbLocks(table().context);
    await locks.acquire(lock('a'), time(0));
    await locks.queue(lock('a'), next);
    expect(await locks.release('digits', 'c')).toBe(false);
    expect(await locks.read('digits')).toEqual(lock('a'));
  });

  test('are never taken on when the item is broken: the error names it', async () => {
    const world = table();
    await world.put('LOCK', { owner: 'a', leaseUntil: 'zzz' });
    await expect(dynamodbLocks(world.context).acquire(lock('b'), time(0))).rejects.toMatchObject({
      name: 'StoredItemInvalid',
      message: expect.stringMatching(/Item LOCK of endpoint digits .*rolloutId/) as unknown,
    });
  });

  test('are read consistently', async () => {
    const { context, sent } = table();
    await dynamodbLocks(context).read('digits');
    expect(sent[0]?.input).toMatchObject({ ConsistentRead: true });
  });
});

describe('live models', () => {
  const model = { bucket: 'b', key: 'k', versionId: 'v', sha256: 'a'.repeat(64) };

  test('end one period where the next begins, newest first', async () => {
    const live = dynamodbLiveModels(table().context);
    expect(await live.read('digits')).toEqual([]);
    await live.begin('digits', { version: '1', since: time(0) });
    await live.begin('digits', { version: '2', model, since: time(5) });
    await live.begin('digits', { version: '2', model, since: time(6) });
    expect(await live.read('digits')).toEqual([
      { version: '2', model, since: time(5) },
      { version: '1', since: time(0), until: time(5) },
    ]);
  });

  test('keep every version that a setting may keep: the last 100 and the live one', async () => {
    const live = dynamodbLiveModels(table().context);
    for (let day = 1; day <= 150; day += 1)
      await live.begin('digits', { version: `${day}`, model, since: time(day * 24 * 60) });
    const periods = await live.read('digits');
    expect(periods.at(0)?.version).toBe('150');
    expect(periods.at(-1)?.version).toBe('50');
    expect(periods.every((period) => period.model !== undefined)).toBe(true);
  });

  test('lose no period when two begin at once', async () => {
    const live = dynamodbLiveModels(table().context);
    await Promise.all(['1', '2', '3'].map((version) => live.begin('digits', { version, since: time(0) })));
    expect((await live.read('digits')).map(({ version }) => version).sort()).toEqual(['1', '2', '3']);
  });

  test('give up by name after five changes in between', async () => {
    const world = table(({ command }) => {
      if (command === 'Put') throw awsError('ConditionalCheckFailedException');
      return undefined;
    });
    const begun = dynamodbLiveModels(world.context).begin('digits', { version: '1', since: time(0) });
    await expect(begun).rejects.toMatchObject({ name: 'StoredItemContended' });
    expect(world.sent.filter(({ command }) => command === 'Put')).toHaveLength(5);
  });
});

describe('uploads', () => {
  const upload = (name: string, uploadedAt: string) => ({
    endpoint: 'digits',
    bucket: 'b',
    key: `models/digits/${name}.onnx`,
    versionId: name,
    uploadedAt,
    executionName: `digits-${name}`,
    input: '{}',
  });

  test('are answered once anything was answered', async () => {
    const uploads = dynamodbUploads(table().context);
    expect(await uploads.isAnswered('digits', 'digits-a')).toBe(false);
    await uploads.answer('digits', 'digits-a', 'started', time(0));
    expect(await uploads.isAnswered('digits', 'digits-a')).toBe(true);
    expect(await uploads.isAnswered('digits', 'digits-b')).toBe(false);
  });

  test('wait one at a time: the newer stays, whichever comes first', async () => {
    const uploads = dynamodbUploads(table().context);
    const [old, middle, young] = [upload('a', time(1)), upload('b', time(2)), upload('c', time(3))];
    expect(await uploads.wait(middle)).toEqual({ waits: true, superseded: [] });
    expect(await uploads.wait(middle)).toEqual({ waits: true, superseded: [] });
    expect(await uploads.wait(old)).toEqual({ waits: false, superseded: [old] });
    expect(await uploads.wait(young)).toEqual({ waits: true, superseded: [middle] });
    expect(await uploads.waiting('digits')).toEqual({ ...young, displaced: [middle] });
    const youngest = upload('d', time(4));
    for (let times = 0; times < 2; times += 1)
      expect(await uploads.wait(youngest)).toEqual({ waits: true, superseded: [middle, young] });
  });

  test('stop waiting only while they are the one that waits', async () => {
    const uploads = dynamodbUploads(table().context);
    const [old, young] = [upload('a', time(1)), upload('b', time(1))];
    await uploads.wait(old);
    expect(await uploads.wait(young)).toEqual({ waits: true, superseded: [old] });
    expect(await uploads.stopWaiting(old)).toBe(false);
    expect(await uploads.stopWaiting(young)).toBe(true);
    expect(await uploads.waiting('digits')).toBeUndefined();
  });

  test('leave the newest waiting when many come at once', async () => {
    const uploads = dynamodbUploads(table().context);
    const all = [3, 1, 4].map((minute) => upload(`u${minute}`, time(minute)));
    const answers = await Promise.all(all.map((one) => uploads.wait(one)));
    expect(await uploads.waiting('digits')).toMatchObject(all[2]!);
    expect(new Set(answers.flatMap(({ superseded }) => superseded)).size).toBe(2);
  });
});

describe('records', () => {
  const record = (id: string, changes: Partial<RolloutRecord> = {}): RolloutRecord => ({
    id,
    endpoint: 'digits',
    status: 'running',
    startedAt: time(0),
    startedBy: 'person',
    reason: '',
    ...changes,
  });
  const ended = (id: string, changes: Partial<RolloutRecord> = {}) =>
    record(id, { status: 'ended', endedAt: time(9), outcome: 'promoted', ...changes });

  test('are overwritten while they run, and stay as they ended', async () => {
    const records = dynamodbRecords(table().context);
    expect(await records.save(record('r1'))).toBe(true);
    expect(await records.save(record('r1', { reason: 'later' }))).toBe(true);
    expect(await records.close(ended('r1'), [])).toBe(true);
    expect(await records.close(ended('r1', { outcome: 'aborted' }), [])).toBe(false);
    expect(await records.save(record('r1'))).toBe(false);
    expect(await records.read('digits', 'r1')).toEqual(ended('r1'));
    expect(await records.read('digits', 'r2')).toBeUndefined();
  });

  test('are closed by us when the answer to our own first attempt got lost', async () => {
    const world = table(({ command, input }) => {
      const item = input['Item'] as { status?: string } | undefined;
      if (command !== 'Put' || item?.status !== 'ended') return undefined;
      return world.put('RECORD#r1', item).then(() => {
        throw awsError('ConditionalCheckFailedException');
      });
    });
    expect(await dynamodbRecords(world.context).close(ended('r1'), [])).toBe(true);
  });

  test('are listed newest first, each once, however their ids sort', async () => {
    const records = dynamodbRecords(table().context);
    await records.save(record('z', { startedAt: time(1) }));
    await records.save(record('a', { startedAt: time(3) }));
    await records.save(record('m', { startedAt: time(2) }));
    await records.close(ended('m', { startedAt: time(2) }), []);
    await records.save(record('elsewhere', { endpoint: 'other' }));
    expect((await records.list('digits', 10)).map(({ id }) => id)).toEqual(['a', 'm', 'z']);
    expect((await records.list('digits', 2)).map(({ id }) => id)).toEqual(['a', 'm']);
    expect(await records.list('nobody', 5)).toEqual([]);
  });

  test('are listed without an entry whose record was never written', async () => {
    const world = table(({ command, input }) => {
      const item = input['Item'] as { sk: string } | undefined;
      if (command === 'Put' && item?.sk === 'RECORD#lost') throw awsError('InternalServerError', 500);
      return undefined;
    });
    const records = dynamodbRecords(world.context);
    await records.save(record('kept'));
    await expect(records.save(record('lost', { startedAt: time(5) }))).rejects.toThrow('InternalServerError');
    expect((await records.list('digits', 1)).map(({ id }) => id)).toEqual(['kept']);
  });

  test('that do not parse are an error that names them', async () => {
    const world = table();
    await world.put('RECORD#r1', { id: 'r1', endpoint: 'digits', status: 'perhaps' });
    await expect(dynamodbRecords(world.context).read('digits', 'r1')).rejects.toMatchObject({
      name: 'StoredItemInvalid',
      message: expect.stringContaining('Item RECORD#r1 of endpoint digits does not parse: item.status') as unknown,
    });
    await world.put('RECORD#r2', { ...record('r2'), state: '{"broken' });
    await expect(dynamodbRecords(world.context).read('digits', 'r2')).rejects.toMatchObject({
      name: 'StoredItemInvalid',
    });
  });

  test('larger than an item may be are refused by name', async () => {
    const saved = dynamodbRecords(table().context).save(record('r1', { reason: 'x'.repeat(390_000) }));
    await expect(saved).rejects.toMatchObject({ name: 'RecordTooLarge' });
  });
});
