import { classIndex } from '../prediction';
import { MAX_NAME_LENGTH, type Predicted } from './answered';

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
  return `the endpoint's classes, ${some.join(', ')}${names.length > some.length ? ` and ${names.length - some.length} more` : ''}`;
};
