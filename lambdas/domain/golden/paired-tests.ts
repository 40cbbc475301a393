import type { ModelTask, RowLabel } from '../task';
import type { RowAnswer } from '../row-answer';

export interface GoldenPairs {
  readonly labels: readonly RowLabel[];
  readonly green: readonly (RowAnswer | undefined)[];
  /** Undefined without a blue; shorter where it was not asked every row. */
  readonly blue: readonly (RowAnswer | undefined)[] | undefined;
  readonly classNames: readonly string[] | undefined;
}

/** Named classes, so that an index and its name are one. */
export interface Classes {
  readonly labels: readonly string[];
  readonly green: readonly (string | undefined)[];
  readonly blue: readonly (string | undefined)[] | undefined;
}

/**
 * Tests of two models on the same rows. Each answers the chance to see a difference at least so large, to the harm of
 * green, if the two were equally good. All are exact or a bound from above, at any number of rows.
 */

/** ln n!, summed up once: exact to rounding, and 10,000 rows need no more. */
const logFactorials: number[] = [0];
function logFactorial(n: number): number {
  for (let next = logFactorials.length; next <= n; next += 1)
    logFactorials.push((logFactorials[next - 1] ?? 0) + Math.log(next));
  return logFactorials[n] ?? 0;
}

const logChoose = (n: number, k: number): number =>
  k < 0 || k > n ? -Infinity : logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * McNemar's exact test, one-sided: of the rows on which only one of two is right, blue has at least `lost`. Equally
 * good models share such rows like the throws of a coin.
 */
export function mcnemar(lost: number, won: number): number {
  const rows = lost + won;
  let sum = 0;
  for (let k = lost; k <= rows; k += 1) sum += Math.exp(logChoose(rows, k) - rows * Math.LN2);
  return Math.min(1, sum);
}

/**
 * Fisher's exact test, one-sided: green has at most `green` of n where blue has `blue` of the same n, given their sum.
 * Stronger than McNemar's for a handful of rows: 0 of 9 beside 9 of 9 is 1 in 48,620, and 1 in 512 by the coin.
 * Rows of unequal difficulty only make it more careful.
 */
export function fisher(green: number, blue: number, rows: number): number {
  const both = green + blue;
  let sum = 0;
  for (let k = Math.max(0, both - rows); k <= green; k += 1)
    sum += Math.exp(logChoose(rows, k) + logChoose(rows, both - k) - logChoose(2 * rows, both));
  return Math.min(1, sum);
}

/** What both have of the same rows; `lost` and `won` are those on which blue alone and green alone has it. */
export interface PairCounts {
  readonly lost: number;
  readonly won: number;
  readonly green: number;
  readonly blue: number;
  readonly rows: number;
}

/** The better of both; the smaller of two is doubled. */
export const pairedRate = (counts: PairCounts): number =>
  Math.min(1, 2 * Math.min(mcnemar(counts.lost, counts.won), fisher(counts.green, counts.blue, counts.rows)));

/**
 * Whether differences lean to the positive: if each were as likely with the other sign, a sum of t times the root of
 * their squares is no likelier than exp(-t²/2) (Hoeffding 1963), whatever their distribution.
 */
export function signFlip(differences: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  const largest = differences.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 1;
  if (largest === Infinity) return differences.every((value) => value >= 0) ? 0 : 1;
  for (const value of differences) {
    sum += value / largest;
    squares += (value / largest) ** 2;
  }
  return sum <= 0 ? 1 : Math.exp(-(sum * sum) / squares / 2);
}

/** What a golden set's limits are, as far as the comparison reads them. */
export interface GoldenLimits {
  readonly minAccuracy: number;
  /** Undefined: held to `DEFAULT_DROP`, where the rows show it. */
  readonly maxAccuracyDrop: number | undefined;
  /** Undefined: held to `DEFAULT_FACTOR`, where the rows show it. */
  readonly maxErrorFactor: number | undefined;
  readonly maxError: number | undefined;
  readonly perClass: false | { readonly maxRecallLoss: number; readonly maxPrecisionLoss: number };
}

/**
 * How often a good retrain may be refused by all tests of one set together: 1 in 1,000. The set's few questions share
 * it.
 */
const FALSE_REFUSALS = 0.001;

/** One question's share: accuracy, recall, precision, score, or error and bias. */
export const SHARE = FALSE_REFUSALS / 4;

/**
 * Beyond the limits that are held by default a difference must be no mere chance: 1 in 10 at most. Within them it must
 * be certain: a share of `FALSE_REFUSALS`, and at least half of the limit. Hence a good retrain on a small set is
 * refused in one of 10 at most, and on a large one, where chance cannot exceed the limits, in one of 1,000.
 */
export const NO_CHANCE = 0.1;
export const DEFAULT_DROP = { limit: 0.02, certain: 0.01 };
export const DEFAULT_FACTOR = { limit: 1.1, certain: 1.05 };

/** Whether a value is beyond a person's limit, which holds whatever chance does, or beyond the default's. */
export function beyond(
  value: number,
  set: number | undefined,
  usual: { readonly limit: number; readonly certain: number },
  /** Of a difference at least so large: by one test, and by the better of two. */
  chance: { readonly of: number; readonly certain: number },
): boolean {
  if (set !== undefined) return value > set + 1e-12;
  const over = (limit: number): boolean => value > limit + 1e-12;
  return (over(usual.limit) && chance.of <= NO_CHANCE) || (over(usual.certain) && chance.certain <= SHARE);
}

/** What was found of green beside blue. */
export interface Compared {
  readonly task: ModelTask;
  /** How well each is, in words: "accuracy 97.3 %". */
  readonly green: string;
  readonly blue: string | undefined;
  /** Sentences that refuse green; none where it is held to be as good. */
  readonly refusals: readonly string[];
  /** What this set cannot show. */
  readonly warnings: readonly string[];
}
