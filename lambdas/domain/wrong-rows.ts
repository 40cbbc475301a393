import type { Prediction } from './prediction';

type GoldenScore =
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
 * Class indices and names are compared by name where the endpoint has class names. A model that answers a class with
 * one number (a sigmoid's score, an index as a float) means the nearest whole number.
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

/** A row of the golden set that green got wrong, as text. */
export interface WrongRow {
  /** Index in the golden set, 0 for the first. */
  readonly row: number;
  readonly label: string;
  readonly green: string;
  /** Absent without a blue. */
  readonly blue?: string;
}

export interface WrongRows {
  readonly count: number;
  readonly shown: readonly WrongRow[];
}

/** So many are kept: enough to see what they have in common, and about a kilobyte of the workflow's state. */
const MOST_SHOWN = 10;
/** Labels are any text. */
const MOST_CHARACTERS = 60;

export interface Graded {
  readonly labels: readonly (number | string)[];
  readonly green: readonly (Prediction | undefined)[];
  /** Undefined without a blue. */
  readonly blue: readonly (Prediction | undefined)[] | undefined;
  readonly task: GoldenScore['task'];
  readonly classNames: readonly string[] | undefined;
  /** How far green is off in a row, where the answers are no single numbers. */
  readonly off?: (row: number) => number;
}

/**
 * Which rows green got wrong. Of a classification those come first that blue gets right, because they are what was
 * lost; a regression has no right and wrong, and its rows come by how far they are off.
 */
export function wrongRows({ labels, green, blue, task, classNames, ...graded }: Graded): WrongRows {
  const rows = labels.map((_, row) => row);
  const right = (of: readonly (Prediction | undefined)[], row: number) =>
    sameClass(of[row], labels[row] ?? '', classNames);
  const distance = (row: number): number => {
    const answer = green[row];
    return answer === undefined ? Infinity : Math.abs(Number(answer.value) - Number(labels[row]));
  };
  const off = graded.off ?? distance;
  const wrong = rows.filter((row) => (task === 'classification' ? !right(green, row) : off(row) > 0));
  const weight = (row: number): number =>
    task === 'classification' ? Number(blue !== undefined && right(blue, row)) : off(row);
  // The sort is stable: among equals the order of the golden set stays. Two infinite ones differ by NaN.
  const ordered = [...wrong].sort((a, b) => weight(b) - weight(a) || 0);
  return {
    count: task === 'classification' ? wrong.length : 0,
    shown: ordered.slice(0, MOST_SHOWN).map((row) => ({
      row,
      label: textOf(labels[row] ?? '', classNames),
      green: answerOf(green[row], classNames),
      ...(blue !== undefined && { blue: answerOf(blue[row], classNames) }),
    })),
  };
}

const answerOf = (answer: Prediction | undefined, classNames: readonly string[] | undefined): string =>
  answer === undefined
    ? 'no answer'
    : textOf(answer.kind === 'score' ? rounded(answer.value) : answer.value, classNames);

const rounded = (score: number): number => Number(score.toPrecision(6));

const textOf = (value: number | string, classNames: readonly string[] | undefined): string =>
  String((typeof value === 'number' ? classNames?.[value] : undefined) ?? value).slice(0, MOST_CHARACTERS);
