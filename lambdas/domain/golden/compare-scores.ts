import { largest } from '../task-of-answers';
import type { RowAnswer } from '../row-answer';
import { type Classes, type GoldenPairs, SHARE, signFlip } from './paired-tests';
import { sum } from '../statistics/summaries';

/**
 * Blue's mean log loss may grow by a quarter and 0.05: less is how one kind of model differs from another that is as
 * often right, a forest of trees from a regression that is surer of itself.
 */
const MAX_LOSS_FACTOR = 1.25;
const MAX_LOSS_MORE = 0.05;
/** A probability of nought is taken for one in a million. */
const LEAST = 1e-6;
/** Share of pairs (a positive, a negative row) that may be newly out of order. */
const MAX_AUC_DROP = 0.02;

/**
 * Scores beside the labelled classes: by log loss and their order, where they are probabilities; else by their order
 * alone.
 */
export function scoresLost(answers: GoldenPairs, classes: Classes, rows: number): readonly string[] {
  const { labels } = classes;
  const greens = probabilities(answers, answers.green, rows, classes.green);
  const blues = answers.blue && probabilities(answers, answers.blue, rows, classes.blue ?? []);
  if (greens === undefined || blues === undefined) return ordersLost(answers, rows);
  const lossOf = (of: readonly Probabilities[]): readonly number[] =>
    of.map((shares, row) => -Math.log(Math.max(LEAST, shares.get(labels[row] ?? '') ?? 0)));
  const [green, blue] = [lossOf(greens), lossOf(blues)];
  const [mean, blueMean] = [sum(green) / rows, sum(blue) / rows];
  const refusals: string[] = [];
  const worse = green.map((loss, row) => loss - (blue[row] ?? 0));
  const limit = blueMean * MAX_LOSS_FACTOR + MAX_LOSS_MORE;
  if (mean > limit && signFlip(worse) <= SHARE / 2)
    refusals.push(
      `log loss ${mean.toPrecision(3)} against blue's ${blueMean.toPrecision(3)}; the limit is ` +
        `${limit.toPrecision(3)}, a quarter and ${MAX_LOSS_MORE} more`,
    );
  const names = labels.slice(0, rows);
  const [negative, positive, ...more] = [...new Set(names)].sort();
  if (negative === undefined || positive === undefined || more.length > 0) return refusals;
  // No answer stands on the wrong side of all.
  const scoresOf = (side: readonly Probabilities[]): readonly number[] =>
    side.map((shares, row) => shares.get(positive) ?? Number(names[row] === negative));
  return [...refusals, ...areaLost(areaUnder(scoresOf(greens), scoresOf(blues), names, positive))];
}

interface Areas {
  readonly green: number;
  readonly blue: number;
  readonly chance: number;
}

const areaLost = ({ green, blue, chance }: Areas): readonly string[] =>
  blue - green > MAX_AUC_DROP && chance <= SHARE / 2
    ? [`AUC ${green.toFixed(3)} against blue's ${blue.toFixed(3)}; the limit is ${MAX_AUC_DROP} under blue's`]
    : [];

/**
 * A single score beside a class that is said, such as how odd a row is: no probability, and all that it has to keep is
 * its order.
 */
function ordersLost({ labels, green, blue = [] }: GoldenPairs, rows: number): readonly string[] {
  const scores = (side: readonly (RowAnswer | undefined)[]) =>
    side.slice(0, rows).map((answer) => (answer?.values.length === 1 ? answer.values[0] : undefined));
  const [own, blues] = [scores(green), scores(blue)];
  const names = labels.slice(0, rows).map(String);
  const isScored = (value: number | undefined): value is number => value !== undefined && !Number.isNaN(value);
  if (new Set(names).size !== 2 || !own.every(isScored) || !blues.every(isScored)) return [];
  const [, positive = ''] = [...new Set(names)].sort();
  // Which end is which is blue's to say.
  const sign = areaUnder(blues, blues, names, positive).blue < 0.5 ? -1 : 1;
  const turned = (side: readonly number[]) => side.map((one) => sign * one);
  return areaLost(areaUnder(turned(own), turned(blues), names, positive));
}

type Probabilities = ReadonlyMap<string, number>;

/**
 * Each row's probability per class; undefined where the values are no probabilities, or their order is not known: what
 * the model says must be the largest in every row. A row without an answer, or with NaN, gives nothing to any class.
 */
function probabilities(
  { labels, classNames }: GoldenPairs,
  answers: readonly (RowAnswer | undefined)[],
  rows: number,
  classes: readonly (string | undefined)[],
): readonly Probabilities[] | undefined {
  const name = (index: number): string => classNames?.[index] ?? String(index);
  const binary = labels.every((label) => label === 0 || label === 1);
  const found: Probabilities[] = [];
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

/**
 * The area under both curves, of two classes; each positive row's share of negatives below it is one paired difference.
 */
function areaUnder(
  green: readonly number[],
  blue: readonly number[],
  labels: readonly string[],
  positive: string,
): Areas {
  const placements = (scores: readonly number[]): readonly number[] => {
    const below = scores.filter((_, row) => labels[row] !== positive).sort((a, b) => a - b);
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
