import { tableAvailability } from '../../lambdas/adapters/dynamodb/availability';
import { dynamodbApprovals, dynamodbDecisions, dynamodbHolds } from '../../lambdas/adapters/dynamodb/decisions';
import { dynamodbLocks } from '../../lambdas/adapters/dynamodb/locks';
import { dynamodbUploads } from '../../lambdas/adapters/dynamodb/uploads';
import { DynamoDbService } from '../../simulator/services/dynamodb-service';
import { testWorld } from '../simulator/services/test-world';
import { contextWith, standIn } from './stand-ins';

const time = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 9, minute)).toISOString();
const lock = (owner: string, leaseUntil = time(10)) => ({
  ...{ endpoint: 'digits', owner, rolloutId: `r-${owner}`, leaseUntil },
});

/** An item of the endpoint that is not what this app writes. */
async function world(items: Readonly<Record<string, object>>) {
  const service = new DynamoDbService(testWorld());
  service.createTable('table', { partitionKey: 'pk', sortKey: 'sk' });
  for (const [sk, item] of Object.entries(items))
    await service.call('Put', { TableName: 'table', Item: { pk: 'ENDPOINT#digits', sk, ...item } }, { kind: 'user' });
  return contextWith({ dynamodb: standIn(service).client });
}

test.each([{ action: 'drain' }, { traffic: 'half' }, { after: 7 }, { more: true }])(
  'a lock keeps others out whatever another version of the app says in it: %j',
  async (said) => {
    const locks = dynamodbLocks(await world({ LOCK: { ...lock('a'), ...said } }));
    expect(await locks.readLock('digits')).toMatchObject(lock('a'));
    expect(await locks.acquireLock(lock('b'), time(0))).toMatchObject({ owner: 'a', rolloutId: 'r-a' });
    expect(await locks.renewLock('digits', 'a', time(20))).toBe(true);
    expect(await locks.acquireLock(lock('a', time(30)), time(1))).toBe('acquired');
    expect(await locks.releaseLock('digits', 'a')).toBe(true);
    expect(await locks.acquireLock(lock('b'), time(0))).toBe('acquired');
  },
);

describe('what a person has overwritten counts as deleted', () => {
  const odd = { note: 'put by hand' };

  test('a decision: it can be taken again, and the first that can be read stays', async () => {
    const decisions = dynamodbDecisions(await world({ 'DECISION#r1': odd }));
    expect(await decisions.readDecision('digits', 'r1')).toBeUndefined();
    const ada = { by: 'Ada', reason: 'looks right', at: time(0) };
    expect(await decisions.decideToPromote('digits', 'r1', ada)).toBe(true);
    expect(await decisions.decideToPromote('digits', 'r1', { ...ada, by: 'Bob' })).toBe(false);
    expect(await decisions.readDecision('digits', 'r1')).toEqual(ada);
  });

  test('a hold, a question, what was told, a deploy that waits', async () => {
    const context = await world({ TEARDOWN_HOLD: odd, 'APPROVAL#r1': odd, AVAILABILITY: odd, 'WAITING#DEPLOY': odd });
    // A person asked for time, and has it until the item is put right.
    await expect(dynamodbHolds(context).readHold('digits')).rejects.toMatchObject({ name: 'StoredItemInvalid' });
    expect(await dynamodbApprovals(context).readApproval('digits', 'r1')).toBeUndefined();
    expect(await tableAvailability(context).readTold('digits')).toEqual({ unavailable: [], episode: 0 });
    expect(await dynamodbUploads(context).readWaitingDeploy('digits')).toBeUndefined();
  });
});

test('an upload whose rollout was started meanwhile is not told that its place was taken', async () => {
  const service = new DynamoDbService(testWorld());
  service.createTable('table', { partitionKey: 'pk', sortKey: 'sk' });
  const upload = (name: string, uploadedAt: string) => ({
    ...{ endpoint: 'digits', bucket: 'b', key: `models/digits/${name}.onnx`, versionId: name, uploadedAt },
    ...{ executionName: `digits-${name}`, input: '{}' },
  });
  const [old, young] = [upload('a', time(1)), upload('b', time(2))];
  const other = dynamodbUploads(contextWith({ dynamodb: standIn(service).client }));
  await other.waitInLine(old);
  // Between the young one's look and its write.
  const racing = standIn(service, async ({ command }, nth) => {
    if (command === 'Put' && nth === 1) await other.stopWaiting(old);
  });
  const uploads = dynamodbUploads(contextWith({ dynamodb: racing.client }));
  expect(await uploads.waitInLine(young)).toEqual({ waits: true, superseded: [] });
  expect(await uploads.readWaitingUpload('digits')).toEqual({ ...young, displaced: [] });
});
