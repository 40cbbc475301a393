import type { Plan } from '../../../cli/plan/plan';
import { FEARED, GATES, REGRESSION, unlike80Percent, withFallbacks } from './feared-and-found';
import { plan, requestFor, settingsWith } from './planning';
import { type Canaries, type GreenIs, realised } from './realised';

/** Runs of each regression: the share that is stopped has a standard error of 5.2 points. */
const RUNS = 60;

const SETTINGS = settingsWith({ gates: GATES, watchMinutes: 0 });

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

  it('is true of other canaries: what 80 % find, 65 to 97 % find, and about as many on average', () => {
    const shares = planned.smallestFound.map(({ kind, at80Percent }) => ({
      kind,
      at80Percent,
      stopped: realised(simulatedAnew(REGRESSION[kind]!(at80Percent ?? 0))).stopped,
    }));
    expect(shares.map(({ kind }) => kind)).toEqual(Object.keys(REGRESSION));
    expect(unlike80Percent(shares)).toBe('none');
  });

  it('is true of good greens: as many end without proof, and hardly any is stopped', () => {
    const runs = 4 * RUNS;
    const { inconclusive, stopped } = realised({ ...simulatedAnew({ type: 'none' }), runs });
    const { canaries } = planned.simulated;
    // Three standard errors of the difference of two shares, at the share that both together have (never quite none).
    const share = (inconclusive * runs + planned.goodGreen.inconclusive * canaries + 1) / (runs + canaries + 2);
    const standardError = Math.sqrt(share * (1 - share) * (1 / runs + 1 / canaries));
    expect(Math.abs(inconclusive - planned.goodGreen.inconclusive)).toBeLessThan(3 * standardError);
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
});
