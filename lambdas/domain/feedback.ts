import {
  classIndex,
  predictions,
  predictionShape,
  type Prediction,
  type PredictionOutput,
  type PredictionRule,
  type ClassIndexSettings,
} from './prediction';
import type { LabelsBefore } from './evidence';
import type { StrategyStep } from './strategy';

/** For so many days after its answer a label is taken, and kept, unless the endpoint says otherwise. */
export const DEFAULT_FEEDBACK_DAYS = 30;

/** What a person says was true of one row. */
export type Label = number | string;

/** One labelled row, scored. */
export type Scored = { readonly right: boolean } | { readonly squaredError: number };

/** Why a label says nothing about an answer: what is wrong with it, and what it must be. */
export interface UnfitLabel {
  readonly problem: string;
}

/** CloudWatch takes values up to 2^360, about 2.3e108: an error of 1e50 has the square 1e100. */
const MOST_ERROR = 1e50;

/**
 * Scores one label of one row.
 *
 * @param row place in `predicted.values`; must be inside
 * @param classNames the endpoint's names, in the order of their index
 */
export function scoreLabel(
  predicted: Predicted,
  row: number,
  label: Label,
  classNames: readonly string[] | undefined,
): Scored | UnfitLabel {
  switch (predicted.kind) {
    case 'score':
      return scoreNumber(predicted.values[row] ?? NaN, label);
    case 'name': {
      const name = trueName(label, classNames);
      return typeof name === 'string' ? { right: name === predicted.values[row] } : name;
    }
    case 'class': {
      const index = trueIndex(label, predicted.classes, classNames);
      return typeof index === 'number' ? { right: index === predicted.values[row] } : index;
    }
  }
}

function scoreNumber(score: number, label: Label): Scored | UnfitLabel {
  if (typeof label !== 'number') return { problem: 'is text, but the model answers a number: it must be a number' };
  const error = Math.abs(label - score);
  if (error > MOST_ERROR)
    return { problem: `is ${error.toPrecision(3)} away from the answer; at most 1e50 can be counted` };
  return { squaredError: error ** 2 };
}

function trueName(label: Label, names: readonly string[] | undefined): string | UnfitLabel {
  if (names === undefined) {
    if (typeof label === 'number')
      return { problem: 'is a number, but the model answers text: it must be the name of a class' };
    return label.length <= MAX_NAME_LENGTH
      ? label
      : { problem: `has ${label.length} characters, the limit is ${MAX_NAME_LENGTH}` };
  }
  const notWhole = whole(label);
  if (notWhole) return notWhole;
  return names[classIndex(label, names) ?? names.length] ?? { problem: `is none of ${listed(names)}` };
}

function trueIndex(
  label: Label,
  classes: number | undefined,
  names: readonly string[] | undefined,
): number | UnfitLabel {
  if (typeof label === 'string') {
    if (names === undefined)
      return { problem: 'is text, but the endpoint has no classNames: it must be the index of a class' };
    const index = names.indexOf(label);
    return index < 0 ? { problem: `is none of ${listed(names)}` } : index;
  }
  const notWhole = whole(label);
  if (notWhole) return notWhole;
  if (classes !== undefined && (label < 0 || label >= classes))
    return { problem: `must be an index from 0 to ${classes - 1}` };
  return label;
}

const whole = (label: Label): UnfitLabel | undefined =>
  typeof label === 'number' && !Number.isSafeInteger(label)
    ? { problem: 'must be the whole number of a class' }
    : undefined;

/** Ten names are enough to see which labels fit. */
const listed = (names: readonly string[]): string => {
  const some = names.slice(0, 10).map((name) => JSON.stringify(name));
  return (
    "the endpoint's classes, " +
    `${some.join(', ')}${names.length > some.length ? ` and ${names.length - some.length} more` : ''}`
  );
};

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
  { predictionOutput, classNames, task }: ClassIndexSettings & Pick<PredictionRule, 'task'>,
  maxRows: number,
): Answered | undefined {
  const rule = { output: predictionOutput, task, maxRows };
  const shape = predictionShape(outputs, rule);
  const found = predictions(outputs, rule);
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
 * traffic for as long as a label may take. Ten per cent for 15 minutes with labels within five: 0.1 x (15 - 5) = 1
 * minute.
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
