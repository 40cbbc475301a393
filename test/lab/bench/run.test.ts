import { setTimeout } from 'node:timers/promises';
import { parseBenchArguments } from '../../../lab/bench/judge/arguments';
import { ArgumentsInvalid } from '../../../tools/arguments-invalid';
import type { Cell } from '../../../lab/bench/judge/cells/cell';
import { DISTANCE_CELLS } from '../../../lab/bench/judge/cells/distance';
import { FOUND_CELLS } from '../../../lab/bench/judge/cells/found';
import type { Entry } from '../../../lab/bench/judge/judges/entry';
import { falseStops } from '../../../lab/bench/judge/report/false-stops';
import { reportOf } from '../../../lab/bench/judge/report/report';
import { tables } from '../../../lab/bench/judge/report/tables';
import { type Chunk, runChunk } from '../../../lab/bench/judge/run/chunk';
import { badAnswers } from '../../../lab/bench/judge/run/harm';
import { runCells } from '../../../lab/bench/judge/run/run-cells';
import { summarize } from '../../../lab/bench/judge/run/summary';
import { PLAIN } from '../../../lab/bench/judge/simulate/setting';
import type { Canary } from '../../../lab/bench/judge/simulate/canary';

const good: Cell = {
  suite: 'flat',
  name: 'good',
  setting: { ...PLAIN, ratePerMin: 20, weight: 0.1, baselineErrorRate: 0.05 },
};
const isTotal = ({ case: name, weight }: (typeof FOUND_CELLS)[number]) => name === '1 % → 100 %' && weight === 0.1;
const cells: readonly Cell[] = [good, ...FOUND_CELLS.filter(isTotal)];

const entry = (name: string, stopMinute: (canary: Canary) => number | undefined, more: Partial<Entry> = {}): Entry => ({
  judge: { name, stopMinute },
  suites: ['flat', 'found'],
  everyNth: 1,
  falseAlarmRate: undefined,
  ...more,
});
const firstFailure = ({ minutes }: Canary) => {
  const at = minutes.findIndex(({ green }) => green.errors > 0);
  return at === -1 ? undefined : at + 1;
};
const entries: readonly Entry[] = [
  entry('first', firstFailure, { falseAlarmRate: 0.01 }),
  entry('never', () => undefined, { everyNth: 5 }),
  entry('bad only', () => 7, { suites: ['found'] }),
];
const lane = async (chunk: Chunk) => runChunk(chunk, entries, 1, cells);

it('gives the same numbers however many lanes there are, and whichever is the fastest', async () => {
  const slowly = async (chunk: Chunk) => setTimeout(chunk.cell === 0 ? 20 : 0).then(() => lane(chunk));
  const alone = await runCells('quick', [lane], undefined, cells);
  expect(await runCells('quick', [slowly, lane, slowly], undefined, cells)).toEqual(alone);
  expect(alone.map(({ judges }) => Object.values(judges).map(({ runs }) => runs))).toEqual([
    [20, 4],
    [20, 4, 20],
  ]);
});

it('seeds each run by itself, so that a chunk can be cut anywhere', () => {
  const whole = runChunk({ cell: 0, from: 0, to: 10 }, entries, 1, cells)['first'];
  const parts = [0, 3].map((from, index) => runChunk({ cell: 0, from, to: [3, 10][index] ?? 0 }, entries, 1, cells));
  expect(parts.flatMap((part) => part['first'] ?? [])).toEqual(whole);
  expect(runChunk({ cell: 0, from: 0, to: 10 }, entries, 2, cells)['first']).not.toEqual(whole);
});

it('counts what green served up to the stop, and the whole hour without one', () => {
  const [stopped] = runChunk({ cell: 1, from: 0, to: 1 }, [entry('at 7', () => 7)], 1, cells)['at 7'] ?? [];
  const [kept] = runChunk({ cell: 1, from: 0, to: 1 }, [entry('never', () => undefined)], 1, cells)['never'] ?? [];
  expect(stopped?.minute).toBe(7);
  expect(stopped?.badAnswers).toBe(stopped?.greenRequests);
  expect(kept?.greenRequests).toBeGreaterThan(stopped?.greenRequests ?? Infinity);
});

it('counts failures, and slow or changed answers by their fraction', () => {
  const side = { invocations: 100, errors: 20, latency: new Uint32Array(), classes: new Uint32Array() };
  expect(badAnswers({ type: 'errx', x: 2 }, [side, side])).toBe(40);
  expect(badAnswers({ type: 'lat', x: 2 }, [side])).toBe(100);
  expect(badAnswers({ type: 'tail', f: 0.05 }, [side])).toBe(5);
  expect(badAnswers({ type: 'drift', d: 0.1 }, [side])).toBe(8);
});

it('summarizes the stopped by minute and requests, and all by harm', () => {
  const of = (minute: number | undefined, greenRequests: number) => ({ minute, greenRequests, badAnswers: 4 });
  expect(summarize([of(2, 10), of(undefined, 500), of(4, 20), of(9, 60)])).toEqual({
    runs: 4,
    stopped: 3,
    share: 0.75,
    early: 0,
    meanMinute: 5,
    medianMinute: 4,
    greenRequests: 30,
    badAnswers: 4,
  });
  expect(summarize([of(undefined, 1)])).toMatchObject({ share: 0, meanMinute: undefined, greenRequests: undefined });
  const late = summarize([of(2, 10), of(undefined, 500), of(4, 20), of(9, 60)], 4);
  expect(late).toMatchObject({ runs: 4, stopped: 2, early: 1, meanMinute: 6.5, greenRequests: 40 });
});

it('says in the tables what came out', async () => {
  const all = [...cells, ...DISTANCE_CELLS.filter(isTotal)];
  const both = entries.map((one) => ({ ...one, suites: [...one.suites, 'distance' as const] }));
  const allLane = async (chunk: Chunk) => runChunk(chunk, both, 1, all);
  const report = reportOf(await runCells('quick', [allLane], undefined, all), entries, 'quick', 1, {
    fastestMs: 1,
    medianMs: 2,
  });
  const [first] = falseStops(report);
  expect(first?.all).toBe(first?.worstCell);
  expect(first?.all).toBeGreaterThan(0.5);
  expect(falseStops(report).map(({ judge }) => judge)).toEqual(['first', 'never']);
  const text = tables(report);
  expect(text).toMatch(/\| 1 % → 100 % \| 10 % \| 1\.0 \| 1\.6 \| 1\.6 \| [\d.]+ \| [\d.]+ \| 100 % \|/);
  expect(text).toMatch(/\| never \| 0 % \| – \| – \| 0 % \| 0 % \| 4 \|/);
  expect(text).toContain('| 1 % → 100 % | 2 | 100 %, ');
});

it('reads its options, and names the one that cannot be used', () => {
  expect(parseBenchArguments([], 2)).toEqual({
    size: 'full',
    seed: 1,
    workers: 2,
    out: 'out/bench/judge',
    json: false,
  });
  expect(parseBenchArguments(['--quick', '--seed', '7', '--json'], 2)).toMatchObject({ size: 'quick', seed: 7 });
  expect(parseBenchArguments(['--help'], 2)).toBe('help');
  expect(() => parseBenchArguments(['--seed', '-1.5'], 2)).toThrow(ArgumentsInvalid);
  expect(() => parseBenchArguments(['--workers', '0'], 2)).toThrow('--workers 0: must be a whole number from 1 to 64');
});
