import { runPlan } from '../../../cli/plan/run-plan';
import { ownProcess } from '../../../cli/plan/workers';
import { page } from '../../repository/docs/markdown-files';
import { shownBlocks, writeBlocks } from '../../repository/docs/shown-blocks';

const PATH = 'docs/guides/plan.md';
/** The commands that the page says it shows. */
const COMMANDS = [...page(PATH).matchAll(/npx greenlight plan (--rpm [^\n`]*--quick)/g)].map(
  ([, options = '']) => options,
);

async function planned(options: string): Promise<string> {
  const out: string[] = [];
  const output = { out: (text: string) => out.push(text), note: (text: string) => out.push(text) };
  await runPlan(options.split(' '), { ...output, progress: () => undefined }, ownProcess);
  return out.join('\n');
}

describe('the page about plans', () => {
  it('shows what its commands print', async () => {
    expect(COMMANDS).toHaveLength(2);
    const blocks = [await planned(COMMANDS[0]!), await planned(COMMANDS[1]!)];
    if (process.env['WRITE_PAGES'] === '1') writeBlocks(PATH, blocks);
    expect(shownBlocks(PATH)).toEqual(blocks);
  });
});
