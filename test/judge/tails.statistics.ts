import type { Judgement } from '../../lambdas/domain/judge/judgement';
import { judged } from './canary';

const RUNS = 40;
const passed = (all: readonly Judgement[]): number => all.filter(({ verdict }) => verdict === 'pass').length;

// At 1,000 a minute errors and classes hold up two of five, latency none.
it.each([
  [1000, 0.5],
  [3000, 0.95],
])('passes as many good greens at %i a minute whatever a few minutes in the hour of blue were', (ratePerMin, least) => {
  const calm = passed(judged({ ratePerMin, runs: RUNS }));
  expect(calm / RUNS).toBeGreaterThanOrEqual(least);
  for (const incident of [2, 6]) {
    const all = judged({ ratePerMin, incident, runs: RUNS });
    expect(passed(all)).toBeGreaterThanOrEqual(calm - 1);
    expect(all.filter(({ verdict, gate }) => verdict === 'inconclusive' && gate === 'latency')).toHaveLength(0);
  }
});

it.each([
  ['1.28 times slower', { type: 'lat', x: 1.28 }],
  ['five times slower in 1.5 % of its requests', { type: 'tail', f: 0.015 }],
] as const)('passes no green at the boundary of harm, %s, incident or none', (_how, regression) => {
  for (const incident of [0, 4]) {
    const all = judged({ regression, weight: 0.5, incident, runs: RUNS });
    expect(passed(all)).toBe(0);
    expect(all.filter(({ verdict }) => verdict === 'fail').length).toBeGreaterThanOrEqual(0.95 * RUNS);
  }
});
