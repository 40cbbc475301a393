import { percent, score } from '../numbers';
import type { RowAnswer } from '../task';
import type { GoldenPairs } from './compare-classes';
import { beyond, type Compared, DEFAULT_FACTOR, type GoldenLimits, NO_CHANCE, SHARE, signFlip } from './paired-tests';

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
