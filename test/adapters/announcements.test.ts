import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { dynamodbAnnouncements, dynamodbOutbox } from '../../lambdas/adapters/dynamodb/outbox';
import { dynamodbRecords } from '../../lambdas/adapters/dynamodb/records';
import { eventbridgeEventBus } from '../../lambdas/adapters/notices';
import { tableBehind } from '../hostile/app';
import { EXAMPLES } from '../pages/notices/examples';
import { awsError, contextWith, type Intercept, standIn, TEST_ENV } from './stand-ins';

const EVENT = EXAMPLES['traffic-shifted'];
const KEY = `${EVENT.at}#${EVENT.id}`;

function stage(intercept?: Intercept, ...items: readonly Readonly<Record<string, unknown>>[]) {
  const time = { now: Date.parse('2026-11-23T10:00:00Z') };
  const table = tableBehind(intercept, ...items);
  const clock = { now: () => time.now, sleep: async (ms: number) => void (time.now += ms) };
  const context = lambdaContext({ dynamodb: table.client }, TEST_ENV, { clock });
  return { ...table, context, time, outbox: dynamodbOutbox(context), announcements: dynamodbAnnouncements(context) };
}

describe('the outbox', () => {
  test('gives an announcement to one, and to the next when a function can no longer run', async () => {
    const { announcements, outbox, time } = stage();
    await announcements.announceOnce(EVENT);
    expect(await outbox.takeAnnouncement(KEY)).toEqual({ event: EVENT, published: [] });
    expect(await outbox.takeAnnouncement(KEY)).toBeUndefined();
    time.now += 60_000;
    expect(await outbox.takeAnnouncement(KEY)).toBeUndefined();
    time.now += 31_000;
    expect(await outbox.takeAnnouncement(KEY)).toBeDefined();
  });

  test('remembers what of it was published, and gives it again at once when it is given back', async () => {
    const { announcements, outbox } = stage();
    await announcements.announceOnce(EVENT);
    await outbox.takeAnnouncement(KEY);
    await outbox.notePublished(KEY, 'event');
    await outbox.giveBackAnnouncement(KEY);
    expect(await outbox.takeAnnouncement(KEY)).toMatchObject({ published: ['event'] });
  });

  test('makes nothing anew of what is gone', async () => {
    const { announcements, outbox, items } = stage();
    await announcements.announceOnce(EVENT);
    await outbox.removeAnnouncement(KEY);
    expect(await outbox.takeAnnouncement(KEY)).toBeUndefined();
    await outbox.notePublished(KEY, 'notice');
    await outbox.giveBackAnnouncement(KEY);
    expect(items().filter(({ pk }) => pk === 'OUTBOX')).toEqual([]);
  });

  test('lists the oldest first, up to a moment', async () => {
    const { announcements, outbox } = stage();
    for (const transition of ['green-promoted', 'rollout-started', 'rollout-promoted'] as const)
      await announcements.announceOnce(EXAMPLES[transition]);
    const keys = await outbox.announcedBefore('2026-11-23T09:20:00.000Z', 10);
    expect(keys.map((key) => key.split('/').at(-1))).toEqual(['rollout-started', 'green-promoted']);
    expect(await outbox.announcedBefore('2026-11-23T09:20:00.000Z', 1)).toHaveLength(1);
  });

  test.each([
    ['no JSON', '{'],
    ['another event', '{"transition":"rollout-exploded"}'],
  ])('says that it cannot read %s, each time it is asked', async (_, event) => {
    const { outbox } = stage(undefined, { pk: 'OUTBOX', sk: KEY, event });
    for (const time of [1, 2])
      expect([time, await outbox.takeAnnouncement(KEY).catch((error: Error) => error.name)]).toEqual([
        time,
        'StoredItemInvalid',
      ]);
  });
});

describe('an announcement', () => {
  test('is made once, also after it was published', async () => {
    const { announcements, outbox, items } = stage();
    await announcements.announceOnce(EVENT);
    await announcements.announceOnce({ ...EVENT, at: '2026-11-23T09:59:00.000Z' });
    expect(await outbox.announcedBefore('9', 10)).toEqual([KEY]);
    await outbox.removeAnnouncement(KEY);
    await announcements.announceOnce(EVENT);
    expect(await outbox.announcedBefore('9', 10)).toEqual([]);
    const [note] = items();
    // In seconds, as DynamoDB wants it: 30 days after the event.
    expect(note).toMatchObject({
      sk: `ANNOUNCED#${EVENT.id}`,
      expiresAt: Math.floor(Date.parse(EVENT.at) / 1000) + 2_592_000,
    });
  });

  test('is not made when its record has ended, and its record is written when it was made before', async () => {
    const { announcements, context, outbox } = stage();
    const records = dynamodbRecords(context);
    const record = {
      id: 'r',
      endpoint: 'digits',
      status: 'running',
      startedAt: EVENT.at,
      startedBy: 'me',
      reason: '',
    } as const;
    await announcements.announceOnce(EVENT);
    expect(await records.saveRecord({ ...record, reason: 'new' }, [EVENT])).toBe(true);
    expect(await records.readRecord('digits', 'r')).toMatchObject({ reason: 'new' });
    expect(await records.closeRecord({ ...record, status: 'ended' }, [EXAMPLES['rollout-promoted']])).toBe(true);
    expect(await records.saveRecord(record, [EXAMPLES['green-promoted']])).toBe(false);
    expect(await records.closeRecord({ ...record, status: 'ended' }, [EXAMPLES['rollout-aborted']])).toBe(false);
    expect((await outbox.announcedBefore('9', 10)).map((key) => key.split('/').at(-1))).toEqual(['1', 'ended']);
  });

  const conflict =
    (times: number): Intercept =>
    ({ command }, nth) => {
      if (command !== 'TransactWrite' || nth > times) return undefined;
      const CancellationReasons = [{ Code: 'TransactionConflict' }, { Code: 'None' }];
      throw Object.assign(awsError('TransactionCanceledException'), { CancellationReasons });
    };

  test('is tried again while others write the same items, and gives up by name', async () => {
    const { announcements, outbox } = stage(conflict(4));
    await announcements.announceOnce(EVENT);
    expect(await outbox.announcedBefore('9', 10)).toEqual([KEY]);
    await expect(stage(conflict(5)).announcements.announceOnce(EVENT)).rejects.toMatchObject({
      name: 'StoredItemContended',
    });
  });
});

describe('the event bus', () => {
  const publish = (answer: object) =>
    eventbridgeEventBus(contextWith({ eventbridge: standIn(undefined, () => answer).client })).publishEvent(EVENT);

  test.each([
    [
      'counts a failure',
      { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow\ndown' }] },
    ],
    ['has no id', { FailedEntryCount: 0, Entries: [] }],
    ['is empty', {}],
  ])('is not believed when its answer %s', async (_, answer) => {
    await expect(publish(answer)).rejects.toMatchObject({ name: 'EventRefused' });
    await expect(publish(answer)).rejects.toThrow(/^EventBridge did not take the event [^\n]*$/);
  });

  test('gets the event with its time, and what a rule tells apps apart by', async () => {
    const bus = standIn(undefined, () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }));
    await eventbridgeEventBus(contextWith({ eventbridge: bus.client })).publishEvent(EVENT);
    const [entry] = bus.sent[0]?.input['Entries'] as readonly Record<string, unknown>[];
    const { executionArn } = EVENT as { readonly executionArn?: string };
    expect(entry).toMatchObject({
      Source: 'greenlight',
      Resources: [TEST_ENV.GREENLIGHT_STATE_MACHINE_ARN, executionArn],
    });
    expect(JSON.parse(String(entry?.['Detail']))).toEqual(EVENT);
  });
});
