import type { PredictionOutput } from './prediction';

/**
 * What a model answers. Decided once a rollout, from the settings, the labels and a whole round of answers, never from the
 * shape of one answer: a float is a regression beside prices and a probability beside zeros and ones; a vector is classes,
 * labels or a horizon.
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
export type GoldenLabel = number | string | readonly number[];

/** One row's answer. */
export interface RowAnswer {
  /** The class, where an output says it by itself. */
  readonly said?: number | string;
  /** Scores, probabilities or numbers; empty where there are none. */
  readonly values: readonly number[];
  /** The outputs that these are of. */
  readonly outputs: readonly string[];
}

/** Longer vectors are images and the like, which no label stands beside. */
const MOST_VALUES = 4096;

/**
 * The answers to a request of so many rows. Of one row every value is of this row, whatever the outputs' first dimension; of
 * more, those of the outputs whose first dimension they are.
 */
export function readRows(
  outputs: readonly PredictionOutput[],
  rows: number,
  output: string | undefined,
): readonly (RowAnswer | undefined)[] {
  if (rows === 1) return [readRow(outputs, output)];
  const batched = outputs.filter(({ shape, data }) => shape[0] === rows && data.length % rows === 0);
  return Array.from({ length: rows }, (_, row) => {
    const own = batched.map((one): PredictionOutput => {
      const each = one.data.length / rows;
      const data = Array.prototype.slice.call(one.data, row * each, (row + 1) * each) as (number | bigint | string)[];
      return { ...one, shape: [1, ...one.shape.slice(1)], data };
    });
    return readRow(own, output);
  });
}

/** Reads one row's answer; with `output` only the output of that name. Undefined where nothing in it is read. */
function readRow(outputs: readonly PredictionOutput[], output: string | undefined): RowAnswer | undefined {
  const candidates = output === undefined ? outputs : outputs.filter(({ name }) => name === output);
  const label = candidates.find(({ kind, data }) => kind !== 'float' && data.length === 1);
  const vector =
    candidates.find(({ kind, data }) => kind === 'float' && data.length > 0 && data.length <= MOST_VALUES) ??
    candidates.find(({ kind, data }) => kind === 'integer' && data.length > 1 && data.length <= MOST_VALUES);
  if (label === undefined && vector === undefined) return undefined;
  const said = label?.data[0];
  return {
    ...(said !== undefined && { said: typeof said === 'string' ? said : Number(said) }),
    values: vector === undefined ? [] : Array.from(vector.data as ArrayLike<number | bigint>, Number),
    outputs: [label, vector].flatMap((one) => (one === undefined ? [] : [one.name])),
  };
}

export interface TaskFacts {
  /** The setting `task`. */
  readonly setting: ModelTask | undefined;
  /** What the data set says of itself. */
  readonly said: ModelTask | undefined;
  readonly labels: readonly GoldenLabel[];
  /** One round: an answer per label, or to the first of them. */
  readonly answers: readonly (RowAnswer | undefined)[];
  readonly classNames: readonly string[] | undefined;
}

export type Decided = { readonly task: ModelTask; readonly why: string } | { readonly open: string };

/** So many distinct whole numbers, at two rows each or fewer, are no classes. */
const MANY = 20;

export function decideTask({ setting, said, labels, answers, classNames }: TaskFacts): Decided {
  if (setting !== undefined) return { task: setting, why: 'the setting "task" says so' };
  if (said !== undefined) return { task: said, why: 'the golden set says so' };
  const given = answers.filter((answer) => answer !== undefined);
  const [first] = given;
  const open = (because: string, choices: string): Decided => ({
    open: `${because}; set "task" of the endpoint to ${choices}`,
  });
  if (labels.length === 0) return withoutLabels(given);
  if (first === undefined) return open('no answer has an output that can be read', 'what the model answers');
  const width = first.values.length;
  const one = labels[0];
  if (one !== undefined && typeof one === 'object')
    return decideVector(labels as readonly (readonly number[])[], given);
  if (typeof one === 'string') {
    if (given.some((answer) => answer.said !== undefined) || classNames !== undefined)
      return { task: 'classification', why: 'the labels are text' };
    return {
      open: `the labels are text and the answers have numbers only; set "classNames" of the endpoint to the names in the order of the model's columns: ${namesOf(labels)}`,
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
          '"regression" and "predictionOutput" to the output with the number, or, for a forecast, label each row with an array of its values',
        );
  if (first.said !== undefined)
    return distinct > MANY && distinct * 2 > numbers.length && width <= 1
      ? open(
          `the labels are ${distinct} distinct whole numbers in ${numbers.length} rows, and the answers whole numbers`,
          '"classification" or "regression"',
        )
      : { task: 'classification', why: `output ${first.outputs[0] ?? ''} says the class` };
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

/** Without labels only what an answer says by itself; what is open then is no reason to refuse. */
function withoutLabels(answers: readonly RowAnswer[]): Decided {
  const [first] = answers;
  if (first === undefined) return { task: 'none', why: 'no output is a class or numbers' };
  const output = first.outputs[0] ?? '';
  const width = first.values.length;
  if (first.said !== undefined) return { task: 'classification', why: `output ${output} says the class` };
  if (areCounted(answers.map(({ values }) => values)))
    return { task: 'detection', why: 'answers have different numbers of values' };
  if (answers.every(isShares))
    return { task: 'classification', why: `the ${width} values of an answer are shares that sum to one` };
  if (answers.every(isOfUnitLength))
    return { task: 'embedding', why: `the ${width} values of an answer are a vector of length one` };
  if (/embedding|hidden_state|pooler/i.test(output)) return { task: 'embedding', why: `output ${output} is named so` };
  if (width === 1) return { task: 'regression', why: 'an answer is one number; no label says what it means' };
  return {
    task: 'none',
    why: `an answer has ${width} values, and nothing says what they mean; the setting "task" or labels in a golden set would`,
  };
}

const areCounted = (rows: readonly (readonly number[])[]): boolean =>
  rows.some(({ length }) => length !== rows[0]?.length);

const isOfUnitLength = ({ values }: RowAnswer): boolean =>
  values.length >= 8 && Math.abs(Math.hypot(...values) - 1) < 1e-3;

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
    open: `an answer has ${width} values, and the labels, whole numbers ${inside ? 'from 0 on' : `of which some are not 0 to ${width - 1}`}, are not the places of the largest; set "task" of the endpoint to "classification", or, for a forecast or several labels at once, label each row with an array of ${width} values`,
  };
}

function decideVector(labels: readonly (readonly number[])[], answers: readonly RowAnswer[]): Decided {
  const width = labels[0]?.length ?? 0;
  if (areCounted(labels) || areCounted(answers.map(({ values }) => values)))
    return { task: 'detection', why: 'rows have different numbers of values' };
  const others = answers.find(({ values }) => values.length !== width);
  if (others !== undefined)
    return {
      open: `the labels are arrays of ${width} values, and an answer has ${others.values.length}; name the output with "predictionOutput" of the endpoint, or set "task" to what the model answers`,
    };
  const bits = labels.every((label) => label.every((value) => value === 0 || value === 1));
  if (!bits)
    return width === 1
      ? { task: 'regression', why: 'a label is one number' }
      : { task: 'forecast', why: `labels and answers are ${width} numbers` };
  const single = labels.every((label) => label.reduce<number>((sum, value) => sum + value, 0) === 1);
  return width > 1 && single && answers.every(isShares)
    ? { task: 'classification', why: 'one value of each label is 1, and the values of an answer sum to one' }
    : { task: 'multilabel', why: `the labels are ${width} values of 0 and 1` };
}

const isShares = ({ values }: RowAnswer): boolean =>
  values.length > 1 &&
  values.every((value) => value >= -1e-6 && value <= 1 + 1e-6) &&
  Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-3;

/** The first of the largest, as argmax does. */
export const largest = (values: readonly number[]): number =>
  values.reduce((best, value, at) => (value > (values[best] ?? -Infinity) ? at : best), 0);

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
  return `Task: ${task} (${why}). Inputs: ${inputs.join(', ')}. Answer: ${outputs.join(', ')}.${blue === undefined ? '' : ` Blue: ${blue}.`}`;
}
