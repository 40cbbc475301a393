import type { BlueDay } from '../../../lambdas/domain/plan/blue-day';
import type { FearedName } from '../../../lambdas/domain/plan/try-canary';
import type { SimulatedRegression } from '../../../lab/bench/judge/simulate/setting';
import { FALLBACK_RATE, type GreenIs } from './realised';

/** With a gate of the user's own, of whose counters the simulator knows as little as the plan does. */
const counter = (metric: string) => ({ namespace: 'App', metric, dimensions: { version: '{version}' } });
export const GATES = { custom: [{ name: 'fallbacks', events: counter('Fallbacks') }] };

export const withFallbacks = (day: BlueDay): BlueDay => ({
  ...day,
  minutes: day.minutes.map((one) => ({
    ...one,
    custom: [{ events: one.requests * FALLBACK_RATE, requests: one.requests }],
  })),
});

export const REGRESSION: Readonly<Record<string, (size: number) => GreenIs>> = {
  'errors-points': (size) => ({ type: 'errpp', pp: size }),
  'errors-factor': (size) => ({ type: 'errx', x: size }),
  latency: (size) => ({ type: 'lat', x: 1 + size }),
  predictions: (size) => ({ type: 'drift', d: size }),
  'predictions-lost': (size) => ({ type: 'lost', part: size }),
  throttles: (size) => ({ type: 'throttled', points: size }),
  'custom:fallbacks': (size) => ({ type: 'fallbacks', points: size }),
};

export const FEARED: Readonly<Record<FearedName, SimulatedRegression>> = {
  'total-failure': { type: 'total' },
  'five-points': { type: 'errpp', pp: 0.05 },
  'twice-the-errors': { type: 'errx', x: 2 },
};

/**
 * Whether shares of regressions that were said to be found in 80 % are so. Sizes are steps of a sixteenth, and the
 * first that reaches 80 % is named, so that shares lie a little above it. 100 planned runs and 60 others differ by a
 * standard error of 6.5 points: 15 below are 2.3 of them, and so are 17 above with the 2 of a step. The mean of six has
 * 2.7.
 */
export function unlike80Percent(shares: readonly { readonly kind: string; readonly stopped: number }[]): unknown {
  const mean = shares.reduce((sum, { stopped }) => sum + stopped, 0) / shares.length;
  const odd = shares.filter(({ stopped }) => stopped < 0.65 || stopped > 0.97);
  return mean < 0.74 || mean > 0.9 ? { mean, shares } : odd.length > 0 ? odd : 'none';
}
