import type { Canary, SimulatedSide } from './canary';
import { type Weather, weatherOf } from './environment';
import { type LatencyLaw, addExactly, addPoisson, latencyLaw } from './latency';
import type { Random } from '../../../../lambdas/domain/plan/coins';
import { multinomial } from '../../../../simulator/draws';
import { BASELINE_MINUTES, BINS, CLASS_SHARES, type Setting, type SimulatedRegression, weightAt } from './setting';

const { exp, min } = Math;

/** How one version behaves in one minute. */
interface MinuteBehaviour {
  readonly errorRate: number;
  readonly slowdown: number;
  readonly tail: number;
  readonly classes: readonly number[];
}

/**
 * One simulated canary: an hour of blue, then the minutes of both. The same stream of numbers gives the same canary.
 */
export function simulate(setting: Setting, random: Random): Canary {
  const weather = weatherOf(setting, random);
  const laws = lawsBySlowness();
  const serve = (minute: number, share: number, regression: SimulatedRegression): SimulatedSide => {
    const now = weather(minute);
    const behaviour = noisy(setting, behave(setting, now, regression), random);
    const law = laws(behaviour.slowdown, behaviour.tail);
    return count(random, behaviour, law, setting.ratePerMin * now.traffic * share, setting.cluster);
  };
  const healthy: SimulatedRegression = { type: 'none' };
  return {
    setting,
    baseline: Array.from({ length: BASELINE_MINUTES }, (_, index) => serve(index - BASELINE_MINUTES, 1, healthy)),
    minutes: Array.from({ length: setting.minutes }, (_, index) => {
      const minute = index + 1;
      const weight = weightAt(setting.weight, minute);
      const blue = serve(minute, 1 - weight, healthy);
      return { weight, blue, green: serve(minute, weight, minute < setting.onset ? healthy : setting.regression) };
    }),
  };
}

function behave(setting: Setting, now: Weather, regression: SimulatedRegression): MinuteBehaviour {
  const errorRate = min(1, setting.baselineErrorRate * now.errors + now.extraErrors);
  const blue: MinuteBehaviour = { errorRate, slowdown: now.latency, tail: 0, classes: CLASS_SHARES };
  switch (regression.type) {
    case 'none':
      return blue;
    case 'errx':
      return { ...blue, errorRate: min(1, regression.x * errorRate) };
    case 'errpp':
      return { ...blue, errorRate: min(1, regression.pp + errorRate) };
    case 'total':
      return { ...blue, errorRate: 1 };
    case 'lat':
      return { ...blue, slowdown: regression.x * now.latency };
    case 'tail':
      return { ...blue, tail: regression.f };
    case 'drift':
      return { ...blue, classes: drifted(regression.d) };
    default:
      return regression satisfies never;
  }
}

export const drifted = (d: number): readonly number[] =>
  CLASS_SHARES.map((share, index) => share + (index === 0 ? -d : index === 1 ? d : 0));

function noisy(setting: Setting, behaviour: MinuteBehaviour, random: Random): MinuteBehaviour {
  const { versionNoise, errorOddsNoise } = setting;
  const slowdown = versionNoise === 0 ? 1 : exp(versionNoise * random.normal());
  const odds = errorOddsNoise === 0 ? 1 : exp(errorOddsNoise * random.normal());
  const { errorRate } = behaviour;
  return {
    ...behaviour,
    slowdown: slowdown * behaviour.slowdown,
    errorRate: odds === 1 ? errorRate : (odds * errorRate) / (1 - errorRate + odds * errorRate),
  };
}

/** Poisson arrivals, thinned by routing and by failing, are Poisson again: so counts are drawn, not requests. */
function count(
  random: Random,
  behaviour: MinuteBehaviour,
  law: LatencyLaw,
  mean: number,
  cluster: number,
): SimulatedSide {
  const latency = new Uint32Array(BINS.count);
  const { errorRate, classes } = behaviour;
  const successes = addPoisson(random, law, mean * (1 - errorRate), latency);
  const errors =
    cluster === 1
      ? addPoisson(random, law, mean * errorRate, latency)
      : addExactly(random, law, cluster * random.poisson((mean * errorRate) / cluster), latency);
  return { invocations: successes + errors, errors, latency, classes: multinomial(random, successes, classes) };
}

/** Laws are worth keeping: without noise an hour has two of them, with noise one a minute and version. */
function lawsBySlowness(): (slowdown: number, tail: number) => LatencyLaw {
  const kept = new Map<string, LatencyLaw>();
  return (slowdown, tail) => {
    const key = `${slowdown} ${tail}`;
    const law = kept.get(key) ?? latencyLaw(slowdown, tail);
    kept.set(key, law);
    return law;
  };
}
