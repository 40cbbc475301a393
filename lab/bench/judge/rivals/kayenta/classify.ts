import type { Random } from '../../../../../lambdas/domain/plan/coins';
import { type EffectSize, cles, meanRatio } from './effect-size';
import { mannWhitney } from './mann-whitney';

const { abs } = Math;

export type KayentaLabel = 'Pass' | 'High' | 'Low' | 'Nodata' | 'NodataFailMetric' | 'Error';
export type Direction = 'increase' | 'decrease' | 'either';
export type NanStrategy = 'remove' | 'replace';

export interface ClassifierBounds {
  readonly decrease: number;
  readonly increase: number;
}

/** How one metric is compared. */
export interface MetricRule {
  readonly direction: Direction;
  readonly nanStrategy: NanStrategy;
  readonly critical: boolean;
  readonly mustHaveData: boolean;
  readonly tolerance: number;
  readonly confidence: number;
  readonly effectSize: EffectSize;
  readonly allowed: ClassifierBounds;
  readonly criticalBounds: ClassifierBounds;
}

/** What Kayenta does to a metric of which only the name is configured. */
export const DEFAULT_RULE: MetricRule = {
  direction: 'either',
  nanStrategy: 'remove',
  critical: false,
  mustHaveData: false,
  tolerance: 0.25,
  confidence: 0.98,
  effectSize: 'meanRatio',
  allowed: { decrease: 1, increase: 1 },
  criticalBounds: { decrease: 1, increase: 1 },
};

export interface Classification {
  readonly label: KayentaLabel;
  readonly critical: boolean;
  readonly reason: string | undefined;
  /** Ratio of the means; 1 where nothing was compared. */
  readonly deviation: number;
}

const NOISE = 1e-5;

/**
 * Compares one metric of experiment and control, values per interval, NaN where there was none.
 * Source: spinnaker/kayenta, NetflixACAJudge.scala and MannWhitneyClassifier.scala; its order of rules is kept, because
 * it decides: no data, the same data, one value overall, then the rank test and the effect size.
 */
export function classify(
  control: readonly number[],
  experiment: readonly number[],
  rule: MetricRule,
  random: Pick<Random, 'normal'>,
): Classification {
  const [below, above] = [sorted(control, rule.nanStrategy), sorted(experiment, rule.nanStrategy)];
  const nothing = (label: KayentaLabel, critical: boolean, reason?: string): Classification => ({
    label,
    critical,
    reason,
    deviation: 1,
  });
  if (below.length === 0 || above.length === 0) {
    if (rule.nanStrategy === 'replace') return nothing('Pass', false);
    if (rule.mustHaveData && !rule.critical) return nothing('NodataFailMetric', false, 'no data');
    return nothing('Nodata', rule.critical, 'no data');
  }
  if (below.length === above.length && below.every((value, index) => value === above[index]))
    return nothing('Pass', false, 'the same data');
  const [constantBelow, constantAbove] = [below[0] === below.at(-1), above[0] === above.at(-1)];
  if (constantBelow && constantAbove && below[0] === above[0]) return nothing('Pass', false);
  // Ranks of two constants have no spread, so Kayenta gives each a little.
  const shaken = constantBelow && constantAbove;
  return compare(shaken ? shake(below, random) : below, shaken ? shake(above, random) : above, rule);
}

function compare(control: Float64Array, experiment: Float64Array, rule: MetricRule): Classification {
  const { lower, upper, estimate } = mannWhitney(experiment, control, rule.confidence);
  const margin = rule.tolerance * abs(estimate);
  const deviation = meanRatio(control, experiment);
  const effect = rule.effectSize === 'cles' ? cles(control, experiment) : deviation;
  const grown = (bound: number) => Number.isNaN(effect) || effect >= bound;
  const shrunk = (bound: number) => Number.isNaN(effect) || effect <= bound;
  if (rule.direction !== 'decrease' && lower > margin && grown(rule.allowed.increase))
    return { label: 'High', critical: rule.critical && grown(rule.criticalBounds.increase), reason: 'high', deviation };
  if (rule.direction !== 'increase' && upper < -margin && shrunk(rule.allowed.decrease))
    return { label: 'Low', critical: rule.critical && shrunk(rule.criticalBounds.decrease), reason: 'low', deviation };
  return { label: 'Pass', critical: false, reason: undefined, deviation };
}

function sorted(values: readonly number[], strategy: NanStrategy): Float64Array {
  const kept =
    strategy === 'remove'
      ? values.filter((value) => !Number.isNaN(value))
      : values.map((value) => (Number.isNaN(value) ? 0 : value));
  return Float64Array.from(kept).sort();
}

const shake = (values: Float64Array, random: Pick<Random, 'normal'>): Float64Array =>
  values.map((value) => value + NOISE * (values[0] ?? 0) * random.normal()).sort();
