import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { plainSubject } from '../../../lambdas/adapters/notices';
import { EVENT_DETAIL_TYPE, EVENT_SCHEMA_VERSION, EVENT_SOURCE } from '../../../lambdas/contract/names';
import { TRANSITIONS, transitionEventSchema } from '../../../lambdas/contract/transition-event';
import { noticeOf } from '../../../lambdas/pages/notices/notice-of';
import { LINKS } from './announced';
import { EXAMPLES, NOTICE_EXAMPLES } from './examples';

const DOCS = join(__dirname, '..', '..', '..', 'docs', 'reference');
const MACHINE = 'arn:aws:states:eu-central-1:123456789012:stateMachine:Greenlight-rollout';

/** What follows a heading and ends with its block, written anew by `npx tsx test/pages/notices/write-pages.ts`. */
const BEGIN = '<!-- written from the code: what follows is checked by a test -->';

export const pageText = (name: string): string => readFileSync(join(DOCS, name), 'utf8');
export const writePage = (name: string, text: string): void => writeFileSync(join(DOCS, name), text);

/** The part of a page that was written by hand, with the part that the code gives. */
export const withGenerated = (page: string, generated: string): string =>
  `${page.split(BEGIN)[0]?.trimEnd() ?? ''}\n\n${BEGIN}\n<!-- prettier-ignore-start ` +
  `-->\n\n${generated.trim()}\n\n<!-- prettier-ignore-end -->\n`;

/** The JSON Schema of `detail`; it lets through members that it does not know, as readers must. */
export const eventsSchema = (): string =>
  `${JSON.stringify(
    {
      ...z.toJSONSchema(transitionEventSchema, { io: 'input', target: 'draft-2020-12' }),
      title: 'The detail of a "Greenlight Transition" event',
    },
    undefined,
    2,
  )}\n`;

/** One event of each transition. The first is shown whole, the others without what EventBridge puts around them. */
export function eventsGenerated(): string {
  const examples = TRANSITIONS.map((transition, index) => {
    const detail = EXAMPLES[transition];
    const execution = 'executionArn' in detail ? detail.executionArn : undefined;
    const envelope = {
      ...{ version: '0', id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718', source: EVENT_SOURCE },
      ...{ 'detail-type': EVENT_DETAIL_TYPE, account: '123456789012', time: detail.at.replace(/\.\d+Z$/, 'Z') },
      ...{ region: 'eu-central-1', resources: [MACHINE, execution], detail },
    };
    return `### ${transition}\n\n\`\`\`json\n${JSON.stringify(index === 0 ? envelope : detail, undefined, 2)}\n\`\`\``;
  });
  return [`\`schemaVersion\` is now \`${EVENT_SCHEMA_VERSION}\`.`, ...examples].join('\n\n');
}

/** The token of a question is long, and readers of the page need none. */
const TOKEN = 'AQCEAAAAKgAAAAMAAAAA…';

export function noticesGenerated(): string {
  return Object.entries(NOTICE_EXAMPLES)
    .map(([title, event]) => {
      const notice = noticeOf(event, LINKS, TOKEN);
      if (notice === undefined) throw new Error(`no one is told: ${title}`);
      return `### ${title}\n\n\`\`\`text\nSubject: ${plainSubject(notice.subject)}\n\n${notice.body}\n\`\`\``;
    })
    .join('\n\n');
}
