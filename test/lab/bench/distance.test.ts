import { DISTANCE_CELLS } from '../../../lab/bench/judge/cells/distance';
import { ENTRIES } from '../../../lab/bench/judge/judges/all';
import { traceOf } from '../../../lab/bench/judge/judges/trace-of';
import { distanceOf } from '../../../lab/bench/judge/report/distance';
import { distanceTable } from '../../../lab/bench/judge/report/distance-table';
import { seeded } from '../../../simulator/draws';
import { simulate } from '../../../lab/bench/judge/simulate/simulate';
import { reportWith, summaryOf } from './report';

const ratios = (of: (index: number) => number | undefined) =>
  reportWith(
    DISTANCE_CELLS.map((cell, index) => {
      const ratio = of(index);
      return {
        cell,
        judges: { A: summaryOf(ratio === undefined ? {} : { greenRequests: ratio * cell.bounds.twoSample }) },
      };
    }),
  );

it('watches 42 bad greens for two and a half hours, at a traffic at which the limit takes 20 minutes', () => {
  expect(DISTANCE_CELLS).toHaveLength(42);
  for (const { setting, weight, bounds } of DISTANCE_CELLS) {
    expect(setting.minutes).toBe(150);
    const needed = bounds.twoSample / (weight * setting.ratePerMin);
    expect(needed).toBeLessThanOrEqual(20);
    // A whole request a minute is the least traffic there is.
    if (setting.ratePerMin > 20) expect(needed).toBeGreaterThan(19);
  }
});

it('plans for an hour and looks on', () => {
  const [cell] = DISTANCE_CELLS;
  const trace = traceOf(simulate(cell!.setting, seeded(1)));
  expect(trace.horizonMinutes).toBe(60);
  expect(trace.rows).toHaveLength(150);
});

it('asks the judges only that promise the false alarm rate of the limit', () => {
  const asked = ENTRIES.filter(({ suites }) => suites.includes('distance')).map(({ judge }) => judge.name);
  expect(asked).toEqual(['Greenlight', 'Reference', 'SeqLM']);
});

it('takes the median of two middle settings, the worst, and the slow tail where it is worst', () => {
  // 0.1, 0.2, ... 4.2; slow tails are the 12th of each 14.
  const distance = distanceOf(
    ratios((index) => (index + 1) / 10),
    'A',
  );
  expect(distance?.median).toBeCloseTo(2.15);
  expect(distance?.worst).toBeCloseTo(4.2);
  expect(distance?.slowTail).toBeCloseTo(4.0);
  expect(
    distanceOf(
      ratios(() => 1),
      'B',
    ),
  ).toBeUndefined();
});

it('calls a bad green that was never found infinitely far, and says so', () => {
  const report = ratios((index) => (index === 11 ? undefined : 1.5));
  expect(distanceOf(report, 'A')).toMatchObject({ median: 1.5, worst: Infinity, slowTail: Infinity });
  const lines = distanceTable(report).trimEnd().split('\n');
  expect(lines).toHaveLength(4 + 2 + 42 + 3);
  expect(lines.at(-3)).toBe('| **median** |  |  |  |  |  | 1.50 | 98 % |');
  expect(lines.at(-2)).toBe('| **worst** |  |  |  |  |  | never | 98 % |');
});
