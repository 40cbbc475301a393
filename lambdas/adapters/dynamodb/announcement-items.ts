import { OUTBOX_PARTITION, TABLE_KEYS } from '../../contract/names';
import type { TransitionEvent } from '../../contract/transition-event';
import type { AdapterContext } from '../context';
import { ABSENT, type Attributes, endpointKey } from './table';
import { type TogetherPut, writeTogether } from './write-together';

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
