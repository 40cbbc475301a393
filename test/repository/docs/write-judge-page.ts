import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { page, ROOT } from './markdown-files';
import { blocks } from './worked-example-blocks';

/**
 * Writes the blocks of numbers in docs/explanation/judge.md anew, for after the judge was changed on purpose:
 * `npx tsx test/repository/docs/write-judge-page.ts`. The sentences around them are a person's; the test tells which
 * are no longer true.
 */
const PATH = 'docs/explanation/judge.md';
const values = Object.values(blocks);
let next = 0;
const text = page(PATH).replace(/```text\n[\s\S]*?\n```/g, () => `\`\`\`text\n${values[next++]}\n\`\`\``);
if (next !== values.length) throw new Error(`${PATH} has ${next} blocks of text and should have ${values.length}`);
writeFileSync(join(ROOT, PATH), text);
