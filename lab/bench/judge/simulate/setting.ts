/** How green differs from blue, from minute `onset` on. Rates are fractions, factors multiply. */
export type SimulatedRegression =
  | { readonly type: 'none' }
  /** Fails `x` times as often as blue in the same minute. */
  | { readonly type: 'errx'; readonly x: number }
  /** Fails `pp` more often, 0.05 for five points. */
  | { readonly type: 'errpp'; readonly pp: number }
  /** Answers nothing. */
  | { readonly type: 'total' }
  /** Every request takes `x` times as long. */
  | { readonly type: 'lat'; readonly x: number }
  /** A fraction `f` of the requests takes SLOW_TAIL_FACTOR times as long. */
  | { readonly type: 'tail'; readonly f: number }
  /** A fraction `d` of all answers is class 1 where blue says class 0. */
  | { readonly type: 'drift'; readonly d: number };

/** What happens to both versions alike: nothing, a slow rise over two hours, incidents of a few minutes. */
export type SimulatedEnvironment = 'flat' | 'diurnal' | 'burst';

/** One setting of the simulator. Rates are per minute over both versions, weights are fractions. */
export interface Setting {
  readonly ratePerMin: number;
  readonly weight: number | 'ramp';
  readonly baselineErrorRate: number;
  readonly regression: SimulatedRegression;
  readonly env: SimulatedEnvironment;
  /** The minute from which green is bad, 1 for the first. */
  readonly onset: number;
  /** Standard deviation of the log of each version's latency factor, drawn anew for each minute and version. */
  readonly versionNoise: number;
  /** Standard deviation of each version's log odds of failing, drawn likewise. */
  readonly errorOddsNoise: number;
  /** Failures come in groups of this many, and a whole group lands on one version. */
  readonly cluster: number;
  /** How long green is watched; beyond PLANNED_MINUTES the bake was extended. */
  readonly minutes: number;
}

export const BASELINE_MINUTES = 60;
/** What every bake is planned for. */
export const PLANNED_MINUTES = 60;

/** Healthy, flat, independent requests for as long as planned: what a setting leaves out. */
export const PLAIN: Omit<Setting, 'ratePerMin' | 'weight' | 'baselineErrorRate'> = {
  regression: { type: 'none' },
  env: 'flat',
  onset: 1,
  versionNoise: 0,
  errorOddsNoise: 0,
  cluster: 1,
  minutes: PLANNED_MINUTES,
};

/** Answers by class of a healthy version. */
export const CLASS_SHARES: readonly number[] = [0.5, 0.3, 0.15, 0.05];

/** Latency is lognormal. */
export const MEDIAN_MS = 80;
export const SIGMA = 0.5;
export const SLOW_TAIL_FACTOR = 5;

/** Bin i holds (edge0 * ratio^(i-1), edge0 * ratio^i], bin 0 what is at most edge0, the last bin the rest. */
export const BINS = { unit: 'ms', edge0: 10, ratio: 1.05, count: 142 } as const;

const RAMP = [
  { from: 41, weight: 0.5 },
  { from: 26, weight: 0.25 },
  { from: 11, weight: 0.1 },
] as const;

/** Green's share of the traffic in a minute, 1 for the first; the ramp is 5, 10, 25, 50 %. */
export const weightAt = (weight: Setting['weight'], minute: number): number =>
  weight === 'ramp' ? (RAMP.find(({ from }) => minute >= from)?.weight ?? 0.05) : weight;
