import { asGoodAsBlue, worseByAnyAmount } from '../../lambdas/domain/judge/2-evidence/alternatives';
import type { MinuteCounts } from '../../lambdas/domain/judge/2-evidence/counts';
import { mixOverAlternatives, mixOverStartMinutes } from '../../lambdas/domain/judge/2-evidence/mixture';
import { twoArmScores, type TwoArmTest } from '../../lambdas/domain/judge/2-evidence/two-arm';
import { harmlessLatency } from '../../lambdas/domain/judge/3-gates/latency-alternatives';
import { seeded } from '../../local/bench/judge/simulate/random';
import { thresholds } from './thresholds';

const TOLERANCE = 1e-9;

/** Probabilities of 0 to n events. */
function binomial(n: number, rate: number): number[] {
  let chance = 1;
  return Array.from({ length: n + 1 }, (_, k) => {
    if (k > 0) chance *= (n - k + 1) / k;
    return chance * rate ** k * (1 - rate) ** (n - k);
  });
}

interface World {
  readonly blueRequests: number;
  readonly greenRequests: number;
  readonly blueRate: number;
  readonly greenRate: number;
}

/** Every outcome of a minute with its probability. */
function outcomes(world: World, weight: number): { minute: MinuteCounts; chance: number }[] {
  const blue = binomial(world.blueRequests, world.blueRate);
  const green = binomial(world.greenRequests, world.greenRate);
  return blue.flatMap((blueChance, blueEvents) =>
    green.map((greenChance, greenEvents) => ({
      minute: {
        blueEvents,
        blueRequests: world.blueRequests,
        greenEvents,
        greenRequests: world.greenRequests,
        weight,
      },
      chance: blueChance * greenChance,
    })),
  );
}

/** Settings and a world at random; the world lies on the null's boundary or inside the null. */
function draw(random: () => number, index: number): { test: TwoArmTest; world: World; weight: number } {
  const ratio = index % 3 === 0 ? 1 : 1 + random();
  const points = index % 2 === 0 ? 0 : 0.03 * random();
  const harm = index % 4 === 3;
  // Where the boundary is above 1, nothing is harmful: the harm null has no such blue rate.
  const blueRate = random() ** 3 * (harm ? (1 - points) / ratio : 1);
  const boundary = Math.min(1, ratio * blueRate + points);
  const inside = random() < 0.5 ? 1 : random();
  return {
    test: {
      margin: { ratio, points },
      alternatives: harm ? asGoodAsBlue : worseByAnyAmount,
      history: [{ events: Math.floor(20 * random() ** 3), requests: 20 }],
    },
    world: {
      blueRequests: Math.floor(13 * random()),
      greenRequests: Math.floor(13 * random()),
      blueRate,
      greenRate: harm ? 1 - inside * (1 - boundary) : inside * boundary,
    },
    weight: 0.01 + 0.98 * random(),
  };
}

describe('no bet is expected to win when green is inside the null', () => {
  it('has E[e] <= 1 for every alternative, by enumeration of 300 random nulls, with the realised share', () => {
    const random = seeded(1).uniform;
    let largest = 0;
    for (let index = 0; index < 300; index++) {
      const { test, world, weight } = draw(random, index);
      const expected: number[] = [];
      for (const { minute, chance } of outcomes(world, weight)) {
        const [scores] = twoArmScores({ ...test, share: 'realised' }, [minute]);
        scores?.forEach((score, k) => (expected[k] = (expected[k] ?? 0) + chance * Math.exp(score)));
      }
      largest = Math.max(largest, ...expected);
    }
    expect(largest).toBeLessThanOrEqual(1 + TOLERANCE);
    expect(largest).toBeGreaterThan(0.999);
  });

  it('has E[e] <= 1 with the alias weight when requests are routed at random, also in minutes without green', () => {
    const random = seeded(2).uniform;
    let largest = 0;
    for (let index = 0; index < 60; index++) {
      const { test, world, weight } = draw(random, index);
      const requests = Math.min(10, world.blueRequests + world.greenRequests);
      const expected: number[] = [];
      binomial(requests, weight).forEach((split, greenRequests) => {
        const routed = { ...world, greenRequests, blueRequests: requests - greenRequests };
        for (const { minute, chance } of outcomes(routed, weight)) {
          const [scores] = twoArmScores(test, [minute]);
          scores?.forEach((score, k) => (expected[k] = (expected[k] ?? 0) + split * chance * Math.exp(score)));
        }
      });
      largest = Math.max(largest, ...expected);
    }
    expect(largest).toBeLessThanOrEqual(1 + TOLERANCE);
    expect(largest).toBeGreaterThan(0.99);
  });

  it('has E[e] <= 1 after three minutes of changing rates, guard, rate estimate and mixture included', () => {
    const random = seeded(3).uniform;
    let largest = 0;
    for (let index = 0; index < 8; index++) {
      const { test } = draw(random, index);
      const worlds = [0, 1, 2].map((): World => {
        const { ratio, points } = test.margin;
        const blueRate = (random() ** 2 * (1 - points)) / ratio;
        const boundary = ratio * blueRate + points;
        const greenRate = test.alternatives === asGoodAsBlue ? boundary + random() * (1 - boundary) : boundary;
        return { blueRequests: 3, greenRequests: 2, blueRate, greenRate };
      });
      const [first = [], second = [], third = []] = worlds.map((world) => outcomes(world, 0.4));
      let expected = 0;
      for (const a of first)
        for (const b of second)
          for (const c of third) {
            const scores = twoArmScores({ ...test, share: 'realised' }, [a.minute, b.minute, c.minute]);
            const mixed =
              test.alternatives === asGoodAsBlue ? mixOverAlternatives(scores) : mixOverStartMinutes(scores, 4);
            expected += a.chance * b.chance * c.chance * Math.exp(mixed[2] ?? NaN);
          }
      largest = Math.max(largest, expected);
    }
    expect(largest).toBeLessThanOrEqual(1 + TOLERANCE);
    expect(largest).toBeGreaterThan(0.8);
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
        const world = { blueRequests: 12, greenRequests: 8, blueRate: rate, greenRate: rate };
        const expected = outcomes(world, 0.4).reduce(
          (sum, { minute, chance }) =>
            sum + chance * Math.exp(mixOverAlternatives(twoArmScores(test, [minute]))[0] ?? NaN),
          0,
        );
        largest = Math.max(largest, expected);
      }
    }
    expect(largest).toBeLessThanOrEqual(1 + TOLERANCE);
  });
});
