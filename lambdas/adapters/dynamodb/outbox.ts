import * as z from 'zod';
import { DeleteCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { OUTBOX_PARTITION, TABLE_KEYS } from '../../contract/names';
import { type TransitionEvent, transitionEventSchema } from '../../contract/transition-event';
import { isoTime } from '../../domain/minutes';
import { fromJson, isAwsError } from '../sdk/answers';
import type { AdapterContext } from '../sdk/context';
import {
  parseItem,
  StoredItemInvalid,
  tableAccess,
  ABSENT,
  type Attributes,
  endpointKey,
  type TogetherPut,
  writeTogether,
} from './table';

/**
 * What has happened and must be told. Each is kept until it was published, and is announced once: announcing it again,
 * because a step was tried again or two lines of defence did the same, changes nothing.
 */
export interface Announcements {
  announceOnce(event: TransitionEvent): Promise<void>;
}

/** Announcements that come with no record; those of a rollout are written with its record. */
export const dynamodbAnnouncements = (context: AdapterContext): Announcements => ({
  announceOnce: async (event) => void (await writeAnnounced(context, [], [event])),
});

/** Retries and late events come within hours, dead letters that a person sends again within their 14 days. */
const REMEMBERED_SECONDS = 30 * 24 * 60 * 60;
/** As long as the dead letter that tells of it. */
const KEPT_SECONDS = 14 * 24 * 60 * 60;

/** Sorted by time, so that the oldest is found first. */
const outboxKey = (key: string): Attributes => ({
  [TABLE_KEYS.partition]: OUTBOX_PARTITION,
  [TABLE_KEYS.sort]: key,
});

/**
 * Two items: that it was announced, which stays when it is published, and what is to be published. The first has
 * the condition that it was not announced before.
 */
export function announcementPuts(events: readonly TransitionEvent[]): readonly TogetherPut[] {
  return events.flatMap((event) => {
    const at = Math.floor(Date.parse(event.at) / 1000);
    return [
      {
        item: { ...endpointKey(event.endpoint, `ANNOUNCED#${event.id}`), expiresAt: at + REMEMBERED_SECONDS },
        condition: ABSENT,
      },
      {
        item: {
          ...outboxKey(`${event.at}#${event.id}`),
          event: JSON.stringify(event),
          at: event.at,
          expiresAt: at + KEPT_SECONDS,
        },
      },
    ];
  });
}

/**
 * Writes items, if there are any, and the announcements in one transaction. Answers false when the first item's own
 * condition did not hold; announcements that were made before are left out.
 */
export async function writeAnnounced(
  context: AdapterContext,
  first: readonly TogetherPut[],
  events: readonly TransitionEvent[],
): Promise<boolean> {
  let left = events;
  while (first.length + left.length > 0) {
    const failed = await writeTogether(context, [...first, ...announcementPuts(left)]);
    if (failed.length === 0) return true;
    if (first.length > 0 && failed.includes(0)) return false;
    left = left.filter((_, index) => !failed.includes(first.length + 2 * index));
  }
  return true;
}

/** An announcement that was taken to be published, and what of it was published before. */
export interface Taken {
  readonly event: TransitionEvent;
  readonly published: readonly Channel[];
}

export type Channel = 'event' | 'notice';

/** The announcements that are not published yet, by their keys. */
export interface Outbox {
  /** Undefined when it was published before, or another function has it: for as long as it can run, and no longer. */
  takeAnnouncement(key: string): Promise<Taken | undefined>;
  /** Notes that one part was published. */
  notePublished(key: string, channel: Channel): Promise<void>;
  /** All of it was published. */
  removeAnnouncement(key: string): Promise<void>;
  /** Lets the next one take it at once. */
  giveBackAnnouncement(key: string): Promise<void>;
  /** Keys of announcements that were made before this moment, oldest first, at most so many. ISO 8601, UTC. */
  announcedBefore(moment: string, most: number): Promise<readonly string[]>;
}

/** Longer than the function that publishes may run: once it is over, no function has the announcement. */
const TAKEN_MS = 90_000;

const CHANNELS: readonly Channel[] = ['event', 'notice'];
const publishedAt = (channel: Channel) => `${channel}PublishedAt` as const;

const outboxItem = z.object({
  event: z.string().transform(fromJson).pipe(transitionEventSchema),
  eventPublishedAt: z.string().optional(),
  noticePublishedAt: z.string().optional(),
});

interface Change {
  readonly update: string;
  readonly when: string;
  readonly names: readonly string[];
  readonly values?: Readonly<Record<string, string>>;
}

/** The partition of what is not published yet; an item goes when all of it is. */
export const dynamodbOutbox = (context: AdapterContext): Outbox => {
  const { client, TableName } = tableAccess(context);
  /** The item after the change; undefined when the condition did not hold. */
  const change = async (key: string, { update, when, names, values }: Change) => {
    const command = new UpdateCommand({
      ...{ TableName, Key: outboxKey(key), UpdateExpression: update, ReturnValues: 'ALL_NEW' },
      // An item that is gone was published: no change may make it anew.
      ConditionExpression: `attribute_exists(#${TABLE_KEYS.partition})${when}`,
      ExpressionAttributeNames: Object.fromEntries([TABLE_KEYS.partition, ...names].map((name) => [`#${name}`, name])),
      ...(values && { ExpressionAttributeValues: { ...values } }),
    });
    try {
      return (await client.send(command)).Attributes;
    } catch (error) {
      if (isAwsError(error, 'ConditionalCheckFailedException')) return undefined;
      throw error;
    }
  };
  const giveBack = async (key: string): Promise<void> =>
    void (await change(key, { update: 'REMOVE #takenUntil', when: '', names: ['takenUntil'] }));
  return {
    giveBackAnnouncement: giveBack,
    takeAnnouncement: async (key) => {
      const now = context.clock.now();
      const item = await change(key, {
        update: 'SET #takenUntil = :until, #takenBy = :me',
        // Ours already when the answer of the first try was lost, and the SDK sent it again.
        when: ' AND (attribute_not_exists(#takenUntil) OR #takenUntil < :now OR #takenBy = :me)',
        names: ['takenUntil', 'takenBy'],
        values: { ':until': isoTime(now + TAKEN_MS), ':now': isoTime(now), ':me': randomUUID() },
      });
      if (item === undefined) return undefined;
      try {
        const parsed = parseItem(outboxItem, item, OUTBOX_PARTITION, key);
        return {
          event: parsed.event,
          published: CHANNELS.filter((channel) => parsed[publishedAt(channel)] !== undefined),
        };
      } catch (error) {
        // The next one must find that it cannot be read, not that another function has it.
        if (error instanceof StoredItemInvalid) await giveBack(key);
        throw error;
      }
    },
    notePublished: async (key, channel) => {
      const name = publishedAt(channel);
      const values = { ':at': isoTime(context.clock.now()) };
      await change(key, { update: `SET #${name} = :at`, when: '', names: [name], values });
    },
    removeAnnouncement: async (key) => void (await client.send(new DeleteCommand({ TableName, Key: outboxKey(key) }))),
    announcedBefore: async (moment, most) => {
      const command = new QueryCommand({
        ...{ TableName, ConsistentRead: true, Limit: most },
        KeyConditionExpression: '#pk = :pk AND #sk < :moment',
        ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition, '#sk': TABLE_KEYS.sort },
        ExpressionAttributeValues: { ':pk': OUTBOX_PARTITION, ':moment': moment },
      });
      const { Items = [] } = await client.send(command);
      return Items.map((item) => String(item[TABLE_KEYS.sort]));
    },
  };
};
