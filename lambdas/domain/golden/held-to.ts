import type { ModelTask } from '../task';

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
 * How often a good retrain may be refused by all tests of one set together: 1 in 1,000. The set's few questions share it.
 */
const FALSE_REFUSALS = 0.001;

/** One question's share: accuracy, recall, precision, score, or error and bias. */
export const SHARE = FALSE_REFUSALS / 4;

/**
 * Beyond the limits that are held by default a difference must be no mere chance: 1 in 10 at most. Within them it must be
 * certain: a share of `FALSE_REFUSALS`, and at least half of the limit. Hence a good retrain on a small set is refused in one
 * of 10 at most, and on a large one, where chance cannot exceed the limits, in one of 1,000.
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
