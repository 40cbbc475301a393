import quantile from '@stdlib/stats-base-dists-normal-quantile';
import {
  DEFAULT_RULE,
  type Direction,
  type KayentaLabel,
  type MetricRule,
  type NanStrategy,
  classify,
} from '../../../lab/bench/judge/rivals/kayenta/classify';
import { type EffectSize, cles, meanRatio } from '../../../lab/bench/judge/rivals/kayenta/effect-size';
import { mannWhitney, wilcoxonScore } from '../../../lab/bench/judge/rivals/kayenta/mann-whitney';
import { type MetricResult, score } from '../../../lab/bench/judge/rivals/kayenta/score';
import { seeded } from '../../../simulator/draws';
import file from './kayenta-cases.json';

type Number_ = number | 'NaN';
interface Case {
  readonly name: string;
  readonly kind: string;
  readonly experiment?: readonly Number_[] | null;
  readonly control?: readonly Number_[] | null;
  readonly expected?: Readonly<Record<string, string | number | boolean>>;
}
interface ClassifierCase extends Case {
  readonly params: {
    readonly tolerance: number;
    readonly confLevel: number;
    readonly effectSizeThresholds: { readonly allowedDecrease: number; readonly allowedIncrease: number };
    readonly criticalThresholds: { readonly criticalDecrease: number; readonly criticalIncrease: number };
    readonly effectSizeMeasure: EffectSize;
  };
  readonly direction: Direction;
  readonly nanStrategy: NanStrategy;
  readonly isCriticalMetric: boolean;
  readonly isDataRequired: boolean;
}
interface RankCase extends Case {
  readonly confidenceLevel: number;
  readonly tolerance: { readonly default: number; readonly estimate: number };
}
interface ScoreCase extends Case {
  readonly groupWeights: Readonly<Record<string, number>>;
  readonly results: readonly {
    readonly classification: KayentaLabel;
    readonly groups: readonly string[];
    critical: boolean;
  }[];
}
interface UnitCase extends Case {
  readonly inputs: { readonly experimentData?: readonly number[]; readonly controlData?: readonly number[] };
  readonly asserts: readonly string[];
}

const cases = file.cases as unknown as readonly Case[];
const ofKind = <T extends Case>(kind: string, more: (found: T) => boolean = () => true): readonly T[] =>
  cases.filter((found): found is T => found.kind === kind && more(found as T));
const numbers = (values: Case['experiment']): number[] => (values ?? []).map(Number);
const ascending = (values: Case['experiment']) => Float64Array.from(numbers(values)).sort();

const classifierCases = ofKind<ClassifierCase>('MannWhitneyClassifier');
const rankCases = ofKind<RankCase>('MannWhitney');
const scoreCases = ofKind<ScoreCase>('WeightedSumScorer');
const effectCases = ofKind<UnitCase>('unit', ({ name }) => /^(Effect Size: Mean Ratio|CLES)/.test(name));

it('takes every case of Kayenta but those of parts that its judge does not use by default', () => {
  const taken: readonly Case[] = [...classifierCases, ...rankCases, ...scoreCases, ...effectCases];
  const left = cases.filter((found) => !taken.includes(found)).map(({ name }) => name.replace(/:.*/, ''));
  expect(taken).toHaveLength(63);
  expect([...new Set(left)].sort()).toEqual([
    'Add Gaussian Noise',
    'Effect Size',
    'IQR Detect Two Sided',
    'IQR Detection',
    'IQR Empty Data',
    'IQR NIST Test',
    'IQR Outlier Removal',
    'KSigma Detection',
    'KSigma Outlier Removal',
    'KSigma Two Sided',
    'Mean Inequality Classifier Test',
    'Remove Multiple NaN',
    'Remove Single NaN',
    'Replace NANs',
    'Summary Statistics',
  ]);
});

it.each(classifierCases)('classifies like Kayenta: $name', (found) => {
  const { params } = found;
  const rule: MetricRule = {
    ...DEFAULT_RULE,
    direction: found.direction,
    nanStrategy: found.nanStrategy,
    critical: found.isCriticalMetric,
    mustHaveData: found.isDataRequired,
    tolerance: params.tolerance,
    confidence: params.confLevel,
    effectSize: params.effectSizeMeasure,
    allowed: {
      decrease: params.effectSizeThresholds.allowedDecrease,
      increase: params.effectSizeThresholds.allowedIncrease,
    },
    criticalBounds: {
      decrease: params.criticalThresholds.criticalDecrease,
      increase: params.criticalThresholds.criticalIncrease,
    },
  };
  const result = classify(numbers(found.control), numbers(found.experiment), rule, seeded(7));
  const answers: Readonly<Record<string, unknown>> = {
    classification: result.label,
    critical: result.critical,
    reasonNotEmpty: result.reason !== undefined,
    deviation: result.deviation,
    deviationIsNaN: Number.isNaN(result.deviation),
  };
  const keys = Object.keys(found.expected ?? {});
  expect(keys.length).toBeGreaterThan(0);
  expect(Object.fromEntries(keys.map((key) => [key, answers[key]]))).toEqual(found.expected);
});

it.each(rankCases)('ranks like Kayenta: $name', ({ experiment, control, confidenceLevel, expected, tolerance }) => {
  const [x, y] = [ascending(experiment), ascending(control)];
  const [muMin, muMax] = [(x[0] ?? 0) - (y.at(-1) ?? 0), (x.at(-1) ?? 0) - (y[0] ?? 0)];
  const z = quantile((1 - confidenceLevel) / 2, 0, 1);
  const answer: Readonly<Record<string, () => number>> = {
    'wilcoxonDiff(mu=0,quantile=0)': () => wilcoxonScore(x, y, 0),
    'wilcoxonDiff(mu=5,quantile=0)': () => wilcoxonScore(x, y, 5),
    'inverseNormalCdf(0.01)': () => quantile(0.01, 0, 1),
    ciLower: () => mannWhitney(x, y, confidenceLevel).lower,
    ciUpper: () => mannWhitney(x, y, confidenceLevel).upper,
    estimate: () => mannWhitney(x, y, confidenceLevel).estimate,
    muMin: () => muMin,
    muMax: () => muMax,
    zqLower: () => -z,
    zqUpper: () => z,
    'wilcoxonDiff(muMin,zqLower)': () => wilcoxonScore(x, y, muMin) + z,
    'wilcoxonDiff(muMax,zqLower)': () => wilcoxonScore(x, y, muMax) + z,
    'wilcoxonDiff(muMin,zqUpper)': () => wilcoxonScore(x, y, muMin) - z,
    'wilcoxonDiff(muMax,zqUpper)': () => wilcoxonScore(x, y, muMax) - z,
  };
  const checks = Object.entries(expected ?? {});
  expect(checks.length).toBeGreaterThan(0);
  for (const [key, value] of checks) {
    const off = Math.abs((answer[key]?.() ?? NaN) - Number(value));
    expect({ key, close: off <= (key === 'estimate' ? tolerance.estimate : tolerance.default) }).toEqual({
      key,
      close: true,
    });
  }
});

it.each(scoreCases)('scores like Kayenta: $name', ({ results, groupWeights, expected }) => {
  const labelled = results.map(({ classification, ...rest }): MetricResult => ({ label: classification, ...rest }));
  expect(score(labelled, groupWeights)).toBe(expected?.['summaryScore']);
});

it.each(effectCases)('measures effects like Kayenta: $name', ({ name, inputs, asserts }) => {
  const measure = name.startsWith('CLES') ? cles : meanRatio;
  const result = measure(inputs.controlData ?? [], inputs.experimentData ?? []);
  const [text = ''] = asserts;
  if (text === 'result.isNaN') return expect(result).toBeNaN();
  const [, value, within] = /=== \(?([\d.]+)(?: \+- ([\d.e-]+)\))?$/.exec(text) ?? [];
  expect(value).toBeDefined();
  expect(Math.abs(result - Number(value))).toBeLessThanOrEqual(Number(within ?? 1e-12));
});
