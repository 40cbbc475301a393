import { judge } from '../../lambdas/domain/judge/judge';
import type { Baseline, BaselineMinute, SideCounts } from '../../lambdas/domain/evidence';
import type { JudgeSettings } from '../../lambdas/domain/gates/gates';
import { seeded } from '../../simulator/draws';
import { minuteAt } from './evidence';
import { gatesOn, settings } from './settings';
import { thresholds } from './thresholds';
import { drawShares, expectation, multinomial, noLarger, pairs, routedMinutes, type World } from './worlds';

const HAIR = 1e-9;
const REQUESTS = 3;
const WEIGHTS = [0.1, 0.5, 0.9];

type Side = (cells: readonly number[]) => SideCounts;

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Cells: answers of one class, answers of the other, failures. */
const answered: Side = (cells) => {
  const [cat = 0, dog = 0, failed = 0] = cells;
  return {
    invocations: sum(cells),
    errors: failed,
    modelErrors: 0,
    nonFiniteOutputs: 0,
    throttles: 0,
    durations: sum(cells),
    slow: [],
    verySlow: [],
    classes: [cat, dog],
    custom: [{ events: failed, requests: sum(cells) }],
  };
};

/** Cells: durations up to blue's median, up to its p95, beyond. */
const timed: Side = (cells) => {
  const slow = [sum(cells.slice(1)), sum(cells.slice(2))];
  return {
    invocations: sum(cells),
    errors: 0,
    modelErrors: 0,
    nonFiniteOutputs: 0,
    throttles: 0,
    durations: sum(cells),
    slow,
    verySlow: slow,
    classes: [],
    custom: [],
  };
};

/** The mean of the judge's e-value after two minutes, over every outcome. */
function meanEvidence(baseline: Baseline, side: Side, worlds: [World, World], rules: JudgeSettings): number {
  const [first, second] = worlds;
  return expectation(pairs(routedMinutes(first, REQUESTS), routedMinutes(second, REQUESTS)), (outcome) => {
    const minutes = outcome.map(({ blue, green }, index) => ({
      minute: minuteAt(index),
      weight: worlds[index]?.weight ?? 0,
      blue: side(blue),
      green: side(green),
    }));
    return Math.exp(judge({ ...baseline, horizonMinutes: 4, rows: minutes }, rules).logEvidence[1] ?? NaN);
  });
}

const rows = (random: () => number, blue: (requests: number) => SideCounts, count: number): BaselineMinute[] =>
  Array.from({ length: count }, (_, index) => ({
    minute: minuteAt(index - count),
    blue: blue(3 + Math.floor(6 * random())),
  }));

/** Requests in cells as they come, from minute to minute a little otherwise. */
const scattered = (random: () => number, shares: readonly number[], requests: number): number[] => {
  const cells = shares.map(() => 0);
  for (let request = 0; request < requests; request++) {
    let left = random();
    const cell = shares.findIndex((share) => (left -= share) < 0);
    cells[Math.max(0, cell)] = (cells[Math.max(0, cell)] ?? 0) + 1;
  }
  return cells;
};

describe('the whole judge does not win on average while green is inside every tolerance', () => {
  it('with failures, classes, throttles and a custom counter, however they depend on each other', () => {
    const random = seeded(7).uniform;
    const strict = { tolerance: { ratio: 1, points: 0 }, harm: { ratio: 1, points: 0 } };
    let largest = 0;
    for (const weight of WEIGHTS) {
      const shares = drawShares(random, 3);
      const world = { blue: shares, green: shares, weight };
      const baseline = {
        baseline: rows(random, (requests) => answered(scattered(random, shares, requests)), 12),
        baselineDurations: 100,
        thresholds: [],
        classNames: ['cat', 'dog'],
      };
      const gates = gatesOn({
        errors: strict,
        throttles: strict,
        predictions: { tolerancePoints: 0, harmPoints: 0 },
        custom: [{ name: 'fallbacks', ...strict }],
      });
      largest = Math.max(largest, meanEvidence(baseline, answered, [world, world], { ...settings, gates }));
    }
    expect(largest).toBeLessThanOrEqual(1 + HAIR);
    expect(largest).toBeGreaterThan(0.98);
  });

  it('with durations, while every minute has a blue of its own and a green that is no slower', () => {
    const random = seeded(8).uniform;
    let largest = 0;
    for (const weight of WEIGHTS) {
      const [one, other] = [drawShares(random, 3), drawShares(random, 3)];
      const worlds: [World, World] = [
        { blue: one, green: one, weight },
        { blue: other, green: noLarger(random, other, 0.1), weight },
      ];
      const baseline = {
        baseline: rows(random, (requests) => timed(scattered(random, one, requests)), 12),
        baselineDurations: 100,
        thresholds: thresholds.filter(({ quantile }) => [0.5, 0.95].includes(quantile)),
        classNames: [],
      };
      largest = Math.max(
        largest,
        meanEvidence(baseline, timed, worlds, { ...settings, gates: gatesOn({ latency: {} }) }),
      );
    }
    expect(largest).toBeLessThanOrEqual(1 + HAIR);
    expect(largest).toBeGreaterThan(0.95);
  });

  // In a minute of which all requests were timed, fewer than the weight says went to the version that is cold more
  // often.
  it('with durations of warm requests only, while green has the more cold ones', () => {
    const [threshold] = thresholds.filter(({ quantile }) => quantile === 0.5);
    const blue = timed([1, 1, 0]);
    const half = { ...blue, slow: [1], verySlow: [1] };
    const baseline = {
      baseline: Array.from({ length: 5 }, (_, index) => ({ minute: minuteAt(index - 5), blue: half })),
      baselineDurations: 100,
      thresholds: threshold ? [threshold] : [],
      classNames: [],
    };
    const fast = (requests: number, durations: number): SideCounts => ({
      ...timed([requests, 0, 0]),
      durations,
      slow: [0],
      verySlow: [0],
    });
    // A tenth of the requests goes to green, three tenths of those start cold; none is slow.
    const mean = expectation(multinomial(10, [0.9, 0.07, 0.03]), ([inBlue = 0, warm = 0, cold = 0]) => {
      const minute = { minute: minuteAt(0), weight: 0.1, blue: fast(inBlue, inBlue), green: fast(warm + cold, warm) };
      const evidence = { ...baseline, horizonMinutes: 4, rows: [minute], warmOnly: true };
      return Math.exp(judge(evidence, { ...settings, gates: gatesOn({ latency: {} }) }).logEvidence[0] ?? NaN);
    });
    expect(mean).toBeLessThanOrEqual(1 + HAIR);
  });
});
