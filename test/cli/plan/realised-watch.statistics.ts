import type { Plan } from '../../../cli/plan/plan';
import { FEARED, GATES, REGRESSION, unlike80Percent, withFallbacks } from './feared-and-found';
import { plan, requestFor, settingsWith } from './planning';
import { type Canaries, type GreenIs, realisedWatch } from './realised';

/** Runs of each regression: the share that is stopped has a standard error of 3.7 points. */
const RUNS = 120;

const SETTINGS = settingsWith({ gates: GATES, watchMinutes: 5 });
const SETTING = { requestsPerMinute: 300, errorRate: 0.02, weight: 25, bakeMinutes: 20 };

describe('what a plan says of the watch after a promotion', () => {
  let planned: Plan;
  const simulatedAnew = (regression: GreenIs): Canaries => ({
    ...SETTING,
    regression,
    settings: SETTINGS,
    runs: RUNS,
    seed: 20_261,
  });

  beforeAll(async () => {
    const { requestsPerMinute, errorRate, weight, bakeMinutes } = SETTING;
    const strategy = { steps: [{ weight, bakeMinutes }] };
    const asked = requestFor({ requestsPerMinute, errorRate }, { strategy, settings: SETTINGS });
    planned = await plan({ ...asked, day: withFallbacks(asked.day) });
  });

  it('is true of other watches: what 80 % take back, 65 to 97 % take back, and hardly a good green', () => {
    const shares = (planned.watch?.smallestFound ?? []).map(({ kind, at80Percent }) => ({
      kind,
      at80Percent,
      stopped: realisedWatch(simulatedAnew(REGRESSION[kind]!(at80Percent ?? 0))).stopped,
    }));
    expect(shares.map(({ kind }) => kind)).toEqual(Object.keys(REGRESSION));
    expect(unlike80Percent(shares)).toBe('none');
    expect(planned.watch?.goodGreenStopped).toBeLessThanOrEqual(0.02);
    expect(realisedWatch(simulatedAnew({ type: 'none' })).stopped).toBeLessThanOrEqual(0.02);
  });

  it.each(Object.entries(FEARED))('is true of how soon it takes a green back: %s', (name, regression) => {
    const expected = planned.watch?.expectedStops.find((one) => one.regression === name);
    const { stopped, meanMinutes } = realisedWatch(simulatedAnew(regression));
    expect(Math.abs(stopped - (expected?.stopped ?? NaN))).toBeLessThan(0.15);
    const ratio = (expected?.minutes?.mean ?? NaN) / meanMinutes;
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.18);
  });
});
