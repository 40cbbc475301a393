import type { Random } from '../../../../lambdas/domain/plan/coins';
import { multinomial } from '../../../../simulator/draws';
import type { Canary, SimulatedSide } from '../simulate/canary';
import { addPoisson, type LatencyLaw, latencyLaw } from '../simulate/latency';
import { BASELINE_MINUTES, BINS, CLASS_SHARES, MEDIAN_MS, PLAIN, type SimulatedRegression } from '../simulate/setting';
import { drifted } from '../simulate/simulate';

const { exp, floor, max, min, PI, sin } = Math;

/** A world that is not steady: what happens to both versions, to blue's hour alone, and how requests come. */
export interface WorldSetting {
  readonly requestsPerMinute: number;
  /** An incident of 2 to 6 minutes in blue's hour, before green has any traffic. */
  readonly incidentBefore: boolean;
  readonly regression: SimulatedRegression;
  /** The minute from which green is bad, 1 for its first. */
  readonly onset: number;
  /** Green's share of each minute, 0 to 1, then all of it: the watch. */
  readonly weights: readonly number[];
}

/** What a minute does to both versions alike. */
interface Sky {
  readonly traffic: number;
  readonly errors: number;
  readonly extraErrors: number;
  readonly slowness: number;
}

/** A slow tail of 3 % that no lognormal has: Pareto with exponent 1.8 from the median on. */
const TAIL = 0.03;
const TAIL_EXPONENT = 1.8;
/** Arrivals of a minute are gamma-Poisson: a mean that wanders by a tenth. */
const ARRIVALS_WANDER = 0.1;
/** Longer than any canary with its watch. */
const MINUTES = 120;
/** From minute to minute traffic keeps nine tenths of what set it apart. */
const KEPT = 0.9;

/** Blue's share of failures; the first that is drawn of a world. */
export const usualErrorsOf = (weather: Random): number =>
  [0, 0.001, 0.005, 0.01, 0.05][floor(5 * weather.uniform())] ?? 0.01;

/**
 * Traffic is a sine of a day times a first-order autoregression times a gamma; failures, latency and mix of blue's
 * drift over the hours; once in three hours both versions have an incident of 2 to 5 minutes. Green differs by its
 * regression alone.
 *
 * @param weather the same stream gives the same sky, whatever the weights; `random` draws the requests under it
 */
export function drawWorld(setting: WorldSetting, weather: Random, random: Random): Canary {
  const { requestsPerMinute, regression, onset, weights } = setting;
  const usualErrors = usualErrorsOf(weather);
  const sky = drawSky(setting.incidentBefore, weather);
  const laws = new Map<string, LatencyLaw>();
  const serve = (minute: number, share: number, bad: SimulatedRegression): SimulatedSide => {
    const now = sky(minute);
    const blue = min(0.95, usualErrors * now.errors + now.extraErrors);
    const rate = errorRate(blue, bad);
    const slowdown = Math.round(50 * now.slowness * (bad.type === 'lat' ? bad.x : 1)) / 50;
    const tail = bad.type === 'tail' ? bad.f : 0;
    const key = `${slowdown} ${tail}`;
    const law = laws.get(key) ?? withTail(latencyLaw(slowdown, tail), slowdown);
    laws.set(key, law);
    const mean = requestsPerMinute * now.traffic * share;
    const latency = new Uint32Array(BINS.count);
    const successes = addPoisson(random, law, mean * (1 - rate), latency);
    const errors = addPoisson(random, law, mean * rate, latency);
    const classes = multinomial(random, successes, bad.type === 'drift' ? drifted(bad.d) : CLASS_SHARES);
    return { invocations: successes + errors, errors, latency, classes };
  };
  const good: SimulatedRegression = { type: 'none' };
  return {
    setting: { ...PLAIN, ratePerMin: requestsPerMinute, weight: 0.5, baselineErrorRate: usualErrors, regression },
    baseline: Array.from({ length: BASELINE_MINUTES }, (_, index) => serve(index - BASELINE_MINUTES, 1, good)),
    minutes: weights.map((weight, index) => ({
      weight,
      blue: serve(index + 1, 1 - weight, good),
      green: serve(index + 1, weight, index + 1 < onset ? good : regression),
    })),
  };
}

function errorRate(blue: number, bad: SimulatedRegression): number {
  switch (bad.type) {
    case 'errx':
      return min(1, bad.x * blue);
    case 'errpp':
      return min(1, bad.pp + blue);
    case 'total':
      return 1;
    case 'none':
    case 'lat':
    case 'tail':
    case 'drift':
      return blue;
  }
}

function drawSky(incidentBefore: boolean, random: Random): (minute: number) => Sky {
  const phase = 2 * PI * random.uniform();
  const drift = { errors: 0.2 * random.normal(), slowness: 0.03 * random.normal() };
  const skies = new Map<number, Sky>();
  let wander = 0;
  for (let minute = -BASELINE_MINUTES; minute <= MINUTES; minute++) {
    wander = KEPT * wander + 0.05 * random.normal();
    const hours = minute / 60;
    skies.set(minute, {
      traffic: (1 + 0.4 * sin(phase + (2 * PI * minute) / 1_440)) * exp(wander) * gammaAround1(random),
      errors: exp(drift.errors * hours),
      extraErrors: 0,
      slowness: exp(drift.slowness * hours),
    });
  }
  const incident = (from: number, minutes: number) => {
    const [extraErrors, slow] = [0.05 + 0.3 * random.uniform(), 1.5 + 2 * random.uniform()];
    for (let minute = from; minute < from + minutes; minute++) {
      const before = skies.get(minute);
      if (before) skies.set(minute, { ...before, extraErrors, slowness: before.slowness * slow });
    }
  };
  if (incidentBefore) incident(-floor(10 + 45 * random.uniform()), 2 + floor(5 * random.uniform()));
  for (let from = 1; from < MINUTES; from += 60)
    if (random.uniform() < 1 / 3) incident(from + floor(60 * random.uniform()), 2 + floor(4 * random.uniform()));
  return (minute) => skies.get(minute) ?? { traffic: 1, errors: 1, extraErrors: 0, slowness: 1 };
}

/** A gamma with mean 1, as a lognormal of the same spread: a hundredth apart where a mean wanders by a tenth. */
const gammaAround1 = (random: Random): number =>
  exp(ARRIVALS_WANDER * random.normal() - (ARRIVALS_WANDER * ARRIVALS_WANDER) / 2);

function withTail({ shares }: LatencyLaw, slowdown: number): LatencyLaw {
  const beyond = (ms: number) =>
    min(1, max(ms, 1e-9) / (MEDIAN_MS * slowdown) < 1 ? 1 : (ms / (MEDIAN_MS * slowdown)) ** -TAIL_EXPONENT);
  let [before, cumulative] = [1, 0];
  const mixed = shares.map((share, bin) => {
    const after = bin === BINS.count - 1 ? 0 : beyond(BINS.edge0 * BINS.ratio ** bin);
    const tail = before - after;
    before = after;
    return (1 - TAIL) * share + TAIL * tail;
  });
  return { shares: mixed, cumulative: mixed.map((share) => (cumulative += share)) };
}
