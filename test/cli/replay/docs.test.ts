import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HELP } from '../../../cli/replay/arguments';
import { replayAsJson } from '../../../cli/replay/as-json';
import { replayInWords } from '../../../cli/replay/in-words';
import { replayTrace } from '../../../cli/replay/replay-trace';
import { rulesFrom } from '../../../cli/replay/rules';
import { parseTrace } from '../../../lambdas/contract/kept-evidence';
import { tableRows } from '../../repository/docs/markdown-files';
import { traces } from '../../judge/trace';
import { smallTrace } from './small-trace';

const PAGE = readFileSync(join(__dirname, '../../../docs/guides/replay.md'), 'utf8');
const named = (heading: string): readonly string[] => {
  const [, after = ''] = PAGE.split(`\n## ${heading}\n`);
  return tableRows(after.split('\n## ')[0] ?? '').flatMap(([keys = '']) => keys.split(/, | in /));
};
const replayOf = (id: string) => {
  const trace = traces().find((one) => one.id.startsWith(id));
  if (trace === undefined) throw new Error(`no trace ${id}`);
  return replayTrace(trace, rulesFrom(undefined)(trace));
};

describe('the page about replays', () => {
  it('shows what the command prints: when it decides and why, and the table', () => {
    const [title = '', verdict = '', ...rest] = replayInWords(replayOf('036')).split('\n');
    // Up to the counts: the digits of the evidence may move with the judge.
    expect(PAGE).toContain(`${title}\n${verdict.split('; evidence')[0]}`);
    expect(PAGE).toContain(rest.find((line) => line.includes('minute  weight')));
  });

  it('has a row for every key of the JSON output', () => {
    expect([...named('The JSON output')].sort()).toEqual(Object.keys(replayAsJson(replayOf('036'))).sort());
  });

  it('has a row for every key of a trace and of a side', () => {
    const trace = parseTrace(smallTrace(), 'small');
    const keys = [...Object.keys(trace), ...Object.keys(trace.rows[0]?.green ?? {})];
    expect(named('The format')).toEqual(expect.arrayContaining(keys));
  });

  it('and the help name the same options', () => {
    const options = (text: string) =>
      [...new Set(text.match(/--[a-z]+/g))].filter((one) => !/--(help|exclude|include)/.test(one));
    expect(options(PAGE).sort()).toEqual(options(HELP).sort());
  });
});
