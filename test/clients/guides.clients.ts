import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../tools/python/run';
import { page, ROOT } from '../repository/docs/markdown-files';
import { commandsIn, shellBlocks } from '../repository/docs/shell-commands';

/*
 * What guides tell people to type where no AWS is needed, one of each command: it prints what the guide shows below it.
 */

const scratch = mkdtempSync(join(tmpdir(), "guides' commands, é-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The text of a guide from its first shell block with the script on, and that command's words. */
function typedIn(guide: string, script: string, holding: string) {
  const text = page(`docs/guides/${guide}.md`);
  for (const block of shellBlocks(text)) {
    const words = commandsIn(block).find(([, , name, ...rest]) => name === script && rest.join(' ').includes(holding));
    if (words !== undefined) return { words, below: text.slice(text.indexOf(block) + block.length) };
  }
  throw new Error(`${guide}.md has no command ${script} with "${holding}"`);
}

/** A line up to its first number or bar: what follows is of a run and of a machine. */
const sketch = (line: string): string =>
  line
    .replace(/[\d▁▂▃▄▅▆▇█].*/, '')
    .replace(/\s+/g, ' ')
    .trim();
const sketchesOf = (text: string): readonly string[] => text.split('\n').map(sketch);

/** Latency is left out: how busy this machine is would decide it. */
function withoutLatency(): readonly string[] {
  const settings = join(scratch, 'settings.json');
  writeFileSync(settings, JSON.stringify({ gates: { latency: false } }));
  return ['--settings', settings, '--out', join(scratch, 'out')];
}

it.each<[string, string, string, number, () => readonly string[]]>([
  ['rehearse', 'rehearse', 'skewed.onnx', 1, withoutLatency],
  ['replay', 'replay', '036-bad-errors', 0, () => []],
  ['plan', 'plan', '--rpm 1000', 0, () => []],
])('the guide %s shows what the command %s with %s prints', async (guide, script, holding, ends, more) => {
  const { words, below } = typedIn(guide, script, holding);
  const [program = '', ...argv] = words;
  expect(['npm', 'npx']).toContain(program);
  const { code, text } = await run(program, [...argv, ...more()], { env: process.env, cwd: ROOT });
  expect([code, text]).toEqual([ends, expect.any(String)]);
  const [, shown = ''] = /^```text\n([\s\S]*?)^```/m.exec(below) ?? [];
  // A path, and what the guide leaves out, say nothing of a run.
  const promised = sketchesOf(shown).filter((line) => line !== '' && !line.includes('…'));
  expect(promised.length).toBeGreaterThan(2);
  expect(sketchesOf(text)).toEqual(expect.arrayContaining(promised));
});

it('a rehearsal asks a hook that is written in Python', async () => {
  const [hook, out] = [join(scratch, 'check.py'), join(scratch, 'hooked')];
  writeFileSync(
    hook,
    `def lambda_handler(event, context):
    print("looking at", event["green"]["model"])
    return {"verdict": "fail", "reason": "refunds rise", "numbers": [{"name": "refunds", "value": 3, "limit": 0}]}
`,
  );
  const { code, text } = await run(
    'npm',
    [
      ...['run', 'rehearse', '--', 'examples/digits/v1-baseline.onnx', 'examples/digits/v2-better.onnx'],
      ...['--hook', `beforeTraffic=${hook}`, '--rpm', '600', '--out', out],
    ],
    { env: process.env, cwd: ROOT },
  );
  expect([code, text]).toEqual([
    1,
    expect.stringMatching(/\(check-py\): fail after \d+ s: refunds rise; refunds 3 \(limit 0\)/),
  ]);
});
