import type { PredictionOutput } from '../prediction';
import { LAST_CELL } from '../cells';

export const SUMMED_UP = ['first', 'mean', 'last', 'largest', 'norm'] as const;

/** Values of a row that are summed up; more say no more, and cost more than a small model's run. */
const MOST_VALUES = 4_096;

/** Some values of an output: nothing is copied, as this is done for every request. */
export interface Row {
  readonly data: PredictionOutput['data'];
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** The batch is the request's: where the output's first dimension is another, its values are one row's. */
export function rowsOf({ shape, data }: PredictionOutput, requestRows: number, most: number): readonly Row[] {
  const rows = shape[0] === requestRows && requestRows > 0 ? requestRows : 1;
  const width = data.length / rows;
  return Array.from({ length: Math.min(rows, most) }, (_, row) => ({
    data,
    from: row * width,
    to: row * width + Math.min(width, MOST_VALUES),
  }));
}

export const valueAt = ({ data, from, to }: Row, at: number): number | undefined =>
  at < to - from ? Number(data[from + at]) : undefined;

export function sumOf({ data, from, to }: Row, of: (value: number, at: number) => number): number {
  let total = 0;
  for (let at = from; at < to; at += 1) total += of(Number(data[at]), at - from);
  return total;
}

/** Not a number, where a value is none. */
export function largestOf({ data, from, to }: Row, least = -Infinity): number {
  let largest = least;
  for (let at = from; at < to; at += 1) largest = Math.max(largest, Number(data[at]));
  return largest;
}

export function labelsOf({ data, from, to }: Row, least: number): readonly number[] {
  const found: number[] = [];
  for (let at = from; at < Math.min(to, from + LAST_CELL + 1); at += 1)
    if (Number(data[at]) >= least) found.push(at - from);
  return found;
}

export function summedUp(
  row: Row,
  how: (typeof SUMMED_UP)[number] | 'projection1' | 'projection2' | 'projection3',
): number | undefined {
  const width = row.to - row.from;
  if (width === 0) return undefined;
  switch (how) {
    case 'first':
      return valueAt(row, 0);
    case 'last':
      return valueAt(row, width - 1);
    case 'mean':
      return sumOf(row, (value) => value) / width;
    case 'largest':
      return largestOf(row);
    case 'norm':
      return Math.sqrt(sumOf(row, (value) => value ** 2));
    case 'projection1':
    case 'projection2':
    case 'projection3': {
      const projection = Number(how.at(-1));
      return sumOf(row, (value, at) => value * signOf(at, projection)) / Math.sqrt(width);
    }
  }
}

/** A fixed pattern of signs for each projection, as good as drawn: one bit of a multiplicative hash of the place. */
function signOf(at: number, projection: number): 1 | -1 {
  const mixed = Math.imul(at + 1, 0x9e3779b1) ^ Math.imul(projection, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 31 === 0 ? 1 : -1;
}

/** The places of some rows, `most` numbers in all. Of a longer row values are added up, by a fixed sign each. */
export function placesIn(rows: readonly Row[], most: number): readonly (readonly number[])[] {
  const [first] = rows;
  const width = first === undefined ? 0 : Math.min(most, first.to - first.from);
  if (width === 0) return [];
  return rows.slice(0, Math.floor(most / width)).map((row) => {
    const places = new Array<number>(width).fill(0);
    for (let at = 0; at < row.to - row.from; at += 1)
      places[at % width]! += (at < width ? 1 : signOf(at, 1)) * valueAt(row, at)!;
    return places;
  });
}
