import { TRANSITIONS, transitionEventSchema } from '../../../lambdas/contract/transition-event';
import { tableRows } from '../../repository/docs/markdown-files';
import { EXAMPLES, NOTICE_EXAMPLES } from './examples';
import { eventsGenerated, eventsSchema, noticesGenerated, pageText, withGenerated } from './pages';

/** `npx tsx test/pages/notices/write-pages.ts` writes all three anew. */
it.each([
  ['events.md', eventsGenerated],
  ['notices.md', noticesGenerated],
])('docs/%s shows what the code gives', (name, generated) => {
  const page = pageText(name);
  expect(page).toBe(withGenerated(page, generated()));
});

it('docs/reference/events.schema.json is the schema that events are parsed with', () => {
  expect(pageText('events.schema.json')).toBe(eventsSchema());
});

it('the examples are one of each transition, and valid', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual([...TRANSITIONS].sort());
  for (const [transition, event] of Object.entries(EXAMPLES)) {
    expect(event.transition).toBe(transition);
    expect(transitionEventSchema.parse(event)).toEqual(event);
  }
  for (const event of Object.values(NOTICE_EXAMPLES)) expect(transitionEventSchema.parse(event)).toEqual(event);
});

it('the page says what each member of an end is', () => {
  const rows = tableRows(pageText('events.md').split('\n## Members\n')[1]?.split('\n## ')[0] ?? '');
  const said = new Set(['schemaVersion', ...rows.flatMap(([names = '']) => names.match(/\w+/g) ?? [])]);
  const ends = [...Object.values(EXAMPLES), ...Object.values(NOTICE_EXAMPLES)].filter((event) => 'outcome' in event);
  const members = new Set(ends.flatMap((event) => Object.keys(event)));
  expect([...members].filter((member) => !said.has(member))).toEqual([]);
});

it('the page names every transition', () => {
  const rows = tableRows(pageText('events.md').split('\n## Transitions\n')[1]?.split('\n## ')[0] ?? '');
  expect(rows.map(([name]) => name)).toEqual([...TRANSITIONS]);
});
