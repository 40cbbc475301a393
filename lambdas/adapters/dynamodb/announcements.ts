import { OUTBOX_PARTITION, TABLE_KEYS } from '../../contract/names';
import type { TransitionEvent } from '../../contract/transition-event';
import type { AdapterContext } from '../sdk/context';
import { ABSENT, type Attributes, endpointKey, type TogetherPut, writeTogether } from './table';

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
export const outboxKey = (key: string): Attributes => ({
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
 * Writes an item, if there is one, and the announcements in one transaction. Answers false when the item's own condition
 * did not hold; announcements that were made before are left out.
 */
export async function writeAnnounced(
  context: AdapterContext,
  first: readonly [TogetherPut] | readonly [],
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
