import { dynamodbLiveModels } from '../../lambdas/adapters/dynamodb/live-models';
import { dynamodbLocks } from '../../lambdas/adapters/dynamodb/locks';
import { dynamodbRecords } from '../../lambdas/adapters/dynamodb/records';
import { dynamodbUploads } from '../../lambdas/adapters/dynamodb/uploads';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { DynamoDbService } from '../../simulator/services/dynamodb-service';
import { testWorld } from '../simulator/services/test-world';
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
    expect(await locks.acquireLock(lock('a'), time(0))).toBe('acquired');
    expect(await locks.acquireLock(lock('b'), time(1))).toEqual(lock('a'));
    expect(await locks.acquireLock({ ...lock('b'), endpoint: 'other' }, time(1))).toBe('acquired');
    expect(await locks.readLock('digits')).toEqual(lock('a'));
    expect(await locks.readLock('nobody')).toBeUndefined();
  });

  test('are renewed by acquiring again, and taken over after the lease alone', async () => {
    const locks = dynamodbLocks(table().context);
    await locks.acquireLock(lock('a', time(10)), time(0));
    expect(await locks.acquireLock(lock('a', time(20)), time(5))).toBe('acquired');
    expect(await locks.acquireLock(lock('b', time(30)), time(20))).toEqual(lock('a', time(20)));
    expect(await locks.acquireLock(lock('b', time(30)), time(21))).toBe('acquired');
  });

  test('are renewed and released by their owner alone', async () => {
    const locks = dynamodbLocks(table().context);
    expect(await locks.renewLock('digits', 'a', time(9))).toBe(false);
    await locks.acquireLock(lock('a'), time(0));
    expect(await locks.renewLock('digits', 'b', time(40))).toBe(false);
    expect(await locks.releaseLock('digits', 'b')).toBe(false);
    expect(await locks.renewLock('digits', 'a', time(40))).toBe(true);
    expect(await locks.readLock('digits')).toEqual(lock('a', time(40)));
    expect(await locks.releaseLock('digits', 'a')).toBe(true);
    expect(await locks.releaseLock('digits', 'a')).toBe(false);
    expect(await locks.readLock('digits')).toBeUndefined();
  });

  test('are tried once more when the other is gone by the time one looks', async () => {
    const world = table(({ command }, nth) => {
      if (command === 'Put' && nth === 1) throw awsError('ConditionalCheckFailedException');
      return undefined;
    });
    expect(await dynamodbLocks(world.context).acquireLock(lock('a'), time(0))).toBe('acquired');
  });

  const next = { owner: 'c', rolloutId: 'rollout-c', leaseUntil: time(50) };

  test('go to the next in line when they are released, and to no other', async () => {
    const locks = dynamodbLocks(table().context);
    await locks.acquireLock(lock('a'), time(0));
    expect(await locks.queueForLock(lock('a'), next)).toBe(true);
    expect(await locks.acquireLock(lock('a', time(30)), time(1))).toBe('acquired');
    expect(await locks.acquireLock(lock('b'), time(2))).toEqual({ ...lock('a', time(30)), next });
    expect(await locks.releaseLock('digits', 'a')).toBe(true);
    const theirs = { endpoint: 'digits', ...next, action: 'rollback', after: lock('a').rolloutId };
    expect(await locks.readLock('digits')).toEqual(theirs);
    expect(await locks.acquireLock(lock('b'), time(3))).toEqual(theirs);
    expect(await locks.acquireLock(lock('c', time(60)), time(4))).toBe('acquired');
    expect(await locks.readLock('digits')).toEqual({ ...theirs, leaseUntil: time(60) });
    expect(await locks.releaseLock('digits', 'c')).toBe(true);
    expect(await locks.readLock('digits')).toBeUndefined();
  });

  test('have no line when they changed since they were read', async () => {
    const locks = dynamodbLocks(table().context);
    await locks.acquireLock(lock('a', time(10)), time(0));
    await locks.renewLock('digits', 'a', time(20));
    expect(await locks.queueForLock(lock('a', time(10)), next)).toBe(false);
    expect(await locks.queueForLock(lock('a', time(20)), next)).toBe(true);
    expect(await locks.queueForLock(lock('a', time(20)), { ...next, owner: 'd' })).toBe(false);
    expect((await locks.readLock('digits'))?.next).toEqual(next);
  });

  test('let the next leave the line', async () => {
    const locks = dynamodbLocks(table().context);
    await locks.acquireLock(lock('a'), time(0));
    await locks.queueForLock(lock('a'), next);
    expect(await locks.releaseLock('digits', 'c')).toBe(false);
    expect(await locks.readLock('digits')).toEqual(lock('a'));
  });

  test.each([{ owner: 'a', leaseUntil: 'zzz' }, { owner: 7, leaseUntil: time(9), traffic: 'moved' }, { odd: true }])(
    'have no owner when the item is %j, and are put right by who takes them',
    async (item) => {
      const world = table();
      await world.put('LOCK', item);
      const locks = dynamodbLocks(world.context);
      expect(await locks.readLock('digits')).toBeUndefined();
      expect(await locks.acquireLock(lock('b'), time(0))).toBe('acquired');
      expect(await locks.readLock('digits')).toEqual(lock('b'));
      expect(await locks.acquireLock(lock('c'), time(0))).toEqual(lock('b'));
    },
  );

  test('are read consistently', async () => {
    const { context, sent } = table();
    await dynamodbLocks(context).readLock('digits');
    expect(sent[0]?.input).toMatchObject({ ConsistentRead: true });
  });
});

describe('live models', () => {
  const model = { bucket: 'b', key: 'k', versionId: 'v', sha256: 'a'.repeat(64) };

  test('end one period where the next begins, newest first', async () => {
    const live = dynamodbLiveModels(table().context);
    expect(await live.livePeriods('digits')).toEqual([]);
    await live.beginLivePeriod('digits', { version: '1', since: time(0) });
    await live.beginLivePeriod('digits', { version: '2', model, since: time(5) });
    await live.beginLivePeriod('digits', { version: '2', model, since: time(6) });
    expect(await live.livePeriods('digits')).toEqual([
      { version: '2', model, since: time(5) },
      { version: '1', since: time(0), until: time(5) },
    ]);
  });

  test('keep every version that a setting may keep: the last 100 and the live one', async () => {
    const live = dynamodbLiveModels(table().context);
    for (let day = 1; day <= 150; day += 1)
      await live.beginLivePeriod('digits', { version: `${day}`, model, since: time(day * 24 * 60) });
    const periods = await live.livePeriods('digits');
    expect(periods.at(0)?.version).toBe('150');
    expect(periods.at(-1)?.version).toBe('50');
    expect(periods.every((period) => period.model !== undefined)).toBe(true);
  });

  test('lose no period when two begin at once', async () => {
    const live = dynamodbLiveModels(table().context);
    await Promise.all(['1', '2', '3'].map((version) => live.beginLivePeriod('digits', { version, since: time(0) })));
    expect((await live.livePeriods('digits')).map(({ version }) => version).sort()).toEqual(['1', '2', '3']);
  });

  test('give up by name after five changes in between', async () => {
    const world = table(({ command }) => {
      if (command === 'Put') throw awsError('ConditionalCheckFailedException');
      return undefined;
    });
    const begun = dynamodbLiveModels(world.context).beginLivePeriod('digits', { version: '1', since: time(0) });
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
    await uploads.noteUploadAnswer('digits', 'digits-a', 'started', time(0));
    expect(await uploads.isAnswered('digits', 'digits-a')).toBe(true);
    expect(await uploads.isAnswered('digits', 'digits-b')).toBe(false);
  });

  test('wait one at a time: the newer stays, whichever comes first', async () => {
    const uploads = dynamodbUploads(table().context);
    const [old, middle, young] = [upload('a', time(1)), upload('b', time(2)), upload('c', time(3))];
    expect(await uploads.waitInLine(middle)).toEqual({ waits: true, superseded: [] });
    expect(await uploads.waitInLine(middle)).toEqual({ waits: true, superseded: [] });
    expect(await uploads.waitInLine(old)).toEqual({ waits: false, superseded: [old] });
    expect(await uploads.waitInLine(young)).toEqual({ waits: true, superseded: [middle] });
    expect(await uploads.readWaitingUpload('digits')).toEqual({ ...young, displaced: [middle] });
    const youngest = upload('d', time(4));
    for (let times = 0; times < 2; times += 1)
      expect(await uploads.waitInLine(youngest)).toEqual({ waits: true, superseded: [middle, young] });
  });

  test('stop waiting only while they are the one that waits', async () => {
    const uploads = dynamodbUploads(table().context);
    const [old, young] = [upload('a', time(1)), upload('b', time(1))];
    await uploads.waitInLine(old);
    expect(await uploads.waitInLine(young)).toEqual({ waits: true, superseded: [old] });
    expect(await uploads.stopWaiting(old)).toBe(false);
    expect(await uploads.stopWaiting(young)).toBe(true);
    expect(await uploads.readWaitingUpload('digits')).toBeUndefined();
  });

  test('leave the newest waiting when many come at once', async () => {
    const uploads = dynamodbUploads(table().context);
    const all = [3, 1, 4].map((minute) => upload(`u${minute}`, time(minute)));
    const answers = await Promise.all(all.map((one) => uploads.waitInLine(one)));
    expect(await uploads.readWaitingUpload('digits')).toMatchObject(all[2]!);
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
    expect(await records.saveRecord(record('r1'))).toBe(true);
    expect(await records.saveRecord(record('r1', { reason: 'later' }))).toBe(true);
    expect(await records.closeRecord(ended('r1'), [])).toBe(true);
    expect(await records.closeRecord(ended('r1', { outcome: 'aborted' }), [])).toBe(false);
    expect(await records.saveRecord(record('r1'))).toBe(false);
    expect(await records.readRecord('digits', 'r1')).toEqual(ended('r1'));
    expect(await records.readRecord('digits', 'r2')).toBeUndefined();
  });

  test('are closed by us when the answer to our own first attempt got lost', async () => {
    const world = table(({ command, input }) => {
      const item = input['Item'] as { status?: string } | undefined;
      if (command !== 'Put' || item?.status !== 'ended') return undefined;
      return world.put('RECORD#r1', item).then(() => {
        throw awsError('ConditionalCheckFailedException');
      });
    });
    expect(await dynamodbRecords(world.context).closeRecord(ended('r1'), [])).toBe(true);
  });

  test('are listed newest first, each once, however their ids sort', async () => {
    const records = dynamodbRecords(table().context);
    await records.saveRecord(record('z', { startedAt: time(1) }));
    await records.saveRecord(record('a', { startedAt: time(3) }));
    await records.saveRecord(record('m', { startedAt: time(2) }));
    await records.closeRecord(ended('m', { startedAt: time(2) }), []);
    await records.saveRecord(record('elsewhere', { endpoint: 'other' }));
    expect((await records.listRecords('digits', 10)).map(({ id }) => id)).toEqual(['a', 'm', 'z']);
    expect((await records.listRecords('digits', 2)).map(({ id }) => id)).toEqual(['a', 'm']);
    expect(await records.listRecords('nobody', 5)).toEqual([]);
  });

  test('are listed without an entry whose record was never written', async () => {
    const world = table(({ command, input }) => {
      const item = input['Item'] as { sk: string } | undefined;
      if (command === 'Put' && item?.sk === 'RECORD#lost') throw awsError('InternalServerError', 500);
      return undefined;
    });
    const records = dynamodbRecords(world.context);
    await records.saveRecord(record('kept'));
    await expect(records.saveRecord(record('lost', { startedAt: time(5) }))).rejects.toThrow('InternalServerError');
    expect((await records.listRecords('digits', 1)).map(({ id }) => id)).toEqual(['kept']);
  });

  test('that do not parse are an error that names them', async () => {
    const world = table();
    await world.put('RECORD#r1', { id: 'r1', endpoint: 'digits', status: 'perhaps' });
    await expect(dynamodbRecords(world.context).readRecord('digits', 'r1')).rejects.toMatchObject({
      name: 'StoredItemInvalid',
      message: expect.stringContaining('Item RECORD#r1 of endpoint digits does not parse: item.status') as unknown,
    });
    await world.put('RECORD#r2', { ...record('r2'), state: '{"broken' });
    await expect(dynamodbRecords(world.context).readRecord('digits', 'r2')).rejects.toMatchObject({
      name: 'StoredItemInvalid',
    });
  });

  test('larger than an item may be are refused by name', async () => {
    const saved = dynamodbRecords(table().context).saveRecord(record('r1', { reason: 'x'.repeat(390_000) }));
    await expect(saved).rejects.toMatchObject({ name: 'RecordTooLarge' });
  });
});
