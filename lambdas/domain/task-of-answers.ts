import type { RowAnswer } from './row-answer';

/** What the model's file says of an output; a size that it leaves open is -1. */
export interface OutputShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** So many distinct whole numbers, at two rows each or fewer, are no classes. */
export const MANY = 20;

interface SaidTask {
  readonly task: 'classification' | 'multilabel' | 'regression' | 'forecast' | 'embedding' | 'detection' | 'none';
  readonly why: string;
}

/**
 * The task without labels: only what an answer says by itself; what is open then is no reason to refuse.
 *
 * @param drawn what blue answers to requests that were drawn
 */
export function withoutLabels(
  answers: readonly RowAnswer[],
  signature: readonly OutputShape[] = [],
  drawn: readonly (RowAnswer | undefined)[] = [],
): SaidTask {
  const [first] = answers;
  if (first === undefined) return { task: 'none', why: 'no output is a class or numbers' };
  const output = first.outputs[0] ?? '';
  const width = first.values.length;
  if (answers.some(({ detections }) => detections?.told === true))
    return { task: 'detection', why: 'the answers are boxes and their scores' };
  if (first.said === undefined && first.shape.length > 2 && haveClasses(answers, signature))
    return { task: 'classification', why: `an answer has scores of classes at each position of output ${output}` };
  const isNamed = { task: 'embedding', why: `output ${output} is named so` } as const;
  if (areCounted(answers.map(({ values }) => values)))
    return EMBEDDINGS.test(output) ? isNamed : { task: 'detection', why: 'answers have different numbers of values' };
  if (first.said !== undefined) {
    const said = new Set(answers.map((answer) => answer.said));
    return width === 0 && typeof first.said === 'number' && said.size > MANY && said.size * 2 > answers.length
      ? { task: 'regression', why: `${answers.length} answers are ${said.size} distinct whole numbers` }
      : { task: 'classification', why: `output ${output} says the class` };
  }
  if (answers.every(isShares))
    return { task: 'classification', why: `the ${width} values of an answer are shares that sum to one` };
  if (sayLabels(answers))
    return { task: 'multilabel', why: `0 or 1 for each of ${width} labels stands beside its probability` };
  if (answers.every(isOfUnitLength))
    return { task: 'embedding', why: `the ${width} values of an answer are a vector of length one` };
  if (EMBEDDINGS.test(output)) return isNamed;
  if (width === 1) return { task: 'regression', why: 'an answer is one number; no label says what it means' };
  const seen = vectorKind(drawn.flatMap((one) => (one?.values === undefined ? [] : [one.values])));
  if (seen === 'classes')
    return {
      task: 'classification',
      why: `of the ${width} values of an answer others fall as one rises, as scores do`,
    };
  if (seen === 'amounts')
    return { task: 'forecast', why: `the ${width} values of an answer rise and fall together, as a horizon does` };
  return {
    task: 'none',
    why:
      `an answer has ${width} values, and nothing says what they mean; the setting "task" or labels in a golden ` +
      'set would',
  };
}

const EMBEDDINGS = /embedding|hidden_state|pooler/i;

/**
 * Positions of which there are any number, as words of a text, have scores of classes each; so have those of what is
 * named logits. A horizon has a fixed length, and what is embedded says so in its name.
 */
function haveClasses(answers: readonly RowAnswer[], signature: readonly OutputShape[]): boolean {
  const [name = '', each = 0] = [answers[0]?.outputs[0], answers[0]?.shape.at(-1)];
  if (EMBEDDINGS.test(name) || each < 2) return false;
  const told = signature.find((one) => one.name === name)?.shape ?? [];
  const isOpen = told.length === 3 && told[1] === -1 && told[2] !== -1;
  const isRagged = areCounted(answers.map(({ values }) => values)) && answers.every((one) => one.shape.at(-1) === each);
  return isOpen || isRagged || /logit/i.test(name);
}

/** Labels may have thresholds of their own, a little beside a half. */
const AGREE = 0.95;

/**
 * Whole numbers that are 0 and 1 alone, and beside each a probability that is above a half where it is 1, but for a
 * few.
 */
function sayLabels(answers: readonly RowAnswer[]): boolean {
  const cells = answers.flatMap(({ values, bits }) =>
    bits === undefined
      ? [NaN]
      : values.map((value, at) => (value < 0 || value > 1 ? NaN : +(+(value > 0.5) === bits[at]))),
  );
  return cells.length > 0 && cells.reduce((sum, agrees) => sum + agrees, 0) >= AGREE * cells.length;
}

export const areCounted = (rows: readonly (readonly unknown[])[]): boolean =>
  rows.some(({ length }) => length !== rows[0]?.length);

const isOfUnitLength = ({ values }: RowAnswer): boolean =>
  values.length >= 8 && Math.abs(Math.hypot(...values) - 1) < 1e-3;

export const isShares = ({ values }: RowAnswer): boolean =>
  values.length > 1 &&
  values.every((value) => value >= -1e-6 && value <= 1 + 1e-6) &&
  Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-3;

/** The first of the largest, as argmax does. */
export const largest = (values: readonly number[]): number =>
  values.reduce((best, value, at) => (value > (values[best] ?? -Infinity) ? at : best), 0);

/** Fewer answers tell no variance from chance. */
const FEWEST = 32;
/**
 * Of the variances of all places, what their sum's is at most where they compete. Values that have nothing to do with
 * each other have 1; of few inputs it may be less by chance, a tenth of four in 2 of 100 models.
 */
const COMPETING = 0.1;
/** Neighbours in a horizon move together, also where it swings around nothing and its sum stays. */
const NEIGHBOURS = 0.3;
/** Correlation of any two, on average, of what rises and falls as one. */
const TOGETHER = 0.5;
/** Scores that give nearly all the same class are of no classifier. */
const MOST_ALIKE = 0.95;

/**
 * What a row of numbers is that no label, name or operator explains. Scores of classes compete: training for a softmax
 * leaves their sum as it began, so that as one rises others fall. Steps of a horizon, quantiles and amounts of one
 * thing rise and fall together. Undefined for neither, as of an embedding. Read off blue, which is in service, never
 * off the version that is to be judged.
 */
function vectorKind(rows: readonly (readonly number[])[]): 'classes' | 'amounts' | undefined {
  const width = rows[0]?.length ?? 0;
  if (rows.length < FEWEST || width < 2) return undefined;
  if (rows.some((row) => row.length !== width || !row.every(Number.isFinite))) return undefined;
  const means = rows[0]!.map((_, place) => rows.reduce((sum, row) => sum + row[place]!, 0) / rows.length);
  const centred = rows.map((row) => row.map((value, place) => value - means[place]!));
  const product = (one: number, other: number) => centred.reduce((sum, row) => sum + row[one]! * row[other]!, 0);
  const variances = means.map((_, place) => product(place, place));
  const all = variances.reduce((sum, one) => sum + one, 0);
  if (!(all > 0)) return undefined;
  const ofSum = centred.reduce((sum, row) => sum + row.reduce((total, value) => total + value, 0) ** 2, 0) / all;
  const beside = variances.slice(1).map((variance, at) => {
    const both = Math.sqrt(variance * variances[at]!);
    return both > 0 ? product(at, at + 1) / both : 0;
  });
  const neighbours = beside.reduce((sum, one) => sum + one, 0) / beside.length;
  if ((ofSum - 1) / (width - 1) > TOGETHER) return 'amounts';
  const places = rows.map(largest);
  const alike = Math.max(...places.map((one) => places.filter((other) => other === one).length)) / rows.length;
  return ofSum < COMPETING && neighbours < NEIGHBOURS && alike <= MOST_ALIKE ? 'classes' : undefined;
}
