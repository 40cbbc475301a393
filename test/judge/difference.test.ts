import fc from 'fast-check';
import { bands } from '../../lambdas/domain/judge/bands';
import { checkRouting, judge } from '../../lambdas/domain/judge/judge';
import { seeded } from '../../simulator/draws';
import { simulated } from './canary';
import { differenceBounds } from './difference-bounds';
import { evidence, minutes, side } from './evidence';
import { settings } from './settings';
import { beyond, expectation, fixedMinutes, multinomial, pairs, type World } from './worlds';

describe('bounds of the difference', () => {
  const ALPHA = 0.2;

  it('hold at both looks with the probability that they claim, by enumeration of random worlds', () => {
    const random = seeded(9).uniform;
    const missed: number[] = [];
    for (let index = 0; index < 6; index++) {
      const [blue, green] = [random(), random()];
      const world: World = { blue: [1 - blue, blue], green: [1 - green, green], weight: 0.5 };
      const history = [{ events: Math.floor(20 * random()), requests: 20 }];
      const outcomes = pairs(fixedMinutes(world, 4, 4), fixedMinutes(world, 5, 3));
      for (const end of ['lower', 'upper'] as const) {
        missed.push(
          expectation(outcomes, ([a, b]) => {
            const looks = [beyond(a, 1, 0.5), beyond(b, 1, 0.5)];
            const bounds = differenceBounds(looks, history, ALPHA)[end];
            const isBeyond = end === 'lower' ? bounds > green - blue : bounds < green - blue;
            return isBeyond ? 1 : 0;
          }),
        );
      }
    }
    expect(Math.max(...missed)).toBeLessThanOrEqual(ALPHA);
    // They are not right because they say nothing.
    expect(Math.max(...missed)).toBeGreaterThan(0);
  });

  it('are never the wrong way round, and narrow while minutes are alike', () => {
    const count = fc.integer({ min: 0, max: 300 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const minute = fc
      .record({ blue: count, green: count, bad: share, worse: share })
      .map(({ blue, green, bad, worse }) => ({
        blueEvents: Math.floor(bad * blue),
        blueRequests: blue,
        greenEvents: Math.floor(worse * green),
        greenRequests: green,
        weight: 0.5,
      }));
    const width = ({ lower, upper }: ReturnType<typeof differenceBounds>): number => upper - lower;
    fc.assert(
      fc.property(fc.array(minute, { minLength: 1, maxLength: 4 }), minute, (drawn, alike) => {
        drawn.forEach((_, index) =>
          expect(width(differenceBounds(drawn.slice(0, index + 1), [], 0.05))).toBeGreaterThanOrEqual(-2e-4),
        );
        const after = (minutes: number) => width(differenceBounds(Array(minutes).fill(alike), [], 0.05));
        expect(after(8)).toBeLessThanOrEqual(after(2) + 2e-4);
      }),
      { seed: 10, numRuns: 20 },
    );
  });

  it('say something of rates of any height, although a difference of a half may lead beyond all rates', () => {
    for (const rate of [0.02, 0.3, 0.5, 0.7, 0.98]) {
      const look = {
        blueEvents: 900 * rate,
        blueRequests: 900,
        greenEvents: 100 * rate,
        greenRequests: 100,
        weight: 0.1,
      };
      const { lower, upper } = differenceBounds(Array(5).fill(look), [{ events: 900 * rate, requests: 900 }], 0.01);
      expect([rate, lower > -0.2, lower < 0, upper > 0, upper < 0.2]).toEqual([rate, true, true, true, true]);
    }
  });

  it('say of a canary which gate differs, and by how much at least', () => {
    const canary = simulated({ regression: { type: 'errpp', pp: 0.05 } }, 15, 1);
    const errors = bands(canary, settings, judge(canary, settings)).find(({ gate }) => gate === 'errors');
    expect(errors).toMatchObject({ counts: 'failed requests', confidence: 0.99 });
    const [lower, upper] = errors?.looks.at(-1) ?? [];
    expect(lower).toBeGreaterThan(0.01);
    expect(lower).toBeLessThan(0.05);
    expect(upper).toBeGreaterThan(0.05);
    expect(upper).toBeLessThan(0.15);
  });

  it('say nothing before the first minute, and without green only what blue itself rules out', () => {
    expect(bands(evidence(), settings, judge(evidence(), settings))).toEqual([]);
    const blueAlone = evidence({ rows: minutes(3, side(900), side(0)) });
    const [errors] = bands(blueAlone, settings, judge(blueAlone, settings));
    expect(errors).toMatchObject({ gate: 'errors' });
    // Blue failed none of 2,700: green cannot be much better, but it may be as bad as can be.
    const [lower, upper] = errors?.looks.at(-1) ?? [];
    expect(lower).toBeLessThan(0);
    expect(lower).toBeGreaterThan(-0.01);
    expect(upper).toBeNull();
  });
});

describe('the check of the routing', () => {
  const split = (weight: number, blue: number, green: number) =>
    minutes(1, side(blue), side(green)).map((minute) => ({ ...minute, weight: weight / 100 }));

  it.each([1, 10, 50, 99])('does not win on average when requests are routed by the weight %i', (weight) => {
    for (const requests of [1, 7, 40]) {
      const mean = expectation(multinomial(requests, [1 - weight / 100, weight / 100]), ([blue = 0, green = 0]) =>
        Math.exp(checkRouting(split(weight, blue, green)).logEvidence),
      );
      expect(mean).toBeCloseTo(1, 9);
    }
  });

  it('suspects an alias that sends twice the weight, for each weight by itself, and not one that keeps it', () => {
    const [early] = split(10, 9000, 1000);
    const [kept] = split(50, 5100, 4900);
    const [doubled] = split(50, 2000, 8000);
    expect(checkRouting([early!, kept!])).toMatchObject({
      suspicious: false,
      greenRequests: 5900,
      expectedGreenRequests: 6000,
    });
    expect(checkRouting([early!, doubled!]).suspicious).toBe(true);
  });
});
