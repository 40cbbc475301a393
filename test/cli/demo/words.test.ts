import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSummary } from '../../../cli/demo/expectations';
import { PLAN } from '../../../cli/demo/plan';
import { screenOn } from '../../../cli/demo/screen/screen';
import { endLines, header, rolloutLines, trafficLine } from '../../../cli/demo/words';
import type { Summary } from '../../../simulator/app/summary';

/** What a run of the demo wrote. */
const summary = JSON.parse(readFileSync(join(__dirname, 'summary.json'), 'utf8')) as Summary;
const failed = summary.rollouts.reduce((sum, { failedRequests }) => sum + failedRequests, 0);
const totals = { requests: 35_101, notSent: 0, failed: failed + 3, failedBecauseOfShift: 0, byVersion: new Map() };

const screenOf = (columns: number) => screenOn({ isTTY: true, columns, write: () => undefined }, {});
const bare = (line: string) => line.replaceAll(/\u001b\[\d+m/g, '');
const end = (columns: number, checks = checkSummary(summary)) =>
  endLines({ summary, totals, checks, seconds: 75, out: '/tmp/a demo', plan: PLAN }, screenOf(columns)).map(bare);

it('begins with the two failures that matter: models that pass every check and harm some users', () => {
  const [first, ...bad] = PLAN.slice(0, 3).map(({ expected }) => expected);
  expect(first!.outcome).toBe('promoted-first');
  expect(bad.map(({ traffic, gate }) => [traffic, gate])).toEqual([
    ['canary', 'errors'],
    ['canary', 'predictions'],
  ]);
});

it.each([60, 80, 200])('wraps every line to a terminal of %i columns, and loses no word', (columns) => {
  const wide = screenOf(10_000);
  const narrow = screenOf(columns);
  const all = (screen: typeof wide) => [
    ...header('http://127.0.0.1:1', PLAN, screen.columns),
    ...PLAN.flatMap((planned, index) => rolloutLines(index + 1, planned, summary.rollouts[index]!, screen)),
  ];
  const lines = all(narrow).map(bare);
  expect(lines.filter((line) => line.length > columns)).toEqual([]);
  const words = (given: readonly string[]) => given.map(bare).join(' ').split(/\s+/);
  expect(words(lines)).toEqual(words(all(wide)));
  expect(end(columns).filter((line) => line.length > columns)).toEqual([]);
  // The address stays whole.
  expect(end(columns).at(-1)).toMatch(/file:\/\/\/tmp\/a%20demo\/index\.html$/);
});

it('keeps lines whole in a file', () => {
  const screen = screenOn({ write: () => undefined }, {});
  const long = PLAN.findIndex(({ file }) => file === 'skewed.onnx');
  expect(rolloutLines(1, PLAN[long]!, summary.rollouts[long]!, screen)).toHaveLength(2);
});

it('ends in five lines and the address of the page', () => {
  const lines = end(10_000);
  expect(lines).toHaveLength(6);
  expect(lines[2]).toMatch(
    /^At 20 requests a minute: the good model was promoted on a replay of \d+ requests \+ \d+ live; the bad one was refused by its replay, and no user met it\.$/,
  );
  expect(lines[0]).toBe(`As expected, in 75 s: ${PLAN.length} rollouts.`);
  expect(lines.at(-1)).toMatch(/: file:\/\/\/tmp\/a%20demo\/index\.html$/);
});

it('says first what was not as expected', () => {
  const lines = end(10_000, checkSummary({ ...summary, rollouts: summary.rollouts.slice(0, 2) }));
  expect(lines[0]).toMatch(/^ {2}FAIL /);
  expect(lines.find((line) => line.includes('not as expected'))).toMatch(/^\d+ of \d+ not as expected, in 75 s/);
});

it('explains each request that was not answered where it says how many', () => {
  const line = trafficLine(summary, { ...totals, notSent: 12 }, PLAN);
  const counted = [
    ...line.matchAll(/[(,] ?(\d+) (before the first model was in service|while [^,)]+ ran|between rollouts)/g),
  ];
  expect(counted.reduce((sum, [, number]) => sum + Number(number), 0)).toBe(totals.failed);
  expect(line).toContain(`${totals.failed} not answered (`);
  expect(line).toContain('while throws-on-dense.onnx ran');
  expect(line).toContain('12 more were never sent, because this machine was behind');
});
