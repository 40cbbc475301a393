import {
  predictions,
  predictionShape,
  type Prediction,
  type PredictionOutput,
  classIndex,
  type ClassIndexSettings,
} from '../prediction';
import type { LabelsBefore } from '../evidence';
import type { StrategyStep } from '../strategy';

/** What an answer predicted, as far as a label that comes later needs it. */
export interface Answered {
  /** Rows of the answer, also those that are not in `predicted`. */
  readonly rows: number;
  readonly predicted: Predicted;
}

export type Predicted =
  /** Indices of classes, as the model gave them; `classes` is how many there are, where the answer tells. */
  | { readonly kind: 'class'; readonly classes: number | undefined; readonly values: readonly number[] }
  /** Classes by name: the model's own texts, or the endpoint's names for its indices. */
  | { readonly kind: 'name'; readonly values: readonly string[] }
  | { readonly kind: 'score'; readonly values: readonly number[] };

/** Longer texts of a model are cut: a label of more characters is then not compared, but refused. */
export const MAX_NAME_LENGTH = 64;

/** The predictions of an answer, at most `maxRows` of them; undefined when no output is a prediction. */
export function answeredBy(
  outputs: readonly PredictionOutput[],
  { predictionOutput, classNames }: Pick<ClassIndexSettings, 'predictionOutput' | 'classNames'>,
  maxRows: number,
): Answered | undefined {
  const shape = predictionShape(outputs, predictionOutput);
  const found = predictions(outputs, { output: predictionOutput, maxRows });
  const [first] = found;
  if (shape === undefined || first === undefined) return undefined;
  return { rows: shape.rows, predicted: predictedOf(first, found, classNames, shape.classes) };
}

function predictedOf(
  first: Prediction,
  found: readonly Prediction[],
  names: readonly string[] | undefined,
  classes: number | undefined,
): Predicted {
  if (first.kind === 'score') return { kind: 'score', values: found.map(({ value }) => Number(value)) };
  if (names !== undefined) return { kind: 'name', values: found.map(({ value }) => nameOf(value, names)) };
  if (typeof first.value === 'string') return { kind: 'name', values: found.map(({ value }) => shortened(value)) };
  return { kind: 'class', classes, values: found.map(({ value }) => Number(value)) };
}

/** A prediction that is not among the endpoint's names stands for itself, and is then never right. */
const nameOf = (value: number | string, names: readonly string[]): string =>
  names[classIndex(value, names) ?? names.length] ?? shortened(value);

const shortened = (value: number | string): string => String(value).slice(0, MAX_NAME_LENGTH);

/**
 * How many minutes of an endpoint's whole labels green's share of a canary is worth, counted from when green has had
 * traffic for as long as a label may take. Ten per cent for 15 minutes with labels within five: 0.1 x (15 - 5) = 1 minute.
 */
export function labelMinutes(steps: readonly StrategyStep[], withinMinutes: number): number {
  let from = 0;
  return steps.reduce((sum, { weight, bakeMinutes }) => {
    const counted = Math.max(0, from + bakeMinutes - Math.max(from, withinMinutes));
    from += bakeMinutes;
    return sum + (weight / 100) * counted;
  }, 0);
}

/** @param baselineMinutes in which blue's labels came, at least 1 */
export const labelsInSight = (blue: number, baselineMinutes: number, greenMinutes: number): LabelsBefore => ({
  blue,
  green: Math.floor((blue / baselineMinutes) * greenMinutes),
});
