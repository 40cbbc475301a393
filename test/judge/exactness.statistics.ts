import {
  asGoodAsBlue,
  worseByAnyAmount,
  mixOverAlternatives,
  mixOverStartMinutes,
} from '../../lambdas/domain/statistics/mixture';
import type { Count, MinuteCounts } from '../../lambdas/domain/statistics/counts';
import type { MinuteBins } from '../../lambdas/domain/statistics/ordered-bins';
import { twoArmScores, type TwoArmTest } from '../../lambdas/domain/statistics/two-arm';
import { judgeCounter } from '../../lambdas/domain/gates/counter';
import { harmlessLatency } from '../../lambdas/domain/gates/latency-quantiles';
import { seeded } from '../../simulator/draws';
import { thresholds } from './thresholds';
import { beyond, expectation, fixedMinutes, pairs, routedMinutes, type Outcome, type World } from './worlds';

/** Rounding of a sum over all outcomes. */
const HAIR = 1e-9;

interface Draw {
  readonly test: TwoArmTest;
  readonly worlds: readonly [World, World];
}

/** Settings and two minutes at random; each minute lies on the null's boundary or inside the null. */
function draw(random: () => number, index: number): Draw {
  const ratio = index % 3 === 0 ? 1 : 1 + random();
  const points = index % 2 === 0 ? 0 : 0.03 * random();
  const harm = index % 4 === 3;
  const weight = 0.01 + 0.98 * random();
  const world = (): World => {
    // Where the boundary is above 1, nothing is harmful: the harm null has no such blue rate.
    const blue = random() ** 3 * (harm ? (1 - points) / ratio : 1);
    const boundary = Math.min(1, ratio * blue + points);
    const inside = random() < 0.5 ? 1 : random();
    const green = harm ? 1 - inside * (1 - boundary) : inside * boundary;
    return { blue: [1 - blue, blue], green: [1 - green, green], weight };
  };
  return {
    test: {
      margin: { ratio, points },
      alternatives: harm ? asGoodAsBlue : worseByAnyAmount,
      history: drawHistory(random, index),
    },
    worlds: [world(), world()],
  };
}

/** One count that stands for many minutes, or minutes that scatter as they like. */
function drawHistory(random: () => number, index: number): Count[] {
  if (index % 5 < 2) return [{ events: Math.floor(20 * random() ** 3), requests: 20 }];
  const wildness = random();
  return Array.from({ length: 14 }, () => {
    const requests = 5 + Math.floor(40 * random());
    return { events: Math.floor(requests * random() ** 2 * wildness), requests };
  });
}

type Sides = (world: World) => Outcome<MinuteBins>[];
const SIDES: readonly (readonly [share: 'realised' | 'routed', one: Sides, two: Sides])[] = [
  ['realised', (world) => fixedMinutes(world, 7, 6), (world) => fixedMinutes(world, 4, 3)],
  ['routed', (world) => routedMinutes(world, 9), (world) => routedMinutes(world, 4)],
];

const minuteOf = (bins: MinuteBins, { weight }: World): MinuteCounts => beyond(bins, 1, weight);

describe.each(SIDES)('no bet wins on average when green is inside the null, with the %s share', (share, one, two) => {
  it('has E[e] <= 1 for every alternative, in a minute of 120 random nulls', () => {
    const random = seeded(1).uniform;
    let largest = 0;
    for (let index = 0; index < 120; index++) {
      const { test, worlds } = draw(random, index);
      const [world] = worlds;
      const sums: number[] = [];
      for (const { value, chance } of one(world)) {
        const [scores = []] = twoArmScores({ ...test, share }, [minuteOf(value, world)]);
        scores.forEach((score, k) => (sums[k] = (sums[k] ?? 0) + chance * Math.exp(score)));
      }
      largest = Math.max(largest, ...sums);
    }
    expect(largest).toBeLessThanOrEqual(1 + HAIR);
    expect(largest).toBeGreaterThan(0.999);
  });

  it('has E[e] <= 1 after two minutes of changing rates, with guard, estimate of the rate and mixture', () => {
    const random = seeded(2).uniform;
    let largest = 0;
    for (let index = 0; index < 24; index++) {
      const { test, worlds } = draw(random, index);
      const [first, second] = worlds;
      const expected = expectation(pairs(two(first), two(second)), ([a, b]) => {
        const scores = twoArmScores({ ...test, share }, [minuteOf(a, first), minuteOf(b, second)]);
        const mixed = test.alternatives === asGoodAsBlue ? mixOverAlternatives(scores) : mixOverStartMinutes(scores, 3);
        return Math.exp(mixed[1] ?? NaN);
      });
      largest = Math.max(largest, expected);
    }
    expect(largest).toBeLessThanOrEqual(1 + HAIR);
    expect(largest).toBeGreaterThan(0.9);
  });

  it('has E[e] <= 1 for a gate as it is judged, with stakes where the traffic can decide', () => {
    const random = seeded(3).uniform;
    let largest = 0;
    for (let index = 0; index < 24; index++) {
      const { test, worlds } = draw(random, index % 4 === 3 ? index + 1 : index);
      const [first, second] = worlds;
      const reach = { greenRequests: 10 ** (1 + 5 * random()), minutes: 15 };
      const expected = expectation(pairs(two(first), two(second)), ([a, b]) => {
        const { logEvidence } = judgeCounter(
          {
            words: { counts: '', harmless: '', comparison: () => '' },
            part: 1,
            minutes: [minuteOf(a, first), minuteOf(b, second)],
            history: test.history,
            margin: test.margin,
            share,
          },
          reach,
          { horizonMinutes: 15, rows: [] },
        );
        return Math.exp(logEvidence[1] ?? NaN);
      });
      largest = Math.max(largest, expected);
    }
    expect(largest).toBeLessThanOrEqual(1 + HAIR);
    expect(largest).toBeGreaterThan(0.9);
  });
});

it('has E[e] <= 1 for the latency bets that green is harmless, when it is just harmful', () => {
  let largest = 0;
  for (const threshold of thresholds) {
    const test: TwoArmTest = {
      margin: { ratio: 1, points: 0 },
      alternatives: harmlessLatency(thresholds, threshold),
      history: [{ events: 1000 * (1 - threshold.quantile), requests: 1000 }],
      share: 'realised',
    };
    for (const rate of [0.001, 0.05, 0.3, 0.5, 0.9]) {
      const world = { blue: [1 - rate, rate], green: [1 - rate, rate], weight: 0.4 };
      const expected = expectation(fixedMinutes(world, 12, 8), (bins) =>
        Math.exp(mixOverAlternatives(twoArmScores(test, [minuteOf(bins, world)]))[0] ?? NaN),
      );
      largest = Math.max(largest, expected);
    }
  }
  expect(largest).toBeLessThanOrEqual(1 + HAIR);
  expect(largest).toBeGreaterThan(0.99);
});
