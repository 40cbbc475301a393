import { boundsOf } from '../../../lab/bench/judge/limits/bounds';
import { twoSampleBernoulli } from '../../../lab/bench/judge/limits/bernoulli';
import { knownOrder, nonIncreasing, twoSampleOrder } from '../../../lab/bench/judge/limits/stochastic-order';
import { GOOD_CELLS } from '../../../lab/bench/judge/cells/good';
import { FOUND_CELLS } from '../../../lab/bench/judge/cells/found';

it.each([
  [0, { type: 'errpp', pp: 0.01 }, 225, 254, 200],
  [0.001, { type: 'errx', x: 5 }, 2000, 2273, 1377],
  [0.01, { type: 'errx', x: 2 }, 1768, 2021, 1345],
  [0.01, { type: 'total' }, 1, 2, 2],
  [0.05, { type: 'errpp', pp: 0.01 }, 24440, 27492, 5189],
  [0, { type: 'drift', d: 0.05 }, 1259, 1399, 887],
  // Two lognormals a factor apart: (ln(1.1 / 1.05) / 0.5)^2 / 2 nats, and a little less for the bins.
  [0, { type: 'lat', x: 1.1 }, 1065, 1184, 282],
  [0, { type: 'lat', x: 1.3 }, 51, 57, 38],
  [0, { type: 'tail', f: 0.05 }, 48, 88, 79],
] as const)(
  'needs so many green requests at 10 %%: errors %d, %j',
  (errors, regression, known, twoSample, noMargin) => {
    const bounds = boundsOf(errors, regression, 0.1);
    expect([bounds.known, bounds.twoSample, bounds.noMargin].map(Math.round)).toEqual([known, twoSample, noMargin]);
  },
);

it('pools neighbours that rise, by weight', () => {
  expect(nonIncreasing([3, 2, 1], [1, 1, 1])).toEqual([3, 2, 1]);
  expect(nonIncreasing([1, 3, 1], [1, 1, 1])).toEqual([2, 2, 1]);
  expect(nonIncreasing([1, 6, 0], [1, 2, 1])).toEqual([7 / 3, 7 / 3, 0]);
});

it('asks nothing of a green that is no slower', () => {
  expect(twoSampleOrder([0.2, 0.3, 0.5], [0.3, 0.3, 0.4], 0.1)).toBeCloseTo(0, 12);
  expect(knownOrder([0.2, 0.3, 0.5], [0.3, 0.3, 0.4])).toBeCloseTo(0, 12);
});

it('finds no nearer ordered pair by trial', () => {
  // Three bins; green has a part that is faster and a larger one that is slower.
  const [blue, green, weight] = [[0.3, 0.5, 0.2], [0.35, 0.2, 0.45], 0.3] as const;
  const part = (p: number, q: number) => (p === 0 ? 0 : p * Math.log(p / q));
  let least = Infinity;
  const step = 0.02;
  for (let b0 = step; b0 < 1; b0 += step)
    for (let b1 = step; b0 + b1 < 1 - step / 2; b1 += step)
      for (let g0 = b0; g0 < 1; g0 += step)
        for (let g1 = Math.max(step, b0 + b1 - g0); g0 + g1 < 1 - step / 2; g1 += step) {
          const [b, g] = [
            [b0, b1, 1 - b0 - b1],
            [g0, g1, 1 - g0 - g1],
          ];
          const cost = blue.reduce(
            (sum, p, bin) => sum + (1 - weight) * part(p, b[bin]!) + weight * part(green[bin]!, g[bin]!),
            0,
          );
          least = Math.min(least, cost / weight);
        }
  const exact = twoSampleOrder(blue, green, weight);
  expect(exact).toBeLessThanOrEqual(least);
  expect(exact).toBeGreaterThan(0.9 * least);
});

it('agrees with the Bernoulli limit when there are two bins', () => {
  const none = { ratio: 1, points: 0 };
  expect(twoSampleOrder([0.9, 0.1], [0.8, 0.2], 0.1)).toBeCloseTo(twoSampleBernoulli(0.1, 0.2, none, 0.1), 9);
});

it('has 120 cells with a good green and 42 with a bad one, whose traffic reaches the limit in about ten minutes', () => {
  expect(GOOD_CELLS).toHaveLength(120);
  expect(FOUND_CELLS).toHaveLength(42);
  for (const { setting, bounds, weight } of FOUND_CELLS.filter((cell) => cell.bounds.twoSample > 20)) {
    const minutes = bounds.twoSample / (setting.ratePerMin * weight);
    expect(minutes).toBeGreaterThan(7);
    expect(minutes).toBeLessThanOrEqual(10);
  }
});
