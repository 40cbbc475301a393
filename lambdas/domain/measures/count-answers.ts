import { LAST_CELL } from '../cells';
import { type PredictionOutput, classIndices, labelsAreCounted, readsWholeNumbers } from '../prediction';
import { detectionOutputs } from '../row-answer';
import type { ModelTask } from '../task';
import { labelsOf, largestOf, placesIn, type Row, rowsOf, type SUMMED_UP, summedUp, sumOf, valueAt } from './rows';
import {
  type BuiltInMeasure,
  type Measure,
  measureNamed,
  measuresOf,
  type OutputsSeen,
  cellOfNumber,
  evenChances,
} from './measures';

/** A measure of the settings: of an output's row the value at an index, or what sums it up. */
export interface OwnMeasure {
  readonly name: string;
  readonly output: string;
  readonly value: number | (typeof SUMMED_UP)[number];
}

/** Of labels, once a row: what their shares are of. */
export const ROW_CELL = -1;

/** What is known of an output before any answer. */
export interface OutputFacts extends Pick<PredictionOutput, 'name' | 'kind' | 'shape'> {
  /** What its last operator makes of it, where the file tells. */
  readonly made?: 'shares' | 'labels' | 'logits' | 'ranked' | undefined;
}

export interface CountedAs {
  readonly task: ModelTask | undefined;
  readonly predictionOutput: string | undefined;
  /** The endpoint's, or the model's own. */
  readonly classNames: readonly string[] | undefined;
  readonly own: readonly OwnMeasure[];
}

/** Cells by metric. */
export type AnswerCells = Readonly<Record<string, readonly number[]>>;

export interface AnswerCounter {
  readonly measures: readonly Measure[];
  /** At most `maxRows` of an answer to a request of so many rows. */
  count(outputs: readonly PredictionOutput[], requestRows: number, maxRows: number): AnswerCells;
}

/** Which output each measure is read of, by the outputs' names and shapes and by what the endpoint says. */
function reading(outputs: readonly OutputFacts[], settings: CountedAs) {
  const { predictionOutput } = settings;
  const candidates = outputs.filter(({ name }) => predictionOutput === undefined || name === predictionOutput);
  const single = candidates.find((one) => one.kind === 'float' && widthOf(one.shape) === 'one');
  const whole = candidates.find((one) => one.kind === 'integer' && widthOf(one.shape) === 'row');
  const vector =
    candidates.find((one) => one.kind === 'float' && widthOf(one.shape) === 'row') ??
    (single === undefined || readsWholeNumbers(settings.task) ? whole : undefined);
  const tensor = candidates.find((one) => one.kind === 'float' && widthOf(one.shape) === 'more');
  const label = candidates.find((one) => one.kind !== 'float' && widthOf(one.shape) === 'one');
  const things = detectionOutputs(candidates);
  const made = { shares: 'shares', labels: 'labels', logits: 'numbers', ranked: 'numbers' } as const;
  const beside = candidates.find((one) => one.made !== 'ranked' && isRowOf(one, 'integer', vector));
  const isSaid = label !== undefined && (label.kind === 'integer' || labelsAreCounted(settings));
  const isAlone = label?.kind === 'integer' && !candidates.some(({ kind }) => kind === 'float');
  const seen: OutputsSeen = {
    label: isSaid,
    amount: vector === undefined && (isSaid ? isAlone : whole !== undefined),
    vector: vector && (vector.made === undefined ? 'numbers' : made[vector.made]),
    beside: beside !== undefined,
    single: single !== undefined,
    tensor: tensor !== undefined,
    boxes: things !== undefined,
  };
  const found = measuresOf(settings.task, seen);
  const isDetection = found[0] === 'detections';
  // Labels that the model says by itself go before what their scores would mean.
  const said = found.includes('label') ? beside : undefined;
  const numbers = (
    found.includes('score') ? (single ?? label) : isDetection ? things?.boxes : (vector ?? tensor ?? single)
  )?.name;
  const least = said === undefined && vector?.made === 'logits' ? 0 : 0.5;
  const readerOf = (name: string | undefined) => (answer: readonly PredictionOutput[], rows: number, most: number) => {
    const output = answer.find((one) => one.name === name);
    return output === undefined ? [] : rowsOf(output, rows, most);
  };
  const [rowsIn, labelRows] = [readerOf(numbers), readerOf(said?.name ?? numbers)];
  const values = (name: BuiltInMeasure, answer: readonly PredictionOutput[], rows: number, most: number) => {
    if (name === 'detections' || name === 'best') return detected(name, answer, rows, most, predictionOutput);
    if (name === 'class' || name === 'label') return [];
    if (name === 'labels')
      return labelRows(answer, rows, most).map((row) => sumOf(row, (value) => Number(value >= least)));
    return rowsIn(answer, rows, most).map((row) => summedUp(row, name === 'score' ? 'first' : name));
  };
  // Positions, each of which has a class; or all there is, where a model knows no batches.
  const positions = label === undefined && (vector === undefined || vector.shape.length === 1) && (vector ?? tensor);
  const atPositions = (answer: readonly PredictionOutput[], most: number) =>
    positions ? answer.flatMap((one) => (one.name === positions.name ? classesAt(one, most) : [])) : undefined;
  return { found, least, rowsIn, labelRows, values, atPositions };
}

function ownValues({ output, value }: OwnMeasure, answer: readonly PredictionOutput[], rows: number, most: number) {
  const named = answer.find(({ name }) => name === output);
  if (named === undefined) return [];
  return rowsOf(named, rows, most).map((row) =>
    typeof value === 'number' ? valueAt(row, value) : summedUp(row, value),
  );
}

/**
 * What one answer says, row by row: numbers by measures' names, labels, and classes of models that say one for each
 * position.
 */
export function measured(
  answer: readonly PredictionOutput[],
  names: readonly string[],
  settings: CountedAs,
  requestRows: number,
  maxRows: number,
) {
  const { least, labelRows, values, atPositions } = reading(withoutBatch(answer, requestRows), settings);
  const classes = names.includes('class') ? atPositions(answer, maxRows) : undefined;
  const numbers = names
    .filter((name) => measureNamed(name).kind === 'number')
    .map((name) => {
      const own = settings.own.find((one) => one.name === name);
      return [
        name,
        own === undefined
          ? values(name as BuiltInMeasure, answer, requestRows, maxRows)
          : ownValues(own, answer, requestRows, maxRows),
      ] as const;
    });
  return {
    numbers: Object.fromEntries(numbers),
    ...(classes && { classes }),
    ...(names.includes('label') && {
      labels: labelRows(answer, requestRows, maxRows).map((row) => labelsOf(row, least)),
    }),
  };
}

/** A size that is the batch's is none of the output's. */
const withoutBatch = (answer: readonly PredictionOutput[], requestRows: number): readonly OutputFacts[] =>
  answer.map((one) => (one.shape[0] === requestRows ? { ...one, shape: [-1, ...one.shape.slice(1)] } : one));

/** The places of each row of numbers. */
export function placesOf(
  answer: readonly PredictionOutput[],
  settings: CountedAs,
  requestRows: number,
  most: number,
): readonly (readonly number[])[] {
  const { rowsIn } = reading(withoutBatch(answer, requestRows), settings);
  return placesIn(rowsIn(answer, requestRows, most), most);
}

/** Decides what is counted, once a model, from its outputs' names and shapes and from what the endpoint says. */
export function answerCounter(outputs: readonly OutputFacts[], settings: CountedAs): AnswerCounter {
  const { own } = settings;
  const { found, least, labelRows, values, atPositions } = reading(outputs, settings);
  const chance = evenChances();
  const cells = (values: readonly (number | undefined)[]) =>
    values.flatMap((value) => (value === undefined || Number.isNaN(value) ? [] : [cellOfNumber(value, chance())]));

  const builtIn = (name: BuiltInMeasure, answer: readonly PredictionOutput[], rows: number, most: number) => {
    if (name === 'class') return atPositions(answer, most) ?? classIndices(answer, settings, most);
    if (name === 'label') return labelCells(labelRows(answer, rows, most), least);
    return cells(values(name, answer, rows, most));
  };
  const [ofTask, ofSettings] = [found.map(measureNamed), own.map(({ name }) => measureNamed(name))];
  return {
    measures: [...ofTask, ...ofSettings],
    count: (answer, rows, most) =>
      Object.fromEntries([
        ...found.map((name, index) => [ofTask[index]!.metric, builtIn(name, answer, rows, most)] as const),
        ...own.map((one, index) => [ofSettings[index]!.metric, cells(ownValues(one, answer, rows, most))] as const),
      ]),
  };
}

/**
 * Beside the batch: one value a row, a row of values, or more dimensions. A single fixed dimension is a row of a model
 * without batches.
 */
function widthOf(shape: readonly number[]): 'one' | 'row' | 'more' {
  const [first = 1, ...others] = shape;
  const sizes = others.filter((size) => size !== 1);
  if (sizes.length > 1) return 'more';
  return sizes.length === 1 || (others.length === 0 && first > 1) ? 'row' : 'one';
}

/** A row as wide as the other. */
const isRowOf = ({ kind, shape }: OutputFacts, of: OutputFacts['kind'], other: OutputFacts | undefined): boolean =>
  kind === of && widthOf(shape) === 'row' && other?.kind === 'float' && shape.at(-1) === other.shape.at(-1);

/**
 * The class at each of `most` positions that are spread over all: scores lie side by side, or, of a picture, in a layer
 * for each class.
 */
function classesAt({ shape, data }: PredictionOutput, most: number): readonly number[] {
  const layers = shape.length === 4;
  const classes = (layers ? shape[1] : shape.at(-1)) ?? 0;
  const places = classes === 0 ? 0 : data.length / classes;
  const each = layers ? places / (shape[0] ?? 1) : 1;
  return Array.from({ length: Math.min(places, most) }, (_, at) => {
    const place = Math.floor((at * places) / Math.min(places, most));
    const from = layers ? Math.floor(place / each) * each * classes + (place % each) : place * classes;
    let best = 0;
    for (let one = 1; one < classes; one += 1)
      if (Number(data[from + one * each]) > Number(data[from + best * each])) best = one;
    return Math.min(best, LAST_CELL);
  });
}

/** Users pay for each: half of a hundred rows' thousand labels would be 500 KB of log a request. */
const MOST_LABELS = 1_000;

/**
 * The labels that each row has, and the row; rows beyond `MOST_LABELS` are left out whole, so that shares stay right.
 */
function labelCells(rows: readonly Row[], least: number): readonly number[] {
  const found: number[] = [];
  for (const { data, from, to } of rows) {
    found.push(...labelsOf({ data, from, to }, least), ROW_CELL);
    if (found.length >= MOST_LABELS) break;
  }
  return found;
}

/** How many detections a row has whose score is above 0 (padding has 0), or the best score, 0 without any. */
function detected(
  what: 'detections' | 'best',
  answer: readonly PredictionOutput[],
  requestRows: number,
  most: number,
  output: string | undefined,
): readonly number[] {
  const floats = answer.filter(({ kind }) => kind === 'float');
  const scores =
    answer.find(({ name }) => name === output) ??
    floats.find(({ name }) => /score|conf|prob/i.test(name)) ??
    floats.find(({ shape }) => shape.filter((size) => size !== 1).length <= 1);
  if (scores === undefined) return what === 'best' ? [] : answer.slice(0, 1).map(({ shape }) => shape[0] ?? 0);
  // A list of detections has no batch: as many as there are requests would else be taken for theirs.
  const rows = rowsOf(scores, scores.shape.length > 1 ? requestRows : 1, most);
  return rows.map((row) => (what === 'best' ? largestOf(row, 0) : sumOf(row, (score) => Number(score > 0))));
}
