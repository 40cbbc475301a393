/**
 * Writes what the code gives into docs/reference/events.md, docs/reference/notices.md and
 * docs/reference/events.schema.json: `npx tsx test/pages/notices/write-pages.ts`.
 */
import { eventsGenerated, eventsSchema, noticesGenerated, pageText, withGenerated, writePage } from './pages';

writePage('events.md', withGenerated(pageText('events.md'), eventsGenerated()));
writePage('notices.md', withGenerated(pageText('notices.md'), noticesGenerated()));
writePage('events.schema.json', eventsSchema());
