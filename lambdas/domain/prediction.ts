import { LAST_CELL } from './cells';

/**
 * Which class or score a model predicted, from its outputs alone. Pure: no runtime, no settings beyond the arguments.
 *
 * The rule, unless the endpoint's settings name the output: the first integer, boolean or string output with one value
 * per row is the class; else the largest column of the first float output with several columns; else the first float
 * output with one column is a regression's score; else the largest column of whole numbers or booleans, as quantised
 * scores are. Of a classification these go before one column of floats; of several labels they are none, but labels.
 * Dimensions of size 1 after the first do not count as dimensions. Values decide nothing: a model's answers are all
 * read alike.
 */
export interface PredictionOutput {
  readonly name: string;
  readonly kind: 'float' | 'integer' | 'string';
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: ArrayLike<number | bigint | string>;
}

/** Of a datatype of the protocol. */
export const kindOf = (datatype: string): PredictionOutput['kind'] =>
  datatype === 'BYTES' ? 'string' : datatype.startsWith('FP') ? 'float' : 'integer';

export type Prediction =
  { readonly kind: 'class'; readonly value: number | string } | { readonly kind: 'score'; readonly value: number };

export interface PredictionRule {
  /** Of the endpoint, where it is known. */
  readonly task: string | undefined;
  /** The output that is the prediction; by the rule above when `undefined`. */
  readonly output: string | undefined;
  /** Most rows to answer for. */
  readonly maxRows: number;
}

/** What an answer predicts, whatever it predicts. */
export interface PredictionShape {
  readonly rows: number;
  /** Classes among which the largest column was chosen; `undefined` where the outputs do not tell. */
  readonly classes: number | undefined;
}

/** The shape behind `predictions`; undefined when no output is a prediction. */
export function predictionShape(
  outputs: readonly PredictionOutput[],
  { output, task }: Omit<PredictionRule, 'maxRows'>,
): PredictionShape | undefined {
  const candidates = output === undefined ? outputs : outputs.filter(({ name }) => name === output);
  const label = labelAmong(candidates);
  if (label) return { rows: rows(label), classes: undefined };
  const table = tableAmong(candidates, task);
  if (table) return { rows: rows(table), classes: columns(table) };
  const single = singleAmong(candidates);
  return single && { rows: rows(single), classes: undefined };
}

/** One prediction per row, at most `maxRows`; none when no output is a prediction. */
export function predictions(outputs: readonly PredictionOutput[], rule: PredictionRule): readonly Prediction[] {
  const candidates = rule.output === undefined ? outputs : outputs.filter((output) => output.name === rule.output);
  const label = labelAmong(candidates);
  if (label) return perRow(label, rule.maxRows, (row) => ({ kind: 'class', value: labelAt(label, row) }));
  return scores(candidates, rule);
}

/** Like `predictions`, but looks at scores only: for models whose labels are text without a known order. */
function scores(
  outputs: readonly PredictionOutput[],
  { task, maxRows }: Pick<PredictionRule, 'task' | 'maxRows'>,
): readonly Prediction[] {
  const table = tableAmong(outputs, task);
  if (table) {
    const width = columns(table);
    return perRow(table, maxRows, (row) => ({ kind: 'class', value: largestColumn(table, row, width) }));
  }
  const single = singleAmong(outputs);
  return single ? perRow(single, maxRows, (row) => ({ kind: 'score', value: Number(single.data[row]) })) : [];
}

/** Whether a row of whole numbers is the answer, also where one float stands beside it. */
export const readsWholeNumbers = (task: PredictionRule['task']): boolean =>
  task === 'classification' || task === 'multilabel';

type Outputs = readonly PredictionOutput[];

const labelAmong = (outputs: Outputs) => outputs.find((output) => output.kind !== 'float' && columns(output) === 1);
const isSingle = (output: PredictionOutput): boolean => output.kind === 'float' && columns(output) === 1;
const tableAmong = (outputs: Outputs, task: PredictionRule['task']) => {
  const tables = outputs.filter((output) => output.kind !== 'string' && columns(output) > 1);
  const areScores = task === 'classification' || (task !== 'multilabel' && !outputs.some(isSingle));
  return tables.find(({ kind }) => kind === 'float') ?? (areScores ? tables[0] : undefined);
};
const singleAmong = (outputs: Outputs) => outputs.find(isSingle);

function perRow(
  output: PredictionOutput,
  maxRows: number,
  predict: (row: number) => Prediction,
): readonly Prediction[] {
  const found: Prediction[] = [];
  for (let row = 0; row < Math.min(rows(output), maxRows); row += 1) found.push(predict(row));
  return found;
}

/** A scalar is one row. */
const rows = (output: PredictionOutput): number => output.shape[0] ?? 1;

/** Values per row; 0 when they are no row of columns but an image or the like. */
function columns(output: PredictionOutput): number {
  const sizes = output.shape.slice(1).filter((size) => size !== 1);
  return sizes.length > 1 ? 0 : (sizes[0] ?? 1);
}

function labelAt(output: PredictionOutput, row: number): number | string {
  const value = output.data[row];
  return typeof value === 'string' ? value : Number(value);
}

/** The first of the largest, as argmax does. */
function largestColumn(output: PredictionOutput, row: number, width: number): number {
  let best = 0;
  for (let column = 1; column < width; column += 1) {
    if (Number(output.data[row * width + column]) > Number(output.data[row * width + best])) best = column;
  }
  return best;
}

export interface ClassIndexSettings {
  readonly predictionOutput: string | undefined;
  readonly classNames: readonly string[] | undefined;
}

/** Labels that are text are counted where they have names, in whose order they are. */
export const labelsAreCounted = ({ classNames }: Pick<ClassIndexSettings, 'classNames'>): boolean =>
  classNames !== undefined;

/**
 * The index of a label that has none: a negative integer, or one beyond a thousand, where the endpoint gave no class
 * names. With class names it is their number.
 */
export const OTHER_CLASS_INDEX = LAST_CELL;

/**
 * Per row the index of the class that is counted, of a model read as a classification: whole and never negative.
 * - A label's index is its place in `classNames`; a label that is not among them counts as `classNames.length`,
 *   "other". Where the names are not numbers, a whole-number label is an index into them.
 * - Without names a whole-number label is its own index, a negative one is `OTHER_CLASS_INDEX`. Labels that are text
 *   then have no order: the largest column of the scores is counted instead, if the model gives scores.
 * - A number has no class.
 */
export function classIndexPerRow(
  outputs: readonly PredictionOutput[],
  settings: ClassIndexSettings,
  maxRows: number,
): readonly (number | undefined)[] {
  const rule = { task: 'classification', maxRows };
  const found = predictions(outputs, { ...rule, output: settings.predictionOutput });
  const unordered = settings.classNames === undefined && typeof found[0]?.value === 'string';
  const counted = unordered && settings.predictionOutput === undefined ? scores(outputs, rule) : found;
  return counted.map((prediction) => indexOf(prediction, settings));
}

/** The same without the rows that are not counted. */
export const classIndices = (
  outputs: readonly PredictionOutput[],
  settings: ClassIndexSettings,
  maxRows: number,
): readonly number[] => classIndexPerRow(outputs, settings, maxRows).filter((index) => index !== undefined);

const indexOf = (prediction: Prediction, { classNames }: ClassIndexSettings): number | undefined =>
  prediction.kind === 'class' ? classIndex(prediction.value, classNames) : undefined;

/** The index of a class that a model or a person named; `names.length` for one that is not among the names. */
export function classIndex(label: number | string, names: readonly string[] | undefined): number | undefined {
  if (names === undefined) {
    if (typeof label === 'string') return undefined;
    return label >= 0 ? Math.min(label, OTHER_CLASS_INDEX) : OTHER_CLASS_INDEX;
  }
  const { places, numbers } = placesOf(names);
  const index = typeof label === 'string' || numbers ? (places.get(String(label)) ?? -1) : label;
  return index >= 0 && index < names.length ? index : names.length;
}

interface Places {
  readonly places: ReadonlyMap<string, number>;
  /** All names are whole numbers, so that a whole number is a name and no index. */
  readonly numbers: boolean;
}

/** Per list of names, of which a process has one: a thousand names are not looked through for every row. */
const known = new WeakMap<readonly string[], Places>();

function placesOf(names: readonly string[]): Places {
  const found = known.get(names);
  if (found !== undefined) return found;
  const places = new Map(names.map((name, index): [string, number] => [name, index]));
  const made = { places, numbers: names.every((name) => /^-?\d+$/.test(name)) };
  known.set(names, made);
  return made;
}
