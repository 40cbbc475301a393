/**
 * Whole numbers, from -1,100 to 1,100, as values of a metric, so that CloudWatch counts each exactly however it keeps
 * values.
 *
 * It is not documented whether CloudWatch keeps the values of a period, or bins of 10 % width, of which counts in part
 * are interpolated. Cell c is therefore emitted as 1.25^c, rounded to three digits, and asked for between 1.25^(c -
 * 1/2) and 1.25^(c + 1/2), rounded as well. Both are exact, wherever bins of 10 % begin:
 * - Rounding moves nothing by more than 0.5 %. Two cells are at least a factor 1.25 * 0.995 / 1.005 = 1.237 apart, and
 *   no bin that is 1.1 wide holds both.
 * - A bin that holds cell c ends below 1.1 * 1.005 * 1.25^c = 1.106 * 1.25^c, and the bound above it is at least
 *   0.995 * 1.25^0.5 = 1.112 times 1.25^c; likewise below. So no bin with a value in it is cut, and nothing is
 *   interpolated.
 * - 1.25^1100 is 4.0e106 and 1.25^-1100 2.5e-107: CloudWatch takes values from 8.5e-109 to 1.17e108, and in statistics
 *   bounds such as `PR(1.12e+50:1.4e+50)` (the pattern of `Stat`, with at most 50 characters, in its API).
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SingleMetricAnomalyDetector.html
 */
export const LAST_CELL = 1_100;

const STEP = 1.25;

/** Ascending; the last is in it. */
export type CellRange = readonly [from: number, to: number];

const threeDigits = (value: number): number => Number(value.toPrecision(3));

/** By cell, worked out once: codes are written for every request. */
const codes = new Map<number, number>();

/** The value that is emitted. Cells beyond the last count as the last. */
export function codeOf(cell: number): number {
  const inside = Math.max(-LAST_CELL, Math.min(LAST_CELL, Math.round(cell)));
  const code = codes.get(inside) ?? threeDigits(STEP ** inside);
  codes.set(inside, code);
  return code;
}

/**
 * The cell of a value that was emitted, or that CloudWatch took out of a bin of 10 % around one: a quantile, a maximum.
 */
export const cellOf = (code: number): number => {
  if (!(code > 0)) return -LAST_CELL;
  return Math.max(-LAST_CELL, Math.min(LAST_CELL, Math.round(Math.log(code) / Math.log(STEP))));
};

/** The statistic that gives the share (percent) of values in these cells. */
export const shareOfCells = ([from, to]: CellRange): string => {
  const below = from <= -LAST_CELL ? '' : threeDigits(STEP ** (from - 0.5));
  const above = to >= LAST_CELL ? '' : threeDigits(STEP ** (to + 0.5));
  // Open at both ends it would be no range; the lowest value of all is above 0.
  return below === '' && above === '' ? 'PR(0:)' : `PR(${below}:${above})`;
};
