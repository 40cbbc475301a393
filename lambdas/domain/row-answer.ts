import { type PredictionOutput, readsWholeNumbers } from './prediction';

/** One thing that an answer found. */
export interface Detection {
  /** Four numbers, in the model's own order of them. */
  readonly box: readonly number[];
  readonly score: number;
  /** Its class, where the answer names one. */
  readonly of: number | string | undefined;
}

/** One row's answer. */
export interface RowAnswer {
  /** The class, where an output says it by itself. */
  readonly said?: number | string;
  /** Scores, probabilities or numbers; empty where there are none. */
  readonly values: readonly number[];
  /** Of the output with the values. */
  readonly shape: readonly number[];
  /** The values are integers by their datatype. */
  readonly whole: boolean;
  /** Of several labels at once: those that an output says by itself, 0 or 1 each, beside their scores. */
  readonly bits?: readonly number[];
  /** `told`: boxes and scores are outputs of their own. */
  readonly detections?: { readonly told: boolean; readonly found: readonly Detection[] };
  /** The outputs that these are of. */
  readonly outputs: readonly string[];
}

/** The endpoint's settings that say what an output is. */
export interface ReadBy {
  /** Only the output of that name. */
  readonly predictionOutput?: string | undefined;
  readonly task?: string | undefined;
}

/** Longer vectors are images and the like, which no label stands beside. */
const MOST_VALUES = 4096;

/**
 * The answers to a request of so many rows. Of one row every value is of this row, whatever the outputs' first
 * dimension; of more, those of the outputs whose first dimension they are.
 */
export function readRows(
  outputs: readonly PredictionOutput[],
  rows: number,
  settings: ReadBy,
): readonly (RowAnswer | undefined)[] {
  if (rows === 1) return [readRow(outputs, settings)];
  const batched = outputs.filter(({ shape, data }) => shape[0] === rows && data.length % rows === 0);
  return Array.from({ length: rows }, (_, row) => {
    const own = batched.map((one): PredictionOutput => {
      const each = one.data.length / rows;
      const data = Array.prototype.slice.call(one.data, row * each, (row + 1) * each) as (number | bigint | string)[];
      return { ...one, shape: [1, ...one.shape.slice(1)], data };
    });
    return readRow(own, settings);
  });
}

/** Reads one row's answer. Undefined where nothing in it is read. */
function readRow(
  outputs: readonly PredictionOutput[],
  { predictionOutput: output, task }: ReadBy,
): RowAnswer | undefined {
  const candidates = output === undefined ? outputs : outputs.filter(({ name }) => name === output);
  const detections = detectionsIn(candidates);
  if (detections?.told === true) {
    const { told, found, of } = detections;
    const values = found.flatMap(({ box }) => box);
    return { values, shape: [found.length, 4], whole: false, detections: { told, found }, outputs: of };
  }
  const label = candidates.find(({ kind, data }) => kind !== 'float' && data.length === 1);
  const floats = candidates.filter(({ kind, data }) => kind === 'float' && isVector(data, 1));
  const whole = candidates.find(({ kind, data }) => kind === 'integer' && isVector(data, 2));
  // What stands beside scores of classes is how sure the model is of them.
  const isBeside = whole !== undefined && readsWholeNumbers(task) && floats.every(({ data }) => data.length === 1);
  const vector = isBeside ? whole : (floats[0] ?? whole);
  if (label === undefined && vector === undefined) return undefined;
  const said = label?.data[0];
  const values = vector === undefined ? [] : numbersOf(vector.data);
  const bits = candidates.find((one) => one !== vector && one.kind === 'integer' && isBits(one.data, values.length));
  return {
    ...(said !== undefined && { said: typeof said === 'string' ? said : Number(said) }),
    values,
    shape: vector?.shape ?? [],
    whole: vector?.kind === 'integer',
    ...(bits && { bits: numbersOf(bits.data) }),
    ...(detections && { detections: { told: false, found: detections.found } }),
    outputs: [label, bits, vector].flatMap((one) => (one === undefined ? [] : [one.name])),
  };
}

const isVector = ({ length }: PredictionOutput['data'], least: number): boolean =>
  length >= least && length <= MOST_VALUES;

const numbersOf = (data: PredictionOutput['data']): readonly number[] =>
  Array.from(data as ArrayLike<number | bigint>, Number);

const isBits = (data: PredictionOutput['data'], length: number): boolean =>
  length > 1 && data.length === length && numbersOf(data).every((value) => value === 0 || value === 1);

const BOXES = /box/i;
const SCORES = /score|conf|prob/i;
const CLASSES = /class|label|categor/i;

type Named = Pick<PredictionOutput, 'name' | 'kind' | 'shape'>;

/** The outputs of a model that finds things: boxes of four numbers, their scores, and the classes where it has them. */
export function detectionOutputs<Output extends Named>(outputs: readonly Output[]) {
  const floats = outputs.filter(({ kind }) => kind === 'float');
  const boxes = floats.find(({ name, shape }) => BOXES.test(name) && shape.at(-1) === 4);
  const scores = floats.find((one) => one !== boxes && SCORES.test(one.name));
  if (boxes === undefined || scores === undefined) return undefined;
  const others = outputs.filter((one) => one !== boxes && one !== scores && CLASSES.test(one.name));
  return { boxes, scores, classes: others.find(({ kind }) => kind !== 'float') ?? others[0] };
}

/** Beyond the best so many, an answer says nothing. */
const MOST_DETECTIONS = 300;

function detectionsIn(outputs: readonly PredictionOutput[]) {
  const named = detectionOutputs(outputs);
  if (named !== undefined) {
    const { boxes, scores, classes } = named;
    const places = boxes.data.length / 4;
    if (scores.data.length !== places) return undefined;
    const classAt = (place: number): Detection['of'] => {
      const one = classes?.data.length === places ? classes.data[place] : undefined;
      return typeof one === 'bigint' ? Number(one) : one;
    };
    const found = Array.from({ length: Math.min(places, MOST_DETECTIONS) }, (_, place): Detection => ({
      box: [0, 1, 2, 3].map((at) => Number(boxes.data[4 * place + at])),
      score: Number(scores.data[place]),
      of: classAt(place),
    }));
    return { told: true, found, of: [boxes, scores, ...(classes ? [classes] : [])].map(({ name }) => name) };
  }
  // Box, score and class in one row, as the exports of YOLO have them.
  const [only, ...more] = outputs.filter(({ kind }) => kind === 'float');
  if (only === undefined || more.length > 0 || only.shape.length < 2 || only.shape.at(-1) !== 6) return undefined;
  const rows = Math.min(only.data.length / 6, MOST_DETECTIONS);
  const found = Array.from({ length: rows }, (_, row): Detection => {
    const [a = 0, b = 0, c = 0, d = 0, score = 0, of = 0] = Array.from({ length: 6 }, (__, at) =>
      Number(only.data[6 * row + at]),
    );
    return { box: [a, b, c, d], score, of };
  });
  return { told: false, found, of: [only.name] };
}
