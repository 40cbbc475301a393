import type { RowAnswer } from './row-answer';
import { MANY, type OutputShape, areCounted, isShares, largest, withoutLabels } from './task-of-answers';

/**
 * What a model answers. Decided once a rollout, from the settings, the labels and a whole round of answers, never from
 * the shape of one answer: a float is a regression beside prices and a probability beside zeros and ones; a vector is
 * classes, labels or a horizon.
 */
export const TASKS = [
  'classification',
  'multilabel',
  'regression',
  'forecast',
  'embedding',
  'detection',
  'none',
] as const;
export type ModelTask = (typeof TASKS)[number];

/** A class, a number, or an array beside a vector. */
export type RowLabel = number | string | readonly number[];
/** Or a list of names: what a text is about, or a picture shows. */
export type GoldenLabel = RowLabel | readonly string[];

export interface TaskFacts {
  /** The setting `task`. */
  readonly setting: ModelTask | undefined;
  /** What the data set says of itself. */
  readonly said: ModelTask | undefined;
  readonly labels: readonly GoldenLabel[];
  /** One round: an answer per label, or to the first of them. */
  readonly answers: readonly (RowAnswer | undefined)[];
  readonly classNames: readonly string[] | undefined;
  /** What the model's file says of its outputs, where it was asked; a size that it leaves open is -1. */
  readonly signature?: readonly OutputShape[];
  /** What blue answers to requests that were drawn, where nothing else tells what its numbers are. */
  readonly drawn?: readonly (RowAnswer | undefined)[];
}

export type Decided = { readonly task: ModelTask; readonly why: string } | { readonly open: string };

export function decideTask(facts: TaskFacts): Decided {
  const { setting, said, labels, answers, classNames, signature } = facts;
  if (setting !== undefined) return { task: setting, why: 'the setting "task" says so' };
  if (said !== undefined) return { task: said, why: 'the golden set says so' };
  const given = answers.filter((answer) => answer !== undefined);
  const [first] = given;
  const open = (because: string, choices: string): Decided => ({
    open: `${because}; set "task" of the endpoint to ${choices}`,
  });
  if (labels.length === 0) return withoutLabels(given, signature, facts.drawn);
  if (first === undefined) return open('no answer has an output that can be read', 'what the model answers');
  const width = first.values.length;
  const one = labels.find((label) => typeof label !== 'object' || label.length > 0);
  if (given.some(({ detections }) => detections?.told === true))
    return { task: 'detection', why: 'the answers are boxes and their scores' };
  if (areNames(labels))
    return classNames === undefined
      ? open(
          'the labels are lists of names and the answers numbers',
          `"multilabel", and "classNames" to the names in the order of an answer's values: ${namesOf(labels.flat())}`,
        )
      : { task: 'multilabel', why: 'the labels are lists of names' };
  if (one === undefined || typeof one === 'object')
    return decideVector(labels as readonly (readonly number[])[], answers);
  if (typeof one === 'string') {
    if (given.some((answer) => answer.said !== undefined) || classNames !== undefined)
      return { task: 'classification', why: 'the labels are text' };
    return {
      open:
        'the labels are text and the answers have numbers only; set "classNames" of the endpoint to the names in ' +
        `the order of the model's columns: ${namesOf(labels)}`,
    };
  }
  const numbers = labels as readonly number[];
  const distinct = new Set(numbers).size;
  const whole = numbers.every(Number.isInteger);
  if (typeof first.said === 'string') return { task: 'classification', why: 'the model answers text' };
  if (!whole)
    return width <= 1
      ? { task: 'regression', why: 'the labels have fractions and an answer is one number' }
      : open(
          `the labels are single numbers with fractions, and an answer has ${width} values`,
          '"forecast" where all of them are about the labelled number, as quantiles are, to "regression" and ' +
            '"predictionOutput" to the output with the number, or label each row with an array of its values',
        );
  if (first.said !== undefined) {
    const classes = { task: 'classification', why: `output ${first.outputs[0] ?? ''} says the class` } as const;
    return distinct > MANY && width <= 1 ? decideWhole(numbers, answers) : classes;
  }
  const values = given.flatMap((answer) => answer.values);
  const answered = numbers.filter((_, row) => answers[row] !== undefined);
  if (width > 1) return decideTable(numbers, answered, given, width);
  if (numbers.every((label) => label === 0 || label === 1)) {
    if (values.every((value) => value >= 0 && value <= 1))
      return { task: 'classification', why: 'the labels are 0 and 1, and every answer lies between them' };
    return values.every(Number.isInteger)
      ? { task: 'classification', why: 'labels and answers are whole numbers' }
      : open(
          'the labels are 0 and 1, and an answer is one number that is no probability',
          '"classification" (a class from 0 on: above it is 1) or "regression"',
        );
  }
  if (distinct <= MANY && values.every(Number.isInteger))
    return { task: 'classification', why: 'labels and answers are few whole numbers' };
  return { task: 'regression', why: 'an answer is one number with a fraction, which is no class' };
}

/** Many whole numbers, answered by a whole number each: classes are met exactly, and amounts nearly. */
function decideWhole(labels: readonly number[], answers: readonly (RowAnswer | undefined)[]): Decided {
  const beside = answers.flatMap((answer, row) =>
    answer?.said === undefined ? [] : [{ said: Number(answer.said), label: labels[row] ?? NaN }],
  );
  const right = beside.filter(({ said, label }) => said === label).length;
  const middle = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const off = beside.reduce((sum, { said, label }) => sum + (said - label) ** 2, 0);
  const spread = beside.reduce((sum, { label }) => sum + (label - middle) ** 2, 0);
  // Classes that are wrong lie anywhere: then half of all must be wrong for half of the spread.
  if (right * 2 < beside.length && off * 2 < spread)
    return {
      task: 'regression',
      why: 'an answer is a whole number that lies near the labelled one, and is rarely equal',
    };
  if (right > commonest(labels))
    return {
      task: 'classification',
      why: 'an answer is a whole number, and more often than by chance the labelled one',
    };
  return {
    open:
      `the labels are ${new Set(labels).size} distinct whole numbers in ${labels.length} rows, and the answers ` +
      'whole numbers; set "task" of the endpoint to "classification" or "regression"',
  };
}

/** One whole number beside a vector: a class's index, where the vector reads like scores of classes. */
function decideTable(
  labels: readonly number[],
  answered: readonly number[],
  answers: readonly RowAnswer[],
  width: number,
): Decided {
  const inside = labels.every((label) => label >= 0 && label < width);
  if (inside && answers.every(isShares))
    return { task: 'classification', why: `the ${width} values of an answer are shares that sum to one` };
  const right = answers.filter((answer, row) => largest(answer.values) === answered[row]).length;
  if (inside && right > commonest(answered))
    return { task: 'classification', why: 'the largest value of an answer is the labelled class' };
  return {
    open:
      `an answer has ${width} values, and the labels, whole numbers ` +
      `${inside ? 'from 0 on' : `of which some are not 0 to ${width - 1}`}, are not the places of the largest; ` +
      'name another output with "predictionOutput", where that is the answer; or set "task" of the endpoint to ' +
      `"classification", or, for a forecast or several labels at once, label each row with an array of ${width} ` +
      'values',
  };
}

function decideVector(labels: readonly (readonly number[])[], answers: readonly (RowAnswer | undefined)[]): Decided {
  const given = answers.filter((answer) => answer !== undefined);
  const width = labels[0]?.length ?? 0;
  const several = areCounted(labels) || given.some(({ values }) => values.length > width);
  if (several && havePositions(labels, answers))
    return { task: 'classification', why: "a label has a class for each of an answer's positions" };
  if (areCounted(labels) || areCounted(given.map(({ values }) => values)))
    return { task: 'detection', why: 'rows have different numbers of values' };
  const others = given.find(({ values }) => values.length !== width);
  if (others !== undefined)
    return {
      open:
        `the labels are arrays of ${width} values, and an answer has ${others.values.length}; name the output with ` +
        '"predictionOutput" of the endpoint, or set "task" to what the model answers',
    };
  const bits = labels.every((label) => label.every((value) => value === 0 || value === 1));
  if (!bits)
    return width === 1
      ? { task: 'regression', why: 'a label is one number' }
      : { task: 'forecast', why: `labels and answers are ${width} numbers` };
  const single = labels.every((label) => label.reduce<number>((sum, value) => sum + value, 0) === 1);
  return width > 1 && single && given.every(isShares)
    ? { task: 'classification', why: 'one value of each label is 1, and the values of an answer sum to one' }
    : { task: 'multilabel', why: `the labels are ${width} values of 0 and 1` };
}

/** Lists of text; an empty one is a list of whatever the others are. */
export const areNames = (labels: readonly GoldenLabel[]): labels is readonly (readonly string[])[] =>
  labels.every((label) => typeof label === 'object' && typeof (label[0] ?? '') === 'string') &&
  labels.some((label) => typeof label === 'object' && label.length > 0);

/**
 * Whether labels are lists of classes, one for each position of an answer, and not a 1 among zeros for the class of
 * them all.
 */
export function havePositions(
  labels: readonly GoldenLabel[],
  answers: readonly (RowAnswer | undefined)[],
): labels is readonly (readonly number[])[] {
  const beside = answers.flatMap((answer, row) => (answer === undefined ? [] : [{ answer, label: labels[row] }]));
  return (
    beside.some(({ answer, label }) => answer.whole || (label as readonly number[]).length < answer.values.length) &&
    beside.every(({ answer, label }) => typeof label === 'object' && positionsOf(answer, label) !== undefined)
  );
}

/**
 * The class at each position of an answer, as the words of a text and the points of a picture have one; undefined where
 * the label's values cannot be those. Scores stand beside each other at each position, or, of a picture, in one layer
 * for each class.
 */
export function positionsOf(
  { values, shape, whole }: RowAnswer,
  label: readonly unknown[],
): readonly number[] | undefined {
  const places = label.length;
  if (places === 0 || !label.every((value) => Number.isInteger(value))) return undefined;
  if (whole) return values.length === places && (shape[0] === 1 || shape.length < 2) ? values : undefined;
  const classes = values.length / places;
  // What is not to be compared, such as padding, has a negative label by custom.
  if (classes < 2 || !Number.isInteger(classes) || label.some((value) => Number(value) >= classes)) return undefined;
  const layers = shape.at(-1) !== classes;
  if (layers && !shape.slice(0, 2).includes(classes)) return undefined;
  return label.map((_, place) => {
    const scores = Array.from({ length: classes }, (__, one) =>
      Number(values[layers ? one * places + place : place * classes + one]),
    );
    return scores.some(Number.isNaN) ? NaN : largest(scores);
  });
}

/** How many rows have the commonest label. */
export function commonest(labels: readonly (number | string)[]): number {
  const counts = new Map<number | string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

const namesOf = (labels: readonly GoldenLabel[]): string =>
  JSON.stringify([...new Set(labels.map(String))].sort().slice(0, 20));

/** More would fill the rollout's state. */
const MOST_NAMED = 20;

export function namedInputs(inputs: readonly { readonly name: string; readonly datatype: string }[]): string[] {
  const named = inputs.slice(0, MOST_NAMED).map(({ name, datatype }) => `${name.slice(0, 100)} (${datatype})`);
  return inputs.length > MOST_NAMED ? [...named, `${inputs.length - MOST_NAMED} more`] : named;
}

/** What was understood, for the first lines of whatever shows a rollout. */
export function understoodInWords(understood: {
  readonly task: ModelTask;
  readonly why: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly blue?: string | undefined;
}): string {
  const { task, why, inputs, outputs, blue } = understood;
  return (
    `Task: ${task} (${why}). Inputs: ${inputs.join(', ')}. Answer: ` +
    `${outputs.join(', ')}.${blue === undefined ? '' : ` Blue: ${blue}.`}`
  );
}
