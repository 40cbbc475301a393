import type { Plan } from '../../lambdas/domain/plan/plan';
import type { BlueDay } from '../../lambdas/domain/plan/blue-day';
import type { FearedName } from '../../lambdas/domain/plan/try-canary';
import type { Regression } from '../../local/bench/judge/simulate/setting';
import { plan, requestFor, settingsWith } from './planning';
import { type Canaries, FALLBACK_RATE, type GreenIs, realised, realisedWatch } from './realised';

jest.setTimeout(120_000);

/** Runs of each regression: the share that is stopped has a standard error of 4 points at most. */
const RUNS = 120;

/** With a gate of the user's own, of whose counters the simulator knows as little as the plan does. */
const counter = (metric: string) => ({ namespace: 'App', metric, dimensions: { version: '{version}' } });
const GATES = { custom: [{ name: 'fallbacks', events: counter('Fallbacks') }] };
const SETTINGS = settingsWith({ gates: GATES, watchMinutes: 5 });

const withFallbacks = (day: BlueDay): BlueDay => ({
  ...day,
  minutes: day.minutes.map((one) => ({
    ...one,
    custom: [{ events: one.requests * FALLBACK_RATE, requests: one.requests }],
  })),
});

const REGRESSION: Readonly<Record<string, (size: number) => GreenIs>> = {
  'errors-points': (size) => ({ type: 'errpp', pp: size }),
  'errors-factor': (size) => ({ type: 'errx', x: size }),
  latency: (size) => ({ type: 'lat', x: 1 + size }),
  predictions: (size) => ({ type: 'drift', d: size }),
  throttles: (size) => ({ type: 'throttled', points: size }),
  'custom:fallbacks': (size) => ({ type: 'fallbacks', points: size }),
};

const FEARED: Readonly<Record<FearedName, Regression>> = {
  'total-failure': { type: 'total' },
  'five-points': { type: 'errpp', pp: 0.05 },
  'twice-the-errors': { type: 'errx', x: 2 },
};

describe.each([
  { requestsPerMinute: 1_000, errorRate: 0.01, weight: 10, bakeMinutes: 15 },
  { requestsPerMinute: 300, errorRate: 0.02, weight: 25, bakeMinutes: 20 },
])('what a plan says of $requestsPerMinute requests a minute at $weight %', (setting) => {
  const { requestsPerMinute, errorRate, weight, bakeMinutes } = setting;
  let planned: Plan;
  const simulatedAnew = (regression: GreenIs): Canaries => ({
    ...setting,
    regression,
    settings: SETTINGS,
    runs: RUNS,
    seed: 20_261,
  });

  beforeAll(async () => {
    const strategy = { steps: [{ weight, bakeMinutes }] };
    const asked = requestFor({ requestsPerMinute, errorRate }, { strategy, settings: SETTINGS });
    planned = await plan({ ...asked, day: withFallbacks(asked.day) });
  });

  it('is true of other canaries: what 80 % find, 70 to 90 % find', () => {
    const shares = planned.smallestFound.map(({ kind, at80Percent }) => {
      const { stopped } = realised(simulatedAnew(REGRESSION[kind]!(at80Percent ?? 0)));
      return { kind, at80Percent, stopped };
    });
    expect(shares.map(({ kind }) => kind)).toEqual(Object.keys(REGRESSION));
    expect(shares.filter(({ stopped }) => stopped < 0.7 || stopped > 0.9)).toEqual([]);
  });

  it('is true of good greens: as many end without proof, and hardly any is stopped', () => {
    const { inconclusive, stopped } = realised(simulatedAnew({ type: 'none' }));
    expect(Math.abs(inconclusive - planned.goodGreen.inconclusive)).toBeLessThan(0.08);
    expect(stopped).toBeLessThanOrEqual(0.01);
    expect(planned.goodGreen.stopped).toBeLessThanOrEqual(0.02);
  });

  it.each(Object.entries(FEARED))('is true of how soon a green is stopped: %s', (name, regression) => {
    const expected = planned.expectedStops.find((one) => one.regression === name);
    const { stopped, meanMinutes } = realised(simulatedAnew(regression));
    expect(Math.abs(stopped - (expected?.stopped ?? NaN))).toBeLessThan(0.15);
    const ratio = (expected?.minutes?.mean ?? NaN) / meanMinutes;
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.18);
  });

  it('is true of the watch, too: what 80 % take back, 70 to 90 % take back, and hardly a good green', () => {
    const found = planned.watch?.smallestFound ?? [];
    const shares = found.map(({ kind, at80Percent }) => {
      const { stopped } = realisedWatch(simulatedAnew(REGRESSION[kind]!(at80Percent ?? 0)));
      return { kind, at80Percent, stopped };
    });
    expect(shares.map(({ kind }) => kind)).toEqual(Object.keys(REGRESSION));
    expect(shares.filter(({ stopped }) => stopped < 0.7 || stopped > 0.9)).toEqual([]);
    expect(planned.watch?.goodGreenStopped).toBeLessThanOrEqual(0.02);
    expect(realisedWatch(simulatedAnew({ type: 'none' })).stopped).toBeLessThanOrEqual(0.02);
  });

  it.each(Object.entries(FEARED))('is true of how soon the watch takes a green back: %s', (name, regression) => {
    const expected = planned.watch?.expectedStops.find((one) => one.regression === name);
    const { stopped, meanMinutes } = realisedWatch(simulatedAnew(regression));
    expect(Math.abs(stopped - (expected?.stopped ?? NaN))).toBeLessThan(0.15);
    const ratio = (expected?.minutes?.mean ?? NaN) / meanMinutes;
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.18);
  });
});
