import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import { measureNamed, NUMBER_QUANTILES } from '../../lambdas/domain/measures/measures';
import type { BlueDay } from '../../lambdas/domain/plan/blue-day';
import { multinomial, seeded } from '../../simulator/draws';

/** The standard normal's share below `score`. */
const cdf = (score: number): number => normalCdf(score, 0, 1);

/** Traffic that a person describes in a few numbers. */
export interface SteadyTraffic {
  readonly requestsPerMinute: number;
  /** Share of requests that fail. */
  readonly errorRate: number;
  /** Undefined: nothing is known of durations. */
  readonly latency: { readonly medianMs: number; readonly sigma: number } | undefined;
  /** Shares of the answers by class, or by range of a number; empty: nothing is known of them. */
  readonly classShares: readonly number[];
  /** What the answers say, where it is a number. @default classes */
  readonly measure?: 'score' | undefined;
}

/** As blue's own quantiles divide its answers: tenths, and a hundredth at each end. */
export const RANGE_SHARES: readonly number[] = [...NUMBER_QUANTILES, 1].map(
  (quantile, index) => quantile - (NUMBER_QUANTILES[index - 1] ?? 0),
);

const DAY_MINUTES = 24 * 60;
/** Edges of 5 % from a tenth of the median to fifty times it. */
const RATIO = 1.05;

/**
 * A day of such traffic, drawn once: Poisson arrivals, independent failures, lognormal durations, independent answers.
 */
export function steadyDay(traffic: SteadyTraffic, seed: number): BlueDay {
  const { requestsPerMinute, errorRate, latency, classShares, measure } = traffic;
  const random = seeded(seed, 0xda1);
  const count = Math.ceil(Math.log(500) / Math.log(RATIO));
  const edgesMs =
    latency === undefined ? [] : Array.from({ length: count }, (_, index) => (latency.medianMs / 10) * RATIO ** index);
  const beyondShares = edgesMs.map((ms) => (latency ? cdf(-Math.log(ms / latency.medianMs) / latency.sigma) : 0));
  return {
    edgesMs,
    classNames: classShares.map((_, index) => `${measure === undefined ? 'class' : `${measure} range`} ${index}`),
    ...(measure && { measures: [{ ...measureNamed(measure), blue: classShares.slice(1).map(() => null) }] }),
    warmOnly: false,
    minutes: Array.from({ length: DAY_MINUTES }, () => {
      const requests = random.poisson(requestsPerMinute);
      const errors = random.binomial(requests, errorRate);
      let [left, shareLeft] = [requests, 1];
      const beyond = beyondShares.map((share) => {
        left = random.binomial(left, Math.min(1, share / shareLeft));
        shareLeft = share;
        return left;
      });
      const classes = [...multinomial(random, requests - errors, classShares)];
      return {
        requests,
        errors,
        throttles: 0,
        durations: latency === undefined ? 0 : requests,
        beyond,
        classes,
        custom: [],
        counted: {},
      };
    }),
  };
}
