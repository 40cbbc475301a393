import type { KayentaLabel } from './classify';

export interface MetricResult {
  readonly label: KayentaLabel;
  readonly groups: readonly string[];
  readonly critical: boolean;
}

/** Half of the metrics without data, and the canary scores nothing. */
const NODATA_LIMIT = 0.5;

/**
 * The score of a canary, 0 to 100 with two decimals: groups count the share of their metrics that passed, weighted in
 * percent; groups without a weight share what is left, groups without data count 100.
 * Source: spinnaker/kayenta, WeightedSumScorer.scala.
 */
export function score(results: readonly MetricResult[], groupWeights: Readonly<Record<string, number>>): number {
  if (results.some(({ critical, label }) => critical && label !== 'Pass')) return 0;
  if (results.filter(({ label }) => label === 'Nodata').length >= NODATA_LIMIT * results.length) return 0;
  const groups = [...new Set(results.flatMap((result) => result.groups))];
  const unweighted = groups.filter((group) => groupWeights[group] === undefined);
  const given = Object.values(groupWeights).reduce((sum, weight) => sum + weight, 0);
  const total = groups.reduce((sum, group) => {
    const weight = groupWeights[group] ?? (100 - given) / unweighted.length;
    return sum + (weight * groupScore(results.filter((result) => result.groups.includes(group)))) / 100;
  }, 0);
  return Math.round(100 * total) / 100;
}

function groupScore(results: readonly MetricResult[]): number {
  const of = (...labels: readonly KayentaLabel[]) => results.filter(({ label }) => labels.includes(label)).length;
  const counted = of('Pass', 'High', 'Low', 'NodataFailMetric');
  return counted === 0 ? 100 : (100 * of('Pass')) / counted;
}
