import { type Made, ownClock } from '../adapters/sdk/context';
import { snsNotices, eventbridgeEventBus } from '../adapters/notices';
import { consoleLinks } from '../adapters/console-links';
import { dynamodbApprovals } from '../adapters/dynamodb/decisions';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { OUTBOX_PARTITION, TABLE_KEYS } from '../contract/names';
import { streamEventSchema } from '../contract/rollout-record';
import { eachInTurn } from '../contract/work';
import { isoTime, MINUTE_MS } from '../domain/minutes';
import { readableRecord } from './rollout/record-progress';
import { noticeOf } from '../pages/notices/notice-of';
import { published } from '../pages/notices/published';
import { dynamodbOutbox, type Taken } from '../adapters/dynamodb/outbox';

export const announceNeeds = {
  approvals: dynamodbApprovals,
  clock: ownClock,
  consoleLinks,
  eventBus: eventbridgeEventBus,
  notices: snsNotices,
  outbox: dynamodbOutbox,
  records: dynamodbRecords,
};
type Needs = Made<typeof announceNeeds>;

/** The stream brings an announcement within a second, and is tried again for a minute; later than this it will not. */
const OVERDUE_MS = 2 * MINUTE_MS;
/** Of one sweep; the next one does the others. Each takes a few calls of 20 to 50 ms, and a sweep has 60 s. */
const MOST_SWEPT = 100;

export interface Announced {
  readonly published: readonly string[];
  /** Not published, and why: for the log. */
  readonly failed: readonly { readonly key: string; readonly why: string }[];
  /** From which record on Lambda hands the batch out again. */
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Publishes what was announced: an event for programs, and a notice where a person should hear of it. Called with
 * records of the table's stream, in their order; and by the clock, to make good what the stream did not bring.
 */
export async function announce(ports: Needs, event: unknown): Promise<Announced> {
  const stream = streamEventSchema.safeParse(event);
  return stream.success ? fromStream(ports, stream.data.Records) : sweep(ports);
}

type StreamRecords = ReturnType<typeof streamEventSchema.parse>['Records'];

/** Ends at the first that fails, so that one rollout's events stay in order; Lambda brings it and the rest again. */
async function fromStream(ports: Needs, records: StreamRecords): Promise<Announced> {
  const published: string[] = [];
  for (const { eventName, dynamodb } of records) {
    const { [TABLE_KEYS.partition]: partition, [TABLE_KEYS.sort]: sort } = dynamodb.Keys;
    const key = sort?.S;
    if (eventName !== 'INSERT' || partition?.S !== OUTBOX_PARTITION || key === undefined) continue;
    try {
      if (await publish(ports, key)) published.push(key);
    } catch (error) {
      const batchItemFailures = [{ itemIdentifier: dynamodb.SequenceNumber }];
      return { published, failed: [{ key, why: String(error) }], batchItemFailures };
    }
  }
  return { published, failed: [], batchItemFailures: [] };
}

/** Throws the first failure when all had their turn: it must not look like a success. */
async function sweep(ports: Needs): Promise<Announced> {
  const overdue = await ports.outbox.announcedBefore(isoTime(ports.clock.now() - OVERDUE_MS), MOST_SWEPT);
  const told = await eachInTurn(overdue, async (key) => ((await publish(ports, key)) ? [key] : []));
  return { published: told.flat(), failed: [], batchItemFailures: [] };
}

/**
 * Only one function at a time takes it. Each part is noted as soon as it is out: only a function that dies in between,
 * or an answer that gets lost, lets it out twice, and then both copies have one id. Event and notice do not wait for
 * each other.
 */
async function publish(ports: Needs, key: string): Promise<boolean> {
  const { outbox } = ports;
  const taken = await outbox.takeAnnouncement(key);
  if (taken === undefined) return false;
  const failures: unknown[] = [];
  for (const part of ['event', 'notice'] as const) {
    if (taken.published.includes(part)) continue;
    try {
      if (await PARTS[part](ports, taken)) await outbox.notePublished(key, part);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 0) {
    await outbox.removeAnnouncement(key);
    return true;
  }
  // If this fails too, it is free again in a minute and a half, and the sweep finds it.
  await outbox.giveBackAnnouncement(key).catch(() => undefined);
  throw failures[0];
}

/** False when there is nothing to publish in this part. */
const PARTS = {
  event: async ({ consoleLinks, eventBus }: Needs, { event }: Taken): Promise<boolean> => {
    await eventBus.publishEvent(published(event, consoleLinks));
    return true;
  },
  notice: async ({ approvals, consoleLinks, notices, records }: Needs, { event }: Taken): Promise<boolean> => {
    // It could not be sent for so long that its rollout has ended: what it asks for is over.
    if (event.transition === 'approval-asked' || event.transition === 'judging-held')
      if ((await readableRecord(records, event.endpoint, event.rolloutId))?.status === 'ended') return false;
    // The token is read where it is kept: readers of events must not be able to answer with it.
    const question =
      event.transition === 'approval-asked' ? await approvals.readApproval(event.endpoint, event.rolloutId) : undefined;
    const notice = noticeOf(event, consoleLinks, question?.taskToken);
    if (notice === undefined) return false;
    await notices.sendNotice(notice);
    return true;
  },
} as const;
