import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { page, ROOT } from './markdown-files';

const BLOCK = /```text\n([\s\S]*?)\n```/g;

/** What a page shows as a program's output, block by block. */
export const shownBlocks = (path: string): readonly string[] =>
  [...page(path).matchAll(BLOCK)].map(([, text = '']) => text);

/**
 * Writes them anew, for after the numbers were changed on purpose:
 * `WRITE_PAGES=1 npm test -- test/cli/plan/docs test/cli/cost/docs`.
 */
export function writeBlocks(path: string, blocks: readonly string[]): void {
  let next = 0;
  const text = page(path).replace(BLOCK, () => `\`\`\`text\n${blocks[next++] ?? ''}\n\`\`\``);
  writeFileSync(join(ROOT, path), text);
}
