import fc from 'fast-check';
import { predictedBlueRates } from '../../lambdas/domain/statistics/counts';
import { believableShares } from '../../lambdas/domain/statistics/guard';
import { mixOverStartMinutes } from '../../lambdas/domain/statistics/mixture';
import { orderedBinScores, type MinuteBins } from '../../lambdas/domain/statistics/ordered-bins';
import { ownNoise } from '../../lambdas/domain/statistics/own-noise';
import { greenShares } from '../../lambdas/domain/statistics/two-arm';
import { durationBins, shiftShapes, tailShapes } from '../../lambdas/domain/gates/latency-quantiles';
import type { LatencyThreshold } from '../../lambdas/domain/evidence';
import { seeded } from '../../simulator/draws';
import { thresholds } from './thresholds';
import {
  beyond,
  drawShares,
  expectation,
  fixedMinutes,
  noLarger,
  pairs,
  routedMinutes,
  type Outcome,
  type World,
} from './worlds';

const HAIR = 1e-9;

/** Ratios that rise at random, none of them special. */
function drawShapes(random: () => number, cells: number): number[][] {
  return [0.1, 1, 5].map((steepness) => {
    let ratio = 0.05 + random();
    return Array.from({ length: cells }, () => (ratio += steepness * random() ** 2));
  });
}

const drawWorld = (random: () => number, cells: number, moved: number): World => {
  const blue = drawShares(random, cells);
  return { blue, green: noLarger(random, blue, moved), weight: 0.01 + 0.98 * random() };
};

type Sides = (world: World) => Outcome<MinuteBins>[];
const SIDES: readonly (readonly [share: 'realised' | 'routed', one: Sides, two: Sides])[] = [
  ['realised', (world) => fixedMinutes(world, 4, 3), (world) => fixedMinutes(world, 3, 2)],
  ['routed', (world) => routedMinutes(world, 5), (world) => routedMinutes(world, 3)],
];

describe.each(SIDES)('a bet on ordered bins does not win on average, with the %s share', (share, one, two) => {
  it('has E[e] <= 1 for every rising shape, while green is stochastically no larger than blue', () => {
    const random = seeded(4).uniform;
    let largest = 0;
    for (let index = 0; index < 60; index++) {
      const cells = 3 + (index % 2);
      const world = drawWorld(random, cells, index % 3 === 0 ? 0 : random());
      const shapes = drawShapes(random, cells);
      const sums = shapes.map(() => 0);
      for (const { value, chance } of one(world)) {
        orderedBinScores(shapes, [value])[0]?.forEach(
          (score, k) => (sums[k] = (sums[k] ?? 0) + chance * Math.exp(score)),
        );
      }
      largest = Math.max(largest, ...sums);
    }
    expect(largest).toBeLessThanOrEqual(1 + HAIR);
    expect(largest).toBeGreaterThan(0.99);
  });

  it('has E[e] <= 1 after two minutes with the guards of the exceedances', () => {
    const random = seeded(5).uniform;
    let largest = 0;
    for (let index = 0; index < 10; index++) {
      const [first, second] = [drawWorld(random, 3, 0), drawWorld(random, 3, index % 2 === 0 ? 0 : random())];
      const shapes = drawShapes(random, 3);
      const history = Array.from({ length: 14 }, () => ({ events: Math.floor(4 * random()), requests: 6 }));
      const expected = expectation(pairs(two(first), two(second)), ([a, b]) => {
        const counts = [1, 2].map((upTo) => [beyond(a, upTo, first.weight), beyond(b, upTo, second.weight)]);
        const guards = counts.map((minutes) =>
          believableShares(
            minutes,
            predictedBlueRates({ events: 30, requests: 84 }, minutes),
            greenShares(minutes, share),
            ownNoise(history, minutes),
          ),
        );
        const scores = orderedBinScores(shapes, [a, b], (_, minute) =>
          Math.min(...guards.map((guard) => guard[minute] ?? NaN)),
        );
        return Math.exp(mixOverStartMinutes(scores, 3)[1] ?? NaN);
      });
      largest = Math.max(largest, expected);
    }
    expect(largest).toBeLessThanOrEqual(1 + HAIR);
    expect(largest).toBeGreaterThan(0.9);
  });
});

it('loses that promise for a shape that falls, which is why none may', () => {
  const world = { blue: [0.1, 0.8, 0.1], green: [0.8, 0.1, 0.1], weight: 0.5 };
  const expected = expectation(fixedMinutes(world, 4, 3), (bins) =>
    Math.exp(orderedBinScores([[3, 0.2, 1]], [bins])[0]?.[0] ?? NaN),
  );
  expect(expected).toBeGreaterThan(1);
});

/** Blue's durations before the canary: any rising thresholds, any falling counts beyond them. */
const baseline = fc
  .record({
    requests: fc.integer({ min: 0, max: 1_000_000 }),
    chosen: fc.subarray([...thresholds], { minLength: 1 }),
    steps: fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 8, maxLength: 8 }),
    left: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
  })
  .map(({ requests, chosen, steps, left }) => {
    let ms = 0.01;
    let events = requests;
    return chosen.map((threshold, index) => {
      ms *= Math.exp(steps[index] ?? 0);
      events = Math.floor(events * (left[index] ?? 0));
      const held: LatencyThreshold = { ...threshold, blueMs: ms, greenToleratedMs: ms, greenHarmfulMs: ms };
      return { threshold: held, minutes: [], history: [{ events, requests }] };
    });
  });

it('bets on rising shapes only, each with mean 1 under blue, whatever blue did before the canary', () => {
  fc.assert(
    fc.property(baseline, (exceedances) => {
      const bins = durationBins(exceedances);
      for (const shape of [...shiftShapes(bins), ...tailShapes(bins)]) {
        expect(shape).toHaveLength(exceedances.length + 1);
        let before = 0;
        for (const ratio of shape) {
          expect(ratio).toBeGreaterThan(0);
          // A hair for the rounding of equal ratios.
          expect(ratio).toBeGreaterThanOrEqual(before * (1 - 1e-12));
          expect(ratio).toBeLessThan(Infinity);
          before = ratio;
        }
        const mean = shape.reduce((sum, ratio, bin) => sum + ratio * (bins.shares[bin] ?? 0), 0);
        expect(mean).toBeCloseTo(1, 9);
      }
    }),
    { seed: 6, numRuns: 300 },
  );
});
