import { percent, some, count, points } from '../numbers';
import type { RowAnswer } from '../row-answer';
import { commonest } from '../task';
import { largest } from '../task-of-answers';
import {
  beyond,
  type Classes,
  type Compared,
  DEFAULT_DROP,
  type GoldenLimits,
  type GoldenPairs,
  NO_CHANCE,
  SHARE,
  fisher,
  mcnemar,
  type PairCounts,
  pairedRate,
} from './paired-tests';
import { scoresLost } from './compare-scores';
import { sum } from '../statistics/summaries';

/**
 * The class that each answer means: what the model says, else the largest score, else the nearest whole number; beside
 * zeros and ones a probability from a half on, or, where some answer is no probability, a margin above zero. NaN means
 * none.
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

/**
 * Green's classes beside blue's on the same rows: all together, each class alone, and the scores where there are some.
 */
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
      `accuracy ${percent(accuracy)} (${sum(right)} of ${labels.length} right); the limit minAccuracy is ` +
        `${percent(limits.minAccuracy)}`,
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
    `accuracy ${percent(pair.green / pair.rows)} is ${points(drop)} under blue's ` +
      `${percent(pair.blue / pair.rows)}; the limit maxAccuracyDrop is ${points(limit)} (blue alone is right on ` +
      `${some(pair.lost, 'row')}, green alone on ${some(pair.won, 'row')})`,
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
          `blue has ${sum(blueRight)} of ${blueRight.length} right, no more than always the commonest class ` +
            'would: what it answers cannot be compared by',
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

/** What one class, or one label of several, lost beside blue; `lost` is the share of what blue has. */
interface ClassLoss {
  readonly lost: number;
  readonly words: string;
}

/**
 * A class that green no longer finds (`hits`, on its own rows), or says where it is not (`alarms`, on all others, of
 * which the harm is green's). Lost is a share of what blue has: a precision of 20 % that falls to 5 % has lost three
 * quarters.
 *
 * @param chance how rare by luck a loss must be to count
 */
export function lostOf(
  of: {
    readonly name: string;
    readonly found: 'right' | 'found';
    readonly hits: PairCounts;
    /** Blue's and green's places are exchanged. */
    readonly alarms: PairCounts;
  },
  { maxRecallLoss, maxPrecisionLoss }: Exclude<GoldenLimits['perClass'], false>,
  chance: number,
): readonly ClassLoss[] {
  const { name, found, hits, alarms } = of;
  const said = { green: hits.green + alarms.blue, blue: hits.blue + alarms.green };
  const recallLoss = 1 - hits.green / Math.max(1, hits.blue);
  const precisionLoss = 1 - hits.green / said.green / (hits.blue / said.blue);
  return [
    ...(recallLoss > maxRecallLoss && pairedRate(hits) <= chance
      ? [
          {
            lost: recallLoss,
            words:
              `${name}: ${hits.green} of ${hits.rows} ${found}, blue ${hits.blue} of ${hits.rows}; the limit ` +
              `perClass.maxRecallLoss is ${percent(maxRecallLoss)} of blue's`,
          },
        ]
      : []),
    ...(precisionLoss > maxPrecisionLoss && pairedRate(alarms) <= chance
      ? [
          {
            lost: precisionLoss,
            words:
              `${name}: said of ${count(said.green)} rows, ${hits.green} of them right; blue said it of ` +
              `${count(said.blue)}, ${hits.blue} right; the limit perClass.maxPrecisionLoss is ` +
              `${percent(maxPrecisionLoss)} of blue's`,
          },
        ]
      : []),
  ];
}
