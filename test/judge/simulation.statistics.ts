import type { Evidence } from '../../lambdas/domain/evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import type { Judgement } from '../../lambdas/domain/judge/judgement';
import { judged, simulated } from './canary';
import { settings } from './settings';

const share = (judgements: readonly Judgement[], verdict: Judgement['verdict']): number =>
  judgements.filter((judgement) => judgement.verdict === verdict).length / judgements.length;

/** The minutes in which canaries were stopped; those that were not count as never. */
const stops = (judgements: readonly Judgement[]): number[] =>
  judgements.map(({ decidedAtMinute }) => decidedAtMinute ?? Infinity).sort((a, b) => a - b);

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? NaN;

describe('a green that is exactly like blue', () => {
  it.each([
    ['at 10 requests a minute', { ratePerMin: 10 }],
    ['at 1,000 requests a minute', {}],
    ['with a weight of a half', { weight: 0.5 }],
    ['while traffic, errors and latency rise', { env: 'diurnal' }],
    ['in incidents that hit both versions', { env: 'burst' }],
  ] as const)('is not stopped %s', (_when, setting) => {
    expect(share(judged({ ...setting, runs: 8 }), 'fail')).toBe(0);
  });

  it('passes at 10,000 requests a minute, and cannot be told at 10', () => {
    expect(share(judged({ ratePerMin: 10_000, runs: 8 }), 'pass')).toBeGreaterThanOrEqual(0.9);
    expect(share(judged({ ratePerMin: 10, runs: 8 }), 'inconclusive')).toBe(1);
  });
});

describe('a good green whose requests are not independent', () => {
  it.each([
    ['latency wanders by 10 % a minute, at 10,000 requests a minute', { ratePerMin: 10_000, versionNoise: 0.1 }, 0.05],
    ['failures come in clusters of 10', { cluster: 10 }, 0.04],
    ["the errors' log odds wander by 0.6, at 10,000 a minute", { ratePerMin: 10_000, errorOddsNoise: 0.6 }, 0.05],
  ] as const)('is rarely stopped when %s', (_what, setting, limit) => {
    expect(share(judged({ ...setting, minutes: 60, runs: 30 }), 'fail')).toBeLessThanOrEqual(limit);
  });
});

// One in 100 is promised, also over an hour; a second group where blue's hour had none is not to be told from a broken
// green.
it.each([
  [30, { weight: 0.1, minutes: 60 }],
  [100, { weight: 0.1, minutes: 60 }],
  [100, { weight: 0.5 }],
])('stops at most 2 %% of good greens whose failures come in groups of ten, at %i a minute', (ratePerMin, setting) => {
  const all = judged({ ratePerMin, ...setting, cluster: 10, runs: 300 });
  expect(share(all, 'fail')).toBeLessThanOrEqual(0.02);
});

it('stops a bad green as soon although an incident of a few minutes was in the hour of blue', () => {
  const found = (outage: boolean) =>
    Array.from({ length: 12 }, (_, run) => {
      const whole = simulated({ ratePerMin: 300, regression: { type: 'errx', x: 5 } }, 15, run + 1);
      const failing = <Row extends Evidence['baseline'][number]>(row: Row, index: number): Row =>
        outage && index >= 30 && index < 34
          ? { ...row, blue: { ...row.blue, errors: Math.round(0.4 * row.blue.invocations) } }
          : row;
      return judge({ ...whole, baseline: whole.baseline.map(failing) }, settings);
    });
  expect(median(stops(found(true)))).toBeLessThanOrEqual(median(stops(found(false))) + 1);
});

describe('a bad green', () => {
  it.each([
    ['latency', '30 % slower', { regression: { type: 'lat', x: 1.3 } }],
    ['errors', 'failing five times as often', { regression: { type: 'errx', x: 5 } }],
    ['errors', 'failing always', { regression: { type: 'total' } }],
    ['predictions', 'with a fifth of the answers changed', { regression: { type: 'drift', d: 0.2 } }],
    ['latency', 'with a twentieth of the requests five times as slow', { regression: { type: 'tail', f: 0.05 } }],
  ] as const)('is stopped by the gate %s within three minutes, %s', (gate, _how, setting) => {
    const judgements = judged({ ...setting, runs: 9 });
    expect(median(stops(judgements))).toBeLessThanOrEqual(3);
    expect(stops(judgements).at(-1)).toBeLessThanOrEqual(10);
    expect(new Set(judgements.map((judgement) => judgement.gate))).toEqual(new Set([gate]));
  });

  it('is stopped when it turns bad in minute 20, and not before', () => {
    const regression = { type: 'errpp', pp: 0.1 } as const;
    const found = stops(judged({ regression, onset: 20, minutes: 30, runs: 8 }));
    expect(found[0]).toBeGreaterThanOrEqual(20);
    expect(found.at(-1)).toBeLessThanOrEqual(25);
  });

  it('does not pass while one gate is harmed', () => {
    const harmed = judged({ regression: { type: 'errx', x: 2 }, runs: 12 });
    expect(share(harmed, 'pass')).toBe(0);
  });
});

it('looks at twelve hours in at most forty times what an hour takes', () => {
  const least = (minutes: number): number => {
    const data = simulated({}, minutes, 1);
    const looks = Array.from({ length: 9 }, () => {
      const start = process.cpuUsage();
      judge(data, settings);
      const { user, system } = process.cpuUsage(start);
      return user + system;
    });
    return Math.min(...looks);
  };
  // Linear in the minutes, and never quadratic (144): a ratio, which a busy machine does not change.
  expect(least(720) / least(60)).toBeLessThan(40);
});
