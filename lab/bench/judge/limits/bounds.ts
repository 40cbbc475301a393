import { latencyLaw } from '../simulate/latency';
import { CLASS_SHARES, type SimulatedRegression } from '../simulate/setting';
import { drifted } from '../simulate/simulate';
import { type Tolerance, knownBernoulli, twoSampleBernoulli } from './bernoulli';
import { knownOrder, oneBinTolerated, twoSampleOrder } from './stochastic-order';

const { log, max, min } = Math;

/**
 * Green requests, on average, that a test with this false alarm rate cannot do without (Wald): `ln(1 / alpha) / D`, D
 * the nats that one green request gives against the nearest green that is no worse than tolerated.
 */
export interface LimitBounds {
  /** Blue's law known beforehand. */
  readonly known: number;
  /** Blue's law learnt from its part of the same traffic. */
  readonly twoSample: number;
  /** Likewise, were no difference at all tolerated. */
  readonly noMargin: number;
}

export const ALPHA = 0.01;
const ERRORS: Tolerance = { ratio: 1.1, points: 0.0005 };
const CLASS: Tolerance = { ratio: 1, points: 0.01 };
const NONE: Tolerance = { ratio: 1, points: 0 };

const requests = (nats: number): number => log(1 / ALPHA) / nats;

/** The bounds for a bad green whose blue fails at a rate, at a weight (fraction of the traffic on green). */
export function boundsOf(errorRate: number, regression: SimulatedRegression, weight: number): LimitBounds {
  switch (regression.type) {
    case 'errx':
      return bernoulli(errorRate, min(1, regression.x * errorRate), ERRORS, weight);
    case 'errpp':
      return bernoulli(errorRate, min(1, regression.pp + errorRate), ERRORS, weight);
    case 'total':
      return bernoulli(errorRate, 1, ERRORS, weight);
    case 'lat':
      return latency(latencyLaw(regression.x).shares, weight);
    case 'tail':
      return latency(latencyLaw(1, regression.f).shares, weight);
    case 'drift':
      return drift(drifted(regression.d), weight);
    case 'none':
      return { known: Infinity, twoSample: Infinity, noMargin: Infinity };
    default:
      return regression satisfies never;
  }
}

const bernoulli = (blue: number, green: number, tolerance: Tolerance, weight: number): LimitBounds => ({
  known: requests(knownBernoulli(blue, green, tolerance)),
  twoSample: requests(twoSampleBernoulli(blue, green, tolerance, weight)),
  noMargin: requests(twoSampleBernoulli(blue, green, NONE, weight)),
});

/** Over all bins; green may be one bin, 5 %, slower than blue. */
function latency(law: Float64Array, weight: number): LimitBounds {
  const [blue, green] = [[...latencyLaw(1).shares], [...law]];
  return {
    known: requests(knownOrder(blue, oneBinTolerated(green))),
    twoSample: requests(twoSampleOrder(blue, oneBinTolerated(green), weight)),
    noMargin: requests(twoSampleOrder(blue, green, weight)),
  };
}

/** The class that grows most against its tolerance. */
function drift(shares: readonly number[], weight: number): LimitBounds {
  const best = (nats: (blue: number, green: number) => number) =>
    requests(CLASS_SHARES.reduce((most, blue, index) => max(most, grown(nats, blue, shares[index] ?? 0)), 0));
  return {
    known: best((blue, green) => knownBernoulli(blue, green, CLASS)),
    twoSample: best((blue, green) => twoSampleBernoulli(blue, green, CLASS, weight)),
    noMargin: best((blue, green) => twoSampleBernoulli(blue, green, NONE, weight)),
  };
}

const grown = (nats: (blue: number, green: number) => number, blue: number, green: number): number =>
  green > blue + CLASS.points ? nats(blue, green) : 0;
