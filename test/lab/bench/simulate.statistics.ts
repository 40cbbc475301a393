import { latencyLaw } from '../../../lab/bench/judge/simulate/latency';
import { seeded } from '../../../simulator/draws';
import type { SimulatedSide } from '../../../lab/bench/judge/simulate/canary';
import { BINS, CLASS_SHARES, PLAIN, type Setting } from '../../../lab/bench/judge/simulate/setting';
import { simulate } from '../../../lab/bench/judge/simulate/simulate';
import { toTrace } from '../../../lab/bench/judge/simulate/trace';
import recorded from '../../judge/traces/040-bad-errors_5x-r300-w0.1.json';

const setting = (changes: Partial<Setting> = {}): Setting => ({
  ...PLAIN,
  ratePerMin: 1_000,
  weight: 0.1,
  baselineErrorRate: 0.02,
  ...changes,
});
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const total = (sides: readonly SimulatedSide[], of: (side: SimulatedSide) => number) => sum(sides.map(of));
const canaryOf = (changes: Partial<Setting> = {}, seed = 1) => simulate(setting(changes), seeded(seed));
const greens = (changes: Partial<Setting> = {}, seed = 1) => canaryOf(changes, seed).minutes.map(({ green }) => green);
const blues = (changes: Partial<Setting> = {}, seed = 1) => canaryOf(changes, seed).minutes.map(({ blue }) => blue);

/** How many standard deviations a count is from what a law expects. */
const off = (count: number, trials: number, chance: number) =>
  (count - trials * chance) / Math.sqrt(trials * chance * (1 - chance));

it.each(['flat', 'diurnal', 'burst'] as const)('counts every request once in %s traffic', (env) => {
  for (const ratePerMin of [2, 100, 10_000]) {
    const { baseline, minutes } = canaryOf({ env, ratePerMin, versionNoise: 0.05, errorOddsNoise: 0.3 });
    const sides = [...baseline, ...minutes.flatMap(({ blue, green }) => [blue, green])];
    expect(sides).toHaveLength(180);
    for (const { invocations, errors, latency, classes } of sides) {
      expect(sum(latency)).toBe(invocations);
      expect(sum(classes)).toBe(invocations - errors);
    }
  }
});

it('gives the same canary for the same seed, and another one for another', () => {
  expect(canaryOf({}, 5)).toEqual(canaryOf({}, 5));
  expect(canaryOf({}, 6)).not.toEqual(canaryOf({}, 5));
});

it('draws binomials without the bias of half a count', () => {
  const random = seeded(3);
  for (const [trials, chance] of [
    [100, 0.3],
    [10_000, 0.001],
    [10_000, 0.9],
  ] as const) {
    const drawn = sum(Array.from({ length: 20_000 }, () => random.binomial(trials, chance)));
    expect(Math.abs(off(drawn, 20_000 * trials, chance))).toBeLessThan(4);
  }
});

it('draws the same law request by request and bin by bin', () => {
  for (const ratePerMin of [200, 20_000]) {
    const sides = blues({ ratePerMin, weight: 0.5 });
    const requests = total(sides, ({ invocations }) => invocations);
    expect(Math.abs(requests - 30 * ratePerMin)).toBeLessThan(4 * Math.sqrt(30 * ratePerMin));
    expect(
      Math.abs(
        off(
          total(sides, ({ errors }) => errors),
          requests,
          0.02,
        ),
      ),
    ).toBeLessThan(4);
    const { shares } = latencyLaw(1);
    const chi2 = sum(
      [...shares].map((share, bin) => {
        const expected = requests * share;
        return expected < 10 ? 0 : (total(sides, ({ latency }) => latency[bin] ?? 0) - expected) ** 2 / expected;
      }),
    );
    const bins = shares.filter((share) => requests * share >= 10).length;
    expect(chi2).toBeLessThan(bins + 4 * Math.sqrt(2 * bins));
    expect(chi2).toBeGreaterThan(bins - 4 * Math.sqrt(2 * bins));
    const answers = total(sides, ({ classes }) => sum(classes));
    CLASS_SHARES.forEach((share, index) =>
      expect(
        Math.abs(
          off(
            total(sides, ({ classes }) => classes[index] ?? 0),
            answers,
            share,
          ),
        ),
      ).toBeLessThan(4),
    );
  }
});

it('varies from minute to minute like Poisson arrivals', () => {
  const counts = Array.from({ length: 10 }, (_, seed) => blues({ ratePerMin: 2_000, weight: 0.5 }, seed + 1)).flat();
  const variance = sum(counts.map(({ invocations }) => (invocations - 1_000) ** 2)) / counts.length;
  expect(variance).toBeGreaterThan(800);
  expect(variance).toBeLessThan(1_200);
});

it.each([
  [{ type: 'errx', x: 5 }, (green: SimulatedSide) => green.errors, 0.1],
  [{ type: 'errpp', pp: 0.05 }, (green: SimulatedSide) => green.errors, 0.07],
  [{ type: 'total' }, (green: SimulatedSide) => green.errors, 1],
  [{ type: 'lat', x: 2 }, (green: SimulatedSide) => sum(green.latency.subarray(57)), 1 - latencyLaw(2).cumulative[56]!],
] as const)('makes green bad as %j says, from its onset on', (regression, bad, share) => {
  const sides = greens({ regression, onset: 21 });
  const [before, after] = [sides.slice(0, 20), sides.slice(20)];
  const rate = (some: readonly SimulatedSide[]) => total(some, bad) / total(some, ({ invocations }) => invocations);
  expect(rate(after)).toBeCloseTo(share, 1);
  expect(rate(after)).toBeGreaterThan(2 * rate(before));
});

it('puts five percent of a slow tail five times as far', () => {
  const sides = greens({ regression: { type: 'tail', f: 0.05 }, ratePerMin: 20_000 });
  const beyond400ms =
    total(sides, ({ latency }) => sum(latency.subarray(77))) / total(sides, (side) => side.invocations);
  expect(beyond400ms).toBeCloseTo(0.025, 2);
});

it('moves answers from class 0 to class 1 when predictions drift', () => {
  const sides = greens({ regression: { type: 'drift', d: 0.2 }, ratePerMin: 10_000 });
  const answers = total(sides, ({ classes }) => sum(classes));
  const shares = [0, 1, 2, 3].map((index) => total(sides, ({ classes }) => classes[index] ?? 0) / answers);
  [0.3, 0.5, 0.15, 0.05].forEach((share, index) => expect(shares[index]).toBeCloseTo(share, 1));
});

it('has incidents in both versions at once, ten points of errors at least, and none before the canary', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const { baseline, minutes } = canaryOf({ env: 'burst', ratePerMin: 10_000, weight: 0.5 }, seed);
    const slow = ({ latency, invocations }: SimulatedSide) => sum(latency.subarray(50)) > 0.45 * invocations;
    const failing = ({ errors, invocations }: SimulatedSide) => errors > 0.1 * invocations;
    expect(baseline.filter((side) => slow(side) || failing(side))).toHaveLength(0);
    expect(minutes.filter(({ blue }) => slow(blue)).length).toBeGreaterThan(1);
    for (const { blue, green } of minutes)
      expect([slow(green), failing(blue), failing(green)]).toEqual([slow(blue), slow(blue), slow(blue)]);
  }
});

it('fails in whole clusters', () => {
  const sides = greens({ cluster: 10, ratePerMin: 2_000, weight: 0.5 });
  expect(sides.every(({ errors }) => errors % 10 === 0)).toBe(true);
  const requests = total(sides, ({ invocations }) => invocations);
  expect(total(sides, ({ errors }) => errors) / requests).toBeCloseTo(0.02, 2);
});

it('slows the versions of a minute apart when they are noisy, also before the canary', () => {
  const median = ({ latency, invocations }: SimulatedSide) => {
    let left = invocations / 2;
    return latency.findIndex((count) => (left -= count) < 0);
  };
  const spread = (versionNoise: number) => {
    const bins = canaryOf({ versionNoise, ratePerMin: 10_000 }).baseline.map(median);
    return Math.max(...bins) - Math.min(...bins);
  };
  expect(spread(0)).toBeLessThanOrEqual(1);
  expect(spread(0.2)).toBeGreaterThan(8);
});

it('writes a canary in the form of the recorded traces', () => {
  const canary = canaryOf({ weight: 'ramp', regression: { type: 'errx', x: 5 } });
  const trace = toTrace(canary, 'x', 'errors 5x');
  expect(Object.keys(recorded)).toEqual(expect.arrayContaining(Object.keys(trace)));
  expect(Object.keys(recorded.rows[0]?.green ?? {}).sort()).toEqual(Object.keys(trace.rows[0]?.green ?? {}).sort());
  expect(trace).toMatchObject({ label: 'bad', family: 'errors', horizonMinutes: 60 });
  expect([1, 10, 11, 25, 26, 40, 41, 60].map((t) => trace.rows[t - 1]?.weight)).toEqual([
    0.05, 0.05, 0.1, 0.1, 0.25, 0.25, 0.5, 0.5,
  ]);
  expect(trace.baseline.map(({ t }) => t).slice(0, 1)).toEqual([-60]);
  const { latency, invocations } = trace.rows[59]?.green ?? { latency: [], invocations: 0 };
  expect(sum(latency.map(([, count]) => count))).toBe(invocations);
  expect(latency.every(([bin, count]) => bin < BINS.count && count > 0)).toBe(true);
});
