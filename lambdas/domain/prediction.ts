/**
 * Which class or score a model predicted, from its outputs alone. Pure: no runtime, no settings beyond the arguments.
 *
 * The rule, unless the endpoint's settings name the output: the first integer, boolean or string output with one value
 * per row is the class; else the largest column of the first float output with several columns; else the first float
 * output with one column is a regression's score. Dimensions of size 1 after the first do not count as dimensions.
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
  output: PredictionRule['output'],
): PredictionShape | undefined {
  const candidates = output === undefined ? outputs : outputs.filter(({ name }) => name === output);
  const label = labelAmong(candidates);
  if (label) return { rows: rows(label), classes: undefined };
  const table = tableAmong(candidates);
  if (table) return { rows: rows(table), classes: columns(table) };
  const single = singleAmong(candidates);
  return single && { rows: rows(single), classes: undefined };
}

/** One prediction per row, at most `maxRows`; none when no output is a prediction. */
export function predictions(outputs: readonly PredictionOutput[], rule: PredictionRule): readonly Prediction[] {
  const candidates = rule.output === undefined ? outputs : outputs.filter((output) => output.name === rule.output);
  const label = labelAmong(candidates);
  if (label) return perRow(label, rule.maxRows, (row) => ({ kind: 'class', value: labelAt(label, row) }));
  return scores(candidates, rule.maxRows);
}

/** Like `predictions`, but looks at float outputs only: for models whose labels are text without a known order. */
export function scores(outputs: readonly PredictionOutput[], maxRows: number): readonly Prediction[] {
  const table = tableAmong(outputs);
  if (table) {
    const width = columns(table);
    return perRow(table, maxRows, (row) => ({ kind: 'class', value: largestColumn(table, row, width) }));
  }
  const single = singleAmong(outputs);
  return single ? perRow(single, maxRows, (row) => ({ kind: 'score', value: Number(single.data[row]) })) : [];
}

type Outputs = readonly PredictionOutput[];

const labelAmong = (outputs: Outputs) => outputs.find((output) => output.kind !== 'float' && columns(output) === 1);
const tableAmong = (outputs: Outputs) => outputs.find((output) => output.kind === 'float' && columns(output) > 1);
const singleAmong = (outputs: Outputs) => outputs.find((output) => output.kind === 'float' && columns(output) === 1);

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
