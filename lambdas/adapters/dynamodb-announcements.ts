import type { Announcements } from '../ports/announcements';
import type { AdapterContext } from './context';
import { writeAnnounced } from './dynamodb/announcement-items';

/** Announcements that come with no record; those of a rollout are written with its record. */
export const dynamodbAnnouncements = (context: AdapterContext): Announcements => ({
  announce: async (event) => void (await writeAnnounced(context, [], [event])),
});
