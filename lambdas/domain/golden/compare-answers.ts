import { count, percent, score } from '../numbers';
import type { RowAnswer } from '../task';
import type { GoldenPairs } from './compare-classes';
import {
  beyond,
  type Compared,
  DEFAULT_DROP,
  type GoldenLimits,
  SHARE,
  type PairCounts,
  signFlip,
  DEFAULT_FACTOR,
  NO_CHANCE,
} from './paired-tests';
import { lostOf } from './per-class';

type Table = readonly (readonly number[])[];

/** Several labels at once: how often each is found, and said where it is not, beside blue on the same rows. */
export function compareLabels(
  { labels, green, blue, classNames }: GoldenPairs,
  limits: GoldenLimits,
): Compared & { readonly rights: { readonly green: Table; readonly blue: Table | undefined } } {
  const truth = labels.map((label) => (typeof label === 'object' ? label : [Number(label)]));
  const rows = blue?.length ?? 0;
  const margins = [...green, ...(blue ?? [])].some((answer) => answer?.values.some((value) => value < 0 || value > 1));
  const saidBy = (answers: readonly (RowAnswer | undefined)[]): Table =>
    answers.map((answer, row) =>
      // No answer is wrong everywhere, and so is NaN.
      (truth[row] ?? []).map((label, at) => {
        const value = answer?.values[at];
        return value === undefined || Number.isNaN(value) ? 1 - label : Number(margins ? value > 0 : value >= 0.5);
      }),
    );
  const [greens, blues] = [saidBy(green), blue && saidBy(blue)];
  const rightIn = (said: Table): readonly number[] =>
    said.map((row, at) => row.filter((value, label) => value === truth[at]?.[label]).length);
  const share = (right: readonly number[]): number =>
    right.reduce(add, 0) / Math.max(1, right.length * (truth[0]?.length ?? 1));
  const right = rightIn(greens);
  const blueRight = blues && rightIn(blues);
  const accuracy = share(right);
  const refusals: string[] = [];
  if (accuracy < limits.minAccuracy)
    refusals.push(`${percent(accuracy)} of the labels right; the limit minAccuracy is ${percent(limits.minAccuracy)}`);
  if (blues !== undefined && blueRight !== undefined && rows > 0) {
    const [own, drop] = [share(right.slice(0, rows)), share(blueRight) - share(right.slice(0, rows))];
    // The labels of a row hang together, so that rows are what chance deals out.
    const chance = signFlip(blueRight.map((one, row) => one - (right[row] ?? 0)));
    if (beyond(drop, limits.maxAccuracyDrop, DEFAULT_DROP, { of: chance, certain: chance })) {
      const limit = limits.maxAccuracyDrop ?? (drop > DEFAULT_DROP.limit ? DEFAULT_DROP.limit : DEFAULT_DROP.certain);
      refusals.push(
        `${percent(own)} of the labels right, ${percent(drop)} under blue's ${percent(share(blueRight))}; the limit maxAccuracyDrop is ${percent(limit)}`,
      );
    }
    if (limits.perClass !== false) {
      const nameOf = (label: number): string => classNames?.[label] ?? String(label);
      refusals.push(...lost(truth.slice(0, rows), greens, blues, limits.perClass, nameOf));
    }
  }
  const never = (truth[0] ?? []).flatMap((_, label) => (truth.some((row) => row[label] === 1) ? [] : [label]));
  return {
    task: 'multilabel',
    green: `${percent(accuracy)} of the labels right`,
    blue: blueRight && `${percent(share(blueRight))} of the labels right`,
    refusals,
    warnings:
      never.length === 0
        ? []
        : [
            `${count(never.length)} of ${truth[0]?.length} labels are in no row, so that nothing shows whether they are found`,
          ],
    rights: { green: greens, blue: blues },
  };
}

const add = (a: number, b: number): number => a + b;

function lost(
  truth: Table,
  green: Table,
  blue: Table,
  limits: Exclude<GoldenLimits['perClass'], false>,
  nameOf: (label: number) => string,
): readonly string[] {
  const { maxRecallLoss } = limits;
  const labels = (truth[0] ?? []).map((_, label) => ({
    name: `label ${nameOf(label)}`,
    found: 'found' as const,
    hits: pair(truth, green, blue, label, 1),
    alarms: pair(truth, blue, green, label, 0), // the harm is green's
  }));
  const found = labels.flatMap((one) => lostOf(one, limits, SHARE / labels.length));
  const sum = (of: (hits: PairCounts) => number): number => labels.reduce((total, { hits }) => total + of(hits), 0);
  const total = { green: sum((one) => one.green), blue: sum((one) => one.blue), rows: sum((one) => one.rows) };
  const perRow = truth.map((row, at) =>
    row.map((label, of) => label * ((blue[at]?.[of] ?? 0) - (green[at]?.[of] ?? 0))).reduce(add, 0),
  );
  // Many rare labels, none of which shows it alone. A row counts once, whatever it holds.
  const together =
    1 - total.green / Math.max(1, total.blue) > maxRecallLoss && signFlip(perRow) <= SHARE
      ? [
          `all labels together: ${total.green} of ${total.rows} found, blue ${total.blue} of ${total.rows}; the limit perClass.maxRecallLoss is ${percent(maxRecallLoss)} of blue's`,
        ]
      : [];
  return [...together, ...found.sort((a, b) => b.lost - a.lost).map(({ words }) => words)];
}

/** How often each side says a label on the rows that have it (1) or have it not (0). */
function pair(truth: Table, green: Table, blue: Table, label: number, having: 0 | 1): PairCounts {
  const counts = { lost: 0, won: 0, green: 0, blue: 0, rows: 0 };
  truth.forEach((row, at) => {
    if (row[label] !== having) return;
    const [g, b] = [green[at]?.[label] ?? 0, blue[at]?.[label] ?? 0];
    counts.rows += 1;
    counts.green += g;
    counts.blue += b;
    if (b > g) counts.lost += 1;
    if (g > b) counts.won += 1;
  });
  return counts;
}

/** Green's mean error may lie further from zero than blue's by this share of blue's error. */
const MAX_BIAS = 0.25;
/** A blue that fits its labels better than this share of their spread (as one that labelled them does) is not the yardstick. */
const LEAST_ERROR = 0.01;

export interface Errors {
  readonly green: number;
  readonly blue: number | undefined;
}

/** Numbers beside numbers, a horizon of them or one: by their errors, row by row. */
export function compareValues(
  { labels, green, blue }: GoldenPairs,
  task: 'regression' | 'forecast',
  limits: GoldenLimits,
): Compared & { readonly errors: Errors } {
  const truth = labels.map((label) => (typeof label === 'object' ? label : [Number(label)]));
  const rows = blue?.length ?? 0;
  const spread = spreadOf(truth.flat());
  const greens = residuals(green, truth);
  const blues = blue && residuals(blue, truth.slice(0, rows));
  const all = rootMeanSquare(greens);
  const refusals: string[] = [];
  if (!Number.isFinite(all))
    refusals.push(
      'the root mean squared error is not finite: a row has no answer that is a number, or one far from its label',
    );
  else if (limits.maxError !== undefined && all > limits.maxError)
    refusals.push(`root mean squared error ${score(all)}; the limit maxError is ${limits.maxError}`);
  const blueError = blues && rows > 0 ? rootMeanSquare(blues) : undefined;
  if (blues !== undefined && blueError !== undefined && Number.isFinite(all))
    refusals.push(...worse(greens.slice(0, rows), blues, spread, limits, factorOf(green, blue ?? [])));
  const constant = blueError !== undefined && Number.isFinite(blueError) && spread > 0 && blueError >= spread;
  return {
    task,
    green: `root mean squared error ${score(all)}`,
    blue: blueError === undefined ? undefined : `root mean squared error ${score(blueError)}`,
    refusals,
    warnings: [
      ...(spread === 0 ? ['every label is the same: a constant answers it best'] : []),
      ...(constant
        ? [
            `blue's error ${score(blueError)} is no less than a constant's, ${score(spread)}: a golden set of another model?`,
          ]
        : []),
      ...(limits.maxErrorFactor === undefined && labels.length < FEWEST
        ? [`${labels.length} rows are few: with fewer than ${FEWEST} no difference to blue is told from chance`]
        : []),
    ],
    errors: { green: all, blue: blueError },
  };
}

/** Rows of one sign that the better of two sign flips needs: 2 exp(-n/2) is no chance. */
const FEWEST = Math.ceil(-2 * Math.log(NO_CHANCE / 2));

function worse(
  green: readonly (readonly number[])[],
  blue: readonly (readonly number[])[],
  spread: number,
  limits: GoldenLimits,
  factor: number,
): readonly string[] {
  const [error, blueError] = [rootMeanSquare(green), rootMeanSquare(blue)];
  const yardstick = Math.max(blueError, limits.maxErrorFactor === undefined ? spread * LEAST_ERROR : 0, Number.EPSILON);
  const times = error / yardstick;
  const refusals: string[] = [];
  const losses = [meanAbsolute, meanSquare].map((loss) => green.map((row, at) => loss(row) - loss(blue[at] ?? [])));
  // The better of two tests counts double.
  const chance = Math.min(1, 2 * Math.min(...losses.map(signFlip)));
  const scaled = Math.abs(factor - 1) > 0.2 ? ` (its answers are ${factor.toPrecision(3)} times blue's)` : '';
  const usual = times > DEFAULT_FACTOR.limit ? DEFAULT_FACTOR.limit : DEFAULT_FACTOR.certain;
  if (beyond(times, limits.maxErrorFactor, DEFAULT_FACTOR, { of: chance, certain: chance }))
    refusals.push(
      `root mean squared error ${score(error)} against blue's ${score(blueError)}${scaled}; the limit maxErrorFactor is ${limits.maxErrorFactor ?? usual}`,
    );
  const [bias, blueBias] = [meanOf(green.map(meanOf)), meanOf(blue.map(meanOf))];
  const more = Math.abs(bias) - Math.abs(blueBias);
  // What labels both share cancels: only how green's answers lie beside blue's is tested, in the direction of green's bias.
  const moved = green.map((row, at) => (meanOf(row) - meanOf(blue[at] ?? [])) * Math.sign(bias));
  const measure = Math.max(blueError, spread * LEAST_ERROR);
  if (more > measure * MAX_BIAS && signFlip(moved) <= SHARE)
    refusals.push(
      `bias ${signed(bias)} on average, blue's ${signed(blueBias)}: ${percent(more / measure)} of blue's error more; the limit is ${percent(MAX_BIAS)}`,
    );
  return refusals;
}

const signed = (value: number): string => (value > 0 ? `+${score(value)}` : score(value));

/** Answer minus label, per row; a row that is not answered as it should be is infinitely off. */
const residuals = (
  answers: readonly (RowAnswer | undefined)[],
  truth: readonly (readonly number[])[],
): readonly (readonly number[])[] =>
  truth.map((label, row) => {
    const answer = answers[row];
    const values = answer?.values.length ? answer.values : [Number(answer?.said ?? NaN)];
    return label.map((value, at) => {
      const off = (values[at] ?? NaN) - value;
      return values.length === label.length && Number.isFinite(off) ? off : Infinity;
    });
  });

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const meanAbsolute = (row: readonly number[]): number => meanOf(row.map(Math.abs));
const meanSquare = (row: readonly number[]): number => meanOf(row.map((value) => value * value));
const rootMeanSquare = (rows: readonly (readonly number[])[]): number => Math.sqrt(meanOf(rows.map(meanSquare)));

function spreadOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}

/** Least squares of green's answers by blue's, through zero. */
function factorOf(green: readonly (RowAnswer | undefined)[], blue: readonly (RowAnswer | undefined)[]): number {
  let product = 0;
  let square = 0;
  blue.forEach((answer, row) =>
    answer?.values.forEach((value, at) => {
      product += value * (green[row]?.values[at] ?? 0);
      square += value * value;
    }),
  );
  return square > 0 ? product / square : 1;
}
