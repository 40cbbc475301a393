import { LAST_CELL } from './cells';
import { predictions, scores, type Prediction, type PredictionOutput } from './prediction';

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
 * Per row the index of the class that is counted: whole and never negative.
 * - A label's index is its place in `classNames`; a label that is not among them counts as `classNames.length`, "other".
 *   Where the names are not numbers, a whole-number label is an index into them.
 * - Without names a whole-number label is its own index, a negative one is `OTHER_CLASS_INDEX`. Labels that are text
 *   then have no order: the largest column of the scores is counted instead, if the model gives scores.
 * - A number has no class.
 */
export function classIndexPerRow(
  outputs: readonly PredictionOutput[],
  settings: ClassIndexSettings,
  maxRows: number,
): readonly (number | undefined)[] {
  const found = predictions(outputs, { output: settings.predictionOutput, maxRows });
  const unordered = settings.classNames === undefined && typeof found[0]?.value === 'string';
  const counted = unordered && settings.predictionOutput === undefined ? scores(outputs, maxRows) : found;
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
