import { percent, score } from '../numbers';
import type { RowAnswer } from '../row-answer';
import { deviationOf, meanOf } from '../statistics/summaries';
import {
  type GoldenPairs,
  beyond,
  type Compared,
  DEFAULT_FACTOR,
  type GoldenLimits,
  NO_CHANCE,
  SHARE,
  signFlip,
} from './paired-tests';

/**
 * Green's mean error may lie further from zero than blue's by a quarter of blue's error, or by an eighth where that is
 * certain: 5 % on every price, where blue's error is a fifth of a price.
 */
const BIAS = { limit: 0.25, certain: 0.125 };
/**
 * A blue that fits its labels better than this share of their spread (as one that labelled them does) is not the
 * yardstick.
 */
const LEAST_ERROR = 0.01;

export interface Errors {
  readonly green: number;
  readonly blue: number | undefined;
}

/**
 * Numbers beside numbers, a horizon of them, several or one: by their errors, row by row, all together and each place
 * of a row by itself: degrees beside pascals would hide what is wrong with the degrees. A single number beside answers
 * of several is held to each of them, as the quantiles of a forecast are.
 */
export function compareValues(
  { labels, green, blue }: GoldenPairs,
  task: 'regression' | 'forecast',
  limits: GoldenLimits,
): Compared & { readonly errors: Errors } {
  const width = [...green, ...(blue ?? [])].find((answer) => answer !== undefined)?.values.length ?? 1;
  const areQuantiles = width > 1 && labels.every((label) => typeof label !== 'object' || label.length === 1);
  const truth = labels.map((label): readonly number[] =>
    areQuantiles ? new Array<number>(width).fill(Number(label)) : typeof label === 'object' ? label : [Number(label)],
  );
  const rows = blue?.length ?? 0;
  const spread = deviationOf(truth.flat());
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
  if (blues !== undefined && blueError !== undefined && Number.isFinite(all)) {
    const sides = { green: greens.slice(0, rows), blue: blues, truth, factor: factorOf(green, blue ?? []) };
    if (areQuantiles) refusals.push(...quantilesWorse(sides, limits));
    else refusals.push(...worse(sides, limits), ...placesWorse(sides, limits));
  }
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
            `blue's error ${score(blueError)} is no less than a constant's, ${score(spread)}: a golden set of ` +
              'another model?',
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

/** Answers minus labels of both, row by row, and what they are measured by. */
interface Sides {
  readonly green: readonly (readonly number[])[];
  readonly blue: readonly (readonly number[])[];
  readonly truth: readonly (readonly number[])[];
  /** Green's answers as a multiple of blue's. */
  readonly factor: number;
}

/** @param of of so many questions alike, which share the chance of a false answer */
function worse({ green, blue, truth, factor }: Sides, limits: GoldenLimits, of = 1): readonly string[] {
  const spread = deviationOf(truth.flat());
  const [error, blueError] = [rootMeanSquare(green), rootMeanSquare(blue)];
  const yardstick = Math.max(blueError, limits.maxErrorFactor === undefined ? spread * LEAST_ERROR : 0, Number.EPSILON);
  const times = error / yardstick;
  const refusals: string[] = [];
  const losses = [meanAbsolute, meanSquare].map((loss) => green.map((row, at) => loss(row) - loss(blue[at] ?? [])));
  // The better of two tests counts double.
  const chance = Math.min(1, 2 * of * Math.min(...losses.map(signFlip)));
  const scaled = Math.abs(factor - 1) > 0.2 ? ` (its answers are ${factor.toPrecision(3)} times blue's)` : '';
  if (beyond(times, limits.maxErrorFactor, DEFAULT_FACTOR, { of: chance, certain: chance }))
    refusals.push(
      `root mean squared error ${score(error)} against blue's ${score(blueError)}${scaled}; the limit ` +
        `maxErrorFactor is ${limits.maxErrorFactor ?? usualOf(times, DEFAULT_FACTOR)}`,
    );
  const [bias, blueBias] = [meanOf(green.map(meanOf)), meanOf(blue.map(meanOf))];
  // What labels both share cancels: only how green's answers lie beside blue's is tested, in the direction of green's
  // bias.
  const moved = green.map((row, at) => (meanOf(row) - meanOf(blue[at] ?? [])) * Math.sign(bias));
  const more = (Math.abs(bias) - Math.abs(blueBias)) / Math.max(blueError, spread * LEAST_ERROR);
  const isCertain = signFlip(moved) * of <= SHARE;
  if (isCertain && more > BIAS.certain)
    refusals.push(
      `bias ${signed(bias)} on average, blue's ${signed(blueBias)}: ${percent(more)} of blue's error more; the ` +
        `limit is ${percent(usualOf(more, BIAS))}`,
    );
  return refusals;
}

const usualOf = (value: number, { limit, certain }: { readonly limit: number; readonly certain: number }): number =>
  value > limit ? limit : certain;

/** Each place of a row by itself, where a row has several. */
function placesWorse({ green, blue, truth }: Sides, limits: GoldenLimits): readonly string[] {
  const places = truth[0]?.length ?? 0;
  if (places < 2) return [];
  const at = (rows: Sides['green'], place: number) => rows.map((row) => [row[place] ?? 0]);
  // A limit that is set is one of the rows.
  const usual = { ...limits, maxErrorFactor: undefined };
  return Array.from({ length: places }, (_, place) => {
    const sides = { green: at(green, place), blue: at(blue, place), truth: at(truth, place), factor: 1 };
    return worse(sides, usual, places).map((one) => `value ${place} of a row: ${one}`);
  }).flat();
}

/**
 * Quantiles by the loss that belongs to them (Koenker and Bassett 1978), each at the level that blue's has on these
 * labels: so neither a sharper nor a better centred set of quantiles is refused, and one that no longer covers what it
 * did is.
 */
function quantilesWorse({ green, blue }: Sides, limits: GoldenLimits): readonly string[] {
  const places = blue[0]?.length ?? 0;
  return Array.from({ length: places }, (_, place) => {
    const covered = (side: Sides['green']): number =>
      side.filter((row) => (row[place] ?? 0) >= 0).length / Math.max(1, side.length);
    const level = covered(blue);
    const loss = (row: readonly number[] | undefined): number => {
      const off = row?.[place] ?? 0;
      return off >= 0 ? (1 - level) * off : -level * off;
    };
    const [own, blues] = [green.map(loss), blue.map(loss)];
    const [mean, blueMean] = [meanOf(own), meanOf(blues)];
    const times = mean / Math.max(blueMean, Number.EPSILON);
    const chance = places * signFlip(own.map((one, row) => one - (blues[row] ?? 0)));
    if (!beyond(times, limits.maxErrorFactor, DEFAULT_FACTOR, { of: chance, certain: chance })) return [];
    return [
      `value ${place} of a row, as a quantile: loss ${score(mean)} against blue's ${score(blueMean)} ` +
        `(${percent(covered(green))} of the labels are at most it, blue's ${percent(level)}); the limit ` +
        `maxErrorFactor is ${limits.maxErrorFactor ?? usualOf(times, DEFAULT_FACTOR)}`,
    ];
  }).flat();
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

const meanAbsolute = (row: readonly number[]): number => meanOf(row.map(Math.abs));
const meanSquare = (row: readonly number[]): number => meanOf(row.map((value) => value * value));
const rootMeanSquare = (rows: readonly (readonly number[])[]): number => Math.sqrt(meanOf(rows.map(meanSquare)));

/** What a factor leaves unexplained of what the two differ by, at most: else it is no factor that was lost. */
const LEFT_BY_FACTOR = 0.1;
/** And of how green's own answers vary: of what is small beside blue, or constant, nearly any factor leaves little. */
const LEFT_OF_OWN = 0.5;

/** By least squares; 1 where green is no multiple of blue, as where an amount was added. */
function factorOf(green: readonly (RowAnswer | undefined)[], blue: readonly (RowAnswer | undefined)[]): number {
  const pairs = blue.flatMap((answer, row) =>
    (answer?.values ?? []).map((value, at) => [value, green[row]?.values[at] ?? 0] as const),
  );
  const sum = (of: (blue: number, green: number) => number) => pairs.reduce((all, [x, y]) => all + of(x, y), 0);
  const factor = sum((x, y) => x * y) / sum((x) => x * x);
  const added = sum((x, y) => y - x) / pairs.length;
  const left = sum((x, y) => (y - factor * x) ** 2);
  const middle = sum((_, y) => y) / pairs.length;
  const isFactor =
    left <= LEFT_BY_FACTOR * sum((x, y) => (y - x) ** 2) &&
    left < LEFT_OF_OWN * sum((_, y) => (y - middle) ** 2) &&
    left <= sum((x, y) => (y - x - added) ** 2);
  return isFactor ? factor : 1;
}
