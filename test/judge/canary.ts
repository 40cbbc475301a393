import type {
  Baseline,
  Evidence,
  EvidenceMinute,
  LatencyThreshold,
  SideCounts,
} from '../../lambdas/domain/judge/evidence';
import { normal, poisson, seeded } from './random';

const { exp, max, round } = Math;

/** How one version behaves: each request fails with `errorRate`, else takes a lognormal time and answers a class. */
export interface Version {
  readonly errorRate: number;
  readonly slowdown: number;
  readonly classes: readonly number[];
}

export const healthy: Version = { errorRate: 0.01, slowdown: 1, classes: [0.5, 0.3, 0.15, 0.05] };

export interface Canary {
  readonly seed: number;
  readonly requestsPerMinute: number;
  readonly weight: number;
  readonly minutes: number;
  readonly plannedMinutes?: number;
  readonly blue?: Version;
  /** Green's behaviour in each minute, 1 for the first. */
  readonly green: (minute: number) => Version;
}

const NORMAL_SCORES = [0, 0.5244, 1.2816, 1.6449, 2.3263, 3.0902];
const QUANTILES = [0.5, 0.7, 0.9, 0.95, 0.99, 0.999];

/** Median 80 ms, sigma 0.5: blue's quantiles, 5 % tolerated, 27.6 % harmful. */
export const thresholds: readonly LatencyThreshold[] = QUANTILES.map((quantile, index) => {
  const blueMs = 80 * exp(0.5 * (NORMAL_SCORES[index] ?? 0));
  return { quantile, blueMs, greenToleratedMs: 1.05 * blueMs, greenHarmfulMs: 1.276 * blueMs };
});

/** A simulated canary with an hour of blue before it: Poisson arrivals, each request routed at random. */
export function simulate(canary: Canary): Evidence {
  const random = seeded(canary.seed);
  const blue = canary.blue ?? healthy;
  const minutes = Array.from({ length: canary.minutes }, (_, index): EvidenceMinute => {
    const requests = poisson(random, canary.requestsPerMinute);
    let toGreen = 0;
    for (let request = 0; request < requests; request++) if (random() < canary.weight / 100) toGreen++;
    return {
      minute: minuteAt(index),
      weight: canary.weight,
      blue: serve(random, blue, requests - toGreen, 'blueMs', 'blueMs'),
      green: serve(random, canary.green(index + 1), toGreen, 'greenToleratedMs', 'greenHarmfulMs'),
    };
  });
  return {
    baseline: hourOf(blue, canary.requestsPerMinute),
    plannedMinutes: canary.plannedMinutes ?? canary.minutes,
    minutes,
  };
}

export const minuteAt = (index: number): string => new Date(Date.UTC(2026, 0, 5, 12, index)).toISOString();

type Bound = 'blueMs' | 'greenToleratedMs' | 'greenHarmfulMs';

function serve(
  random: () => number,
  version: Version,
  requests: number,
  slowBound: Bound,
  verySlowBound: Bound,
): SideCounts {
  const slow = thresholds.map(() => 0);
  const verySlow = thresholds.map(() => 0);
  const classes = version.classes.map(() => 0);
  let invocationErrors = 0;
  for (let request = 0; request < requests; request++) {
    const ms = 80 * version.slowdown * exp(0.5 * normal(random));
    thresholds.forEach((threshold, index) => {
      if (ms > threshold[slowBound]) slow[index] = (slow[index] ?? 0) + 1;
      if (ms > threshold[verySlowBound]) verySlow[index] = (verySlow[index] ?? 0) + 1;
    });
    if (random() < version.errorRate) {
      invocationErrors++;
      continue;
    }
    let left = random();
    const answer = version.classes.findIndex((share) => (left -= share) < 0);
    classes[max(0, answer)] = (classes[max(0, answer)] ?? 0) + 1;
  }
  return { requests, invocationErrors, modelErrors: 0, nonFiniteOutputs: 0, slow, verySlow, classes };
}

function hourOf(version: Version, requestsPerMinute: number): Baseline {
  const requests = 60 * requestsPerMinute;
  const failures = round(requests * version.errorRate);
  return {
    minutes: 60,
    requests,
    failures,
    durations: requests,
    thresholds,
    classNames: version.classes.map((_, index) => `${index}`),
    classes: version.classes.map((share) => round(share * (requests - failures))),
  };
}
