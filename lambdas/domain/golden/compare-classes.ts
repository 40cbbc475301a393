import { percent, some } from '../numbers';
import { commonest, largest, type GoldenLabel, type RowAnswer } from '../task';
import {
  beyond,
  type Compared,
  DEFAULT_DROP,
  type GoldenLimits,
  NO_CHANCE,
  SHARE,
  fisher,
  mcnemar,
  type PairCounts,
  pairedRate,
  signFlip,
} from './paired-tests';
import { lostOf } from './per-class';

export interface GoldenPairs {
  readonly labels: readonly GoldenLabel[];
  readonly green: readonly (RowAnswer | undefined)[];
  /** Undefined without a blue; shorter where it was not asked every row. */
  readonly blue: readonly (RowAnswer | undefined)[] | undefined;
  readonly classNames: readonly string[] | undefined;
}

/** Named classes, so that an index and its name are one. */
export interface Classes {
  readonly labels: readonly string[];
  readonly green: readonly (string | undefined)[];
  readonly blue: readonly (string | undefined)[] | undefined;
}

/**
 * The class that each answer means: what the model says, else the largest score, else the nearest whole number; beside
 * zeros and ones a probability from a half on, or, where some answer is no probability, a margin above zero. NaN means none.
 */
export function classesOfAnswers({ labels, green, blue, classNames }: GoldenPairs): Classes {
  const classes = labels.map((label) => (typeof label === 'object' ? largest(label) : label));
  const binary = classes.every((label) => label === 0 || label === 1);
  const singles = [...green, ...(blue ?? [])].flatMap((answer) => (answer?.values.length === 1 ? answer.values : []));
  const margins = binary && singles.some((value) => value < 0 || value > 1);
  const meant = (answer: RowAnswer): number | string | undefined => {
    const [value = NaN] = answer.values;
    if (answer.said !== undefined) return Number.isNaN(answer.said) ? undefined : answer.said;
    if (Number.isNaN(value) || answer.values.some(Number.isNaN)) return undefined;
    if (answer.values.length > 1) return largest(answer.values);
    if (binary) return Number(margins ? value > 0 : value >= 0.5);
    return Math.round(value);
  };
  const name = (value: number | string): string =>
    (typeof value === 'number' ? classNames?.[value] : undefined) ?? String(value);
  const named = (answer: RowAnswer | undefined) => {
    const found = answer && meant(answer);
    return found === undefined ? undefined : name(found);
  };
  return { labels: classes.map(name), green: green.map(named), blue: blue?.map(named) };
}

/** Green's classes beside blue's on the same rows: all together, each class alone, and the scores where there are some. */
export function compareClasses(answers: GoldenPairs, limits: GoldenLimits): Compared & { readonly classes: Classes } {
  const classes = classesOfAnswers(answers);
  const { labels, green } = classes;
  const right = rightOf(green, labels);
  const rows = classes.blue?.length ?? 0;
  const blueRight = classes.blue && rightOf(classes.blue, labels);
  const accuracy = sum(right) / labels.length;
  const refusals: string[] = [];
  if (accuracy < limits.minAccuracy)
    refusals.push(
      `accuracy ${percent(accuracy)} (${sum(right)} of ${labels.length} right); the limit minAccuracy is ${percent(limits.minAccuracy)}`,
    );
  if (blueRight !== undefined && rows > 0) {
    refusals.push(
      // Both say the same number: one sentence is enough.
      ...(refusals.length > 0 ? [] : dropped(right.slice(0, rows), blueRight, limits)),
      ...(limits.perClass === false ? [] : classesLost(classes, rows, limits.perClass)),
      ...scoresLost(answers, classes, rows),
    );
  }
  return {
    task: 'classification',
    green: `accuracy ${percent(accuracy)}`,
    blue: blueRight && `accuracy ${percent(rows === 0 ? 0 : sum(blueRight) / rows)}`,
    refusals,
    warnings: warningsOf(classes, blueRight, limits),
    classes,
  };
}

const rightOf = (answers: readonly (string | undefined)[], labels: readonly string[]): readonly number[] =>
  answers.map((answer, row) => Number(answer === labels[row]));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Two sides' hits over the same rows, as the tests take them. */
function pairOf(green: readonly number[], blue: readonly number[]): PairCounts {
  const lost = blue.filter((hit, row) => hit > (green[row] ?? 0)).length;
  const won = blue.filter((hit, row) => hit < (green[row] ?? 0)).length;
  return { lost, won, green: sum(green), blue: sum(blue), rows: blue.length };
}

function dropped(green: readonly number[], blue: readonly number[], limits: GoldenLimits): readonly string[] {
  const pair = pairOf(green, blue);
  const drop = (pair.blue - pair.green) / pair.rows;
  if (
    !beyond(drop, limits.maxAccuracyDrop, DEFAULT_DROP, { of: mcnemar(pair.lost, pair.won), certain: pairedRate(pair) })
  )
    return [];
  const limit = limits.maxAccuracyDrop ?? (drop > DEFAULT_DROP.limit ? DEFAULT_DROP.limit : DEFAULT_DROP.certain);
  return [
    `accuracy ${percent(pair.green / pair.rows)} is ${percent(drop)} under blue's ${percent(pair.blue / pair.rows)}; the limit maxAccuracyDrop is ${percent(limit)} (blue alone is right on ${some(pair.lost, 'row')}, green alone on ${some(pair.won, 'row')})`,
  ];
}

/** A class that green no longer finds, or finds where it is not. */
function classesLost(
  { labels, green, blue = [] }: Classes,
  rows: number,
  limits: Exclude<GoldenLimits['perClass'], false>,
): readonly string[] {
  const names = [...new Set(labels.slice(0, rows))];
  return names
    .flatMap((name) => {
      const said = (side: readonly (string | undefined)[], of: readonly number[]) =>
        of.map((row) => Number(side[row] === name));
      const own = indices(rows, (row) => labels[row] === name);
      const others = indices(rows, (row) => labels[row] !== name);
      const hits = pairOf(said(green, own), said(blue, own));
      const alarms = pairOf(said(blue, others), said(green, others)); // the harm is green's
      return lostOf({ name: `class ${name}`, found: 'right', hits, alarms }, limits, SHARE / names.length);
    })
    .sort((a, b) => b.lost - a.lost)
    .map(({ words }) => words);
}

const indices = (rows: number, has: (row: number) => boolean): readonly number[] =>
  Array.from({ length: rows }, (_, row) => row).filter(has);

/** Blue's mean log loss may grow by a quarter and 0.02; less is how one retrain differs from the next. */
const MAX_LOSS_FACTOR = 1.25;
const MAX_LOSS_MORE = 0.02;
/** A probability of nought is taken for one in a million. */
const LEAST = 1e-6;
/** Share of pairs (a positive, a negative row) that may be newly out of order. */
const MAX_AUC_DROP = 0.02;

function scoresLost(answers: GoldenPairs, classes: Classes, rows: number): readonly string[] {
  const { labels } = classes;
  const greens = probabilities(answers, answers.green, rows, classes.green);
  const blues = answers.blue && probabilities(answers, answers.blue, rows, classes.blue ?? []);
  if (greens === undefined || blues === undefined) return [];
  const lossOf = (of: readonly Shares[]): readonly number[] =>
    of.map((shares, row) => -Math.log(Math.max(LEAST, shares.get(labels[row] ?? '') ?? 0)));
  const [green, blue] = [lossOf(greens), lossOf(blues)];
  const [mean, blueMean] = [sum(green) / rows, sum(blue) / rows];
  const refusals: string[] = [];
  const worse = green.map((loss, row) => loss - (blue[row] ?? 0));
  const limit = blueMean * MAX_LOSS_FACTOR + MAX_LOSS_MORE;
  if (mean > limit && signFlip(worse) <= SHARE / 2)
    refusals.push(
      `log loss ${mean.toPrecision(3)} against blue's ${blueMean.toPrecision(3)}; the limit is ${limit.toPrecision(3)}, a quarter and ${MAX_LOSS_MORE} more`,
    );
  const placed = areaUnder(greens, blues, labels.slice(0, rows));
  if (placed !== undefined && placed.blue - placed.green > MAX_AUC_DROP && placed.chance <= SHARE / 2)
    refusals.push(
      `AUC ${placed.green.toFixed(3)} against blue's ${placed.blue.toFixed(3)}; the limit is ${MAX_AUC_DROP} under blue's`,
    );
  return refusals;
}

type Shares = ReadonlyMap<string, number>;

/**
 * Each row's probability per class; undefined where the values are no probabilities, or their order is not known: what the
 * model says must be the largest in every row. A row without an answer, or with NaN, gives nothing to any class.
 */
function probabilities(
  { labels, classNames }: GoldenPairs,
  answers: readonly (RowAnswer | undefined)[],
  rows: number,
  classes: readonly (string | undefined)[],
): readonly Shares[] | undefined {
  const name = (index: number): string => classNames?.[index] ?? String(index);
  const binary = labels.every((label) => label === 0 || label === 1);
  const found: Shares[] = [];
  for (let row = 0; row < rows; row += 1) {
    const values = answers[row]?.values ?? [];
    if (classes[row] === undefined) {
      found.push(new Map());
      continue;
    }
    const single = values.length === 1 && binary ? values[0] : undefined;
    const shares = single === undefined ? values : [1 - single, single];
    const total = sum(shares);
    if (shares.length < 2 || Math.abs(total - 1) > 1e-3 || shares.some((share) => !(share >= -1e-6))) return undefined;
    // An untied largest must be what is said.
    const best = shares[largest(shares)] ?? 0;
    const said = shares.findIndex((_, index) => name(index) === classes[row]);
    if (said < 0 || (shares[said] ?? 0) < best - 1e-6) return undefined;
    found.push(new Map(shares.map((share, index) => [name(index), share])));
  }
  return found.every(({ size }) => size === 0) ? undefined : found;
}

/** The area under both curves, of two classes; each positive row's share of negatives below it is one paired difference. */
function areaUnder(
  green: readonly Shares[],
  blue: readonly Shares[],
  labels: readonly string[],
): { readonly green: number; readonly blue: number; readonly chance: number } | undefined {
  const [negative, positive, ...more] = [...new Set(labels)].sort();
  if (negative === undefined || positive === undefined || more.length > 0) return undefined;
  const placements = (side: readonly Shares[]): readonly number[] => {
    // No answer stands on the wrong side of all.
    const scores = side.map((shares, row) => shares.get(positive) ?? Number(labels[row] === negative));
    const below = scores.filter((_, row) => labels[row] === negative).sort((a, b) => a - b);
    return scores
      .filter((_, row) => labels[row] === positive)
      .map((score) => (firstAt(below, score, true) + firstAt(below, score, false)) / 2 / below.length);
  };
  const [greens, blues] = [placements(green), placements(blue)];
  return {
    green: sum(greens) / greens.length,
    blue: sum(blues) / blues.length,
    chance: signFlip(blues.map((place, row) => place - (greens[row] ?? 0))),
  };
}

/** How many of the sorted lie below the value, or not above it. */
function firstAt(sorted: readonly number[], value: number, below: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = sorted[middle] ?? Infinity;
    if (below ? at < value : at <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows on which blue alone is right that the test needs at least: 2^-n is no chance. */
const FEWEST = Array.from({ length: 64 }, (_, n) => n).find((n) => mcnemar(n, 0) <= NO_CHANCE) ?? 64;

function warningsOf(
  { labels }: Classes,
  blueRight: readonly number[] | undefined,
  limits: GoldenLimits,
): readonly string[] {
  const rows = labels.length;
  const names = [...new Set(labels)];
  const drop = limits.maxAccuracyDrop;
  const few = names
    .map((name) => ({ name, rows: labels.filter((label) => label === name).length }))
    .filter((one) => 2 * fisher(0, one.rows, one.rows) > SHARE / names.length);
  return [
    ...(names.length === 1 ? [`every row is of one class (${names[0]}): any model that says it has all right`] : []),
    ...(names.length > 1 && blueRight && sum(blueRight) <= commonest(labels.slice(0, blueRight.length))
      ? [
          `blue has ${sum(blueRight)} of ${blueRight.length} right, no more than always the commonest class would: what it answers cannot be compared by`,
        ]
      : []),
    ...(drop !== undefined && drop > 0 && drop * rows < 1
      ? [`${rows} rows are too few for the limit maxAccuracyDrop of ${percent(drop)}: one row is ${percent(1 / rows)}`]
      : []),
    ...(drop === undefined && FEWEST / rows > 2 * DEFAULT_DROP.limit
      ? [`${rows} rows are few: a drop of less than ${percent(Math.min(1, FEWEST / rows))} may be chance and passes`]
      : []),
    ...(few.length > 0 && limits.perClass !== false && names.length > 1
      ? [
          `too few rows to see a class vanish: ${few
            .slice(0, 5)
            .map((one) => `${one.rows} of class ${one.name}`)
            .join(', ')}${few.length > 5 ? `, and ${few.length - 5} more classes` : ''}`,
        ]
      : []),
  ];
}
