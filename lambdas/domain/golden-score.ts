import type { Prediction } from './prediction';

export type GoldenScore =
  | {
      readonly task: 'classification';
      readonly rows: number;
      readonly right: number;
      /** Share of right classes, 0 to 1. */ readonly accuracy: number;
    }
  | {
      readonly task: 'regression';
      readonly rows: number;
      /** In the label's unit; Infinity when a row has no answer. */ readonly rootMeanSquaredError: number;
    };

/**
 * How well the predictions fit the labels, row by row. A row without an answer is wrong (classification) or makes the
 * error infinite (regression): nothing is gained by not answering.
 * Class indices and names are compared by name where the endpoint has class names. A model that answers a class with one
 * number (a sigmoid's score, an index as a float) means the nearest whole number.
 */
export function goldenScore(
  predictions: readonly (Prediction | undefined)[],
  labels: readonly (number | string)[],
  task: 'classification' | 'regression',
  classNames?: readonly string[],
): GoldenScore {
  const rows = labels.length;
  if (task === 'classification') {
    const right = labels.filter((label, row) => sameClass(predictions[row], label, classNames)).length;
    return { task, rows, right, accuracy: rows === 0 ? 0 : right / rows };
  }
  const squares = labels.map((label, row) => {
    const prediction = predictions[row];
    return prediction === undefined ? Infinity : (Number(prediction.value) - Number(label)) ** 2;
  });
  const mean = rows === 0 ? Infinity : squares.reduce((sum, square) => sum + square, 0) / rows;
  return { task, rows, rootMeanSquaredError: Math.sqrt(mean) };
}

/** Whether an answer means the labelled class. */
export function sameClass(
  prediction: Prediction | undefined,
  label: number | string,
  classNames: readonly string[] | undefined,
): boolean {
  if (prediction === undefined) return false;
  const answered = prediction.kind === 'score' ? Math.round(prediction.value) : prediction.value;
  return named(answered, classNames) === named(label, classNames);
}

const named = (value: number | string, classNames: readonly string[] | undefined): string =>
  (typeof value === 'number' ? classNames?.[value] : undefined) ?? String(value);
