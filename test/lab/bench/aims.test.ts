import { CELLS } from '../../../lab/bench/judge/cells/all';
import type { Cell } from '../../../lab/bench/judge/cells/cell';
import { oneLook } from '../../../lab/bench/judge/judges/one-look';
import { aimsOf, isMet } from '../../../lab/bench/judge/report/aims';
import { aimsTable } from '../../../lab/bench/judge/report/aims-table';
import { speedTable } from '../../../lab/bench/judge/report/speed-table';
import { timeLooks } from '../../../lab/bench/judge/run/look-time';
import type { BenchSummary } from '../../../lab/bench/judge/run/summary';
import { reportWith, summaryOf } from './report';

/** What a judge might have reached in each cell. */
const results = (of: (cell: Cell) => Partial<BenchSummary>) =>
  CELLS.map((cell) => ({ cell, judges: { A: summaryOf(of(cell)) } }));
const perfect = (cell: Cell): Partial<BenchSummary> => {
  switch (cell.suite) {
    case 'distance':
      return { greenRequests: 'bounds' in cell ? (cell.bounds as { twoSample: number }).twoSample : NaN };
    case 'speed':
      return { stopped: 100, medianMinute: 1 };
    default:
      return {};
  }
};
const missed = (report: Parameters<typeof aimsOf>[0]) =>
  aimsOf(report).flatMap((aim) => (isMet(aim) ? [] : [aim.what]));

it('is content with a judge that reaches everything', () => {
  const report = reportWith(results(perfect));
  expect(aimsOf(report)).toHaveLength(11);
  expect(missed(report)).toEqual([]);
  expect(aimsTable(report)).toContain('| distance to the limit, median | 1.00 | 1.60 | met |');
});

it.each<[string, (cell: Cell) => Partial<BenchSummary> | undefined, readonly string[]]>([
  [
    'one setting with false stops',
    ({ suite, name }) => (suite === 'flat' && name.startsWith('1/min, 5 %, errors 0 %') ? { stopped: 2 } : undefined),
    ['false stops, worst setting'],
  ],
  [
    'slow tails alone',
    ({ suite, setting }) =>
      suite === 'distance' && setting.regression.type === 'tail' ? { greenRequests: 1e6 } : undefined,
    ['distance to the limit, slow tail at its worst weight'],
  ],
  [
    'latency noise at high traffic',
    ({ setting }) => (setting.versionNoise === 0.1 && setting.regression.type === 'none' ? { stopped: 6 } : undefined),
    ['false stops in latency noise of 10 % a minute, 10,000/min'],
  ],
  [
    'clusters of 10',
    ({ setting }) => (setting.cluster === 10 ? { stopped: 11 } : undefined),
    ['false stops, failures in clusters of 10'],
  ],
  [
    'noisy errors',
    ({ setting }) => (setting.errorOddsNoise === 0.6 ? { stopped: 6 } : undefined),
    ['false stops in error odds noise of 0.6'],
  ],
  [
    'a slow stop',
    ({ suite, name }) =>
      suite === 'speed' && name === 'latency +30 %, 1000/min' ? { stopped: 100, medianMinute: 4 } : undefined,
    ['median minute, latency +30 %, 1,000/min'],
  ],
  [
    'quick stops of one in two',
    ({ suite, name }) =>
      suite === 'speed' && name === '1 % → 5 %, 1000/min' ? { stopped: 50, medianMinute: 1 } : undefined,
    ['median minute, failures 1 % → 5 %, 1,000/min'],
  ],
])('says that an aim is missed after %s', (_what, of, expected) => {
  expect(missed(reportWith(results((cell) => of(cell) ?? perfect(cell))))).toEqual(expected);
});

it('does not call met what was not measured', () => {
  const report = reportWith([], { fastestMs: 5.1, medianMs: NaN });
  expect(missed(report)).toHaveLength(11);
  expect(aimsTable(report)).toContain('| false stops, all canaries | – | 0.1 % | **not met** |');
});

it('shows minutes since green turned bad, and stops before that apart', () => {
  const text = speedTable(
    reportWith(
      results(({ setting }) =>
        setting.onset === 20 ? { stopped: 70, early: 30, medianMinute: 24 } : { stopped: 99, medianMinute: 2 },
      ),
    ),
  );
  expect(text).toContain('| latency +30 %, 1000/min | 99 %, 2 |');
  expect(text).toContain('| latency +30 % from minute 20, 1000/min | 70 %, 24 (5); 30 % early |');
});

it('times looks one by one after warming up', () => {
  let [clock, looks] = [0, 0];
  const time = timeLooks(
    // The first ones are slow; then 1 to 100 ms.
    () => (clock += looks++ < 50 ? 1_000 : looks - 50),
    () => clock,
  );
  expect(looks).toBe(150);
  expect(time).toEqual({ fastestMs: 1, medianMs: 51 });
});

it('times a look that leaves nothing out', () => {
  const { evidence, look } = oneLook();
  const { gates, settledMinutes } = look();
  expect(gates.map(({ gate }) => gate)).toEqual([
    'errors',
    'latency',
    'predictions',
    'throttles',
    'memory',
    'custom:fallbacks',
  ]);
  expect(settledMinutes).toBe(60);
  expect(evidence.classNames).toHaveLength(10);
  for (const { green } of evidence.rows) expect(Math.min(...green.classes)).toBeGreaterThan(0);
});
