import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runReplay } from '../../../cli/replay/run-replay';
import { settings } from '../../judge/settings';
import { pairsOf } from '../../../lab/bench/judge/world/pairs';

const folder = mkdtempSync(join(tmpdir(), 'paired-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function replayed(world: Parameters<typeof pairsOf>[0], ...options: readonly string[]) {
  const pairs = pairsOf(world, 4, 1500);
  const { falseAlarmRate, missRate, gates } = settings;
  const file = join(folder, 'trace-replay.json');
  const requests = pairs.map((_, index) => `samples/x.jsonl line ${index + 1}`);
  const kept = { id: 'x-replay', kind: 'paired', endpoint: 'x', settings: { falseAlarmRate, missRate, gates } };
  writeFileSync(file, JSON.stringify({ ...kept, requests, asked: pairs.length, pairs }));
  const said: string[] = [];
  const code = runReplay([file, ...options], { out: (text) => said.push(text), note: (text) => said.push(text) });
  return { code, said: said.join('\n') };
}

it('judges the pairs that a rollout kept of its replay again, with the same keys as a trace', () => {
  const { code, said } = replayed({ failingMore: 0.2 }, '--json');
  expect(code).toBe(0);
  const [found] = JSON.parse(said) as Record<string, unknown>[];
  expect(found).toMatchObject({ id: 'x-replay', verdict: 'fail', gate: 'errors', minute: null });
  expect(found?.['pairs']).toBeLessThan(200);
  expect(JSON.parse(replayed({}, '--json').said)).toMatchObject([{ verdict: 'pass', gate: null }]);
});

it('tells a person each question with its numbers', () => {
  const { said } = replayed({});
  expect(said).toMatch(/PASS at pair \d+ of 1500: no harm on errors, latency, predictions/);
  expect(said).toMatch(/errors, failed requests, \d+ pairs: green failed .* no harm .* ✓/);
});

it('refuses what says that it is paired and is not', () => {
  const file = join(folder, 'wrong.json');
  writeFileSync(file, JSON.stringify({ id: 'x', kind: 'paired', pairs: [{ request: 'a' }] }));
  const said: string[] = [];
  expect(runReplay([file], { out: () => undefined, note: (text) => said.push(text) })).toBe(2);
  expect(said.join('\n')).toMatch(/wrong\.json: .*blue/);
});
