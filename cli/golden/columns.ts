import { some } from '../../lambdas/domain/numbers';
import { ArgumentsInvalid } from '../../tools/arguments-invalid';

export interface Column {
  readonly name: string;
  readonly cells: readonly string[];
  /** Of each cell, its line in the file. */
  readonly lines: readonly number[];
}

export interface ColumnInput {
  readonly name: string;
  readonly datatype: 'INT64' | 'FP32' | 'BOOL' | 'BYTES';
  readonly shape: readonly [number, number];
  readonly data: readonly unknown[];
}

const MISSING = /^(|na|n\/a|nan|null|none)$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?inf(inity)?$/i;
const BOOLEAN = /^(true|false)$/i;
const DATE = /^\d{4}-\d\d?-\d\d?([T ].*)?$|^\d\d?[./-]\d\d?[./-]\d{2,4}$/;
const isMissing = (cell: string): boolean => MISSING.test(cell);
const isNumber = (cell: string): boolean => NUMBER.test(cell);
/** Beyond, FP32 is infinite, which no request can say. */
const isTooLarge = (cell: string): boolean =>
  INFINITE.test(cell) || (isNumber(cell) && !Number.isFinite(Math.fround(Number(cell))));
const isWhole = (cell: string): boolean =>
  /^[+-]?\d{1,19}$/.test(cell) && BigInt.asIntN(64, BigInt(cell.replace('+', ''))) === BigInt(cell.replace('+', ''));
/** A number with a decimal comma is one to a person, and text to every parser. */
const isCommaNumber = (cell: string): boolean => /^[+-]?\d+,\d+$/.test(cell);

/**
 * What no request could say of a column, or would say otherwise than its reader thinks: each with its cell and the
 * repair.
 */
export function oddCell(column: Column): readonly string[] {
  const { name, cells } = column;
  const given = cells.filter((cell) => !isMissing(cell));
  if (given.length === 0) return [`column ${name}: has no value in any line; --drop ${name}`];
  const asText = `--text ${name} takes the column as text`;
  const at = (found: (cell: string) => boolean): string =>
    `line ${column.lines[cells.findIndex(found)]}, column ${name}`;
  const gaps = cells.length - given.length;
  if (given.every((cell) => BOOLEAN.test(cell)) && gaps > 0)
    return [`${at(isMissing)}: is empty, and true and false know no missing value. Fill it as in training; ${asText}`];
  const tooLarge = cells.find(isTooLarge);
  if (tooLarge !== undefined && given.every((cell) => isNumber(cell) || isTooLarge(cell)))
    return [`${at(isTooLarge)}: ${tooLarge} is beyond FP32, up to 3.4e38. Clip it as in training; ${asText}`];
  const isOdd = (cell: string) => !isMissing(cell) && !isNumber(cell);
  const odd = given.filter(isOdd);
  const numbers = given.length - odd.filter((cell) => !isCommaNumber(cell)).length;
  if (odd.length === 0 || numbers * 2 <= given.length) return [];
  const first = odd[0]!;
  const [others, them] = odd.length === 1 ? ['', 'it'] : [` (and ${some(odd.length - 1, 'cell')} more)`, 'them'];
  const repair = isCommaNumber(first) ? withoutComma(first) : `Mend ${them}, or leave empty what is missing`;
  return [
    `${at(isOdd)}: ${JSON.stringify(first.slice(0, 60))} is no number${others}, and most cells of the column ` +
      `are. ${repair}; ${asText}`,
  ];
}

/** Three digits may stand behind a comma of either kind. */
function withoutComma(cell: string): string {
  const either = /^[+-]?[1-9]\d{0,2},\d{3}$/.test(cell);
  return `Write ${cell.replace(',', '.')}${either ? ` or ${cell.replace(',', '')}, whichever it is` : ''}`;
}

/** What was taken otherwise than a person may think. */
export function notesOn({ name, cells }: Column, { datatype }: Pick<ColumnInput, 'datatype'>): readonly string[] {
  const padded = cells.find((cell) => /^[+-]?0\d+$/.test(cell));
  if (padded !== undefined && datatype !== 'BYTES')
    return [`${name}: ${padded} is sent as ${Number(padded)}; --text ${name} keeps its zeros`];
  const given = cells.filter((cell) => !isMissing(cell));
  if (datatype === 'BYTES' && given.length > 0 && given.every((cell) => DATE.test(cell)))
    return [`${name}: dates are sent as the text that they are; --drop ${name}, where the model does not take them so`];
  return [];
}

export function inputOf({ name, cells }: Column, isText: boolean): ColumnInput {
  const shape = [cells.length, 1] as const;
  if (isText) return { name, datatype: 'BYTES', shape, data: cells };
  if (cells.every(isWhole)) return { name, datatype: 'INT64', shape, data: cells.map(whole) };
  if (cells.every((cell) => isNumber(cell) || isMissing(cell)) && cells.some(isNumber))
    return { name, datatype: 'FP32', shape, data: cells.map(numberOrMissing) };
  if (cells.every((cell) => BOOLEAN.test(cell)))
    return { name, datatype: 'BOOL', shape, data: cells.map((cell) => cell.toLowerCase() === 'true') };
  return { name, datatype: 'BYTES', shape, data: cells };
}

const numberOrMissing = (cell: string): number | null => (isNumber(cell) ? Number(cell) : null);

/** As text beyond what JSON's readers keep. */
function whole(cell: string): number | string {
  const value = Number(cell);
  return Number.isSafeInteger(value) ? value : String(BigInt(cell.replace('+', '')));
}

/** All columns as one input of numbers. @throws ArgumentsInvalid */
export function together(name: string, columns: readonly Column[], rows: number): ColumnInput {
  for (const column of columns) {
    const at = column.cells.findIndex((cell) => !isNumber(cell) && !isMissing(cell));
    if (at >= 0)
      throw new ArgumentsInvalid(
        `--input ${name}: line ${column.lines[at]}, column ${column.name} has ` +
          `"${column.cells[at]!.slice(0, 60)}", which is no number; --drop ${column.name}`,
      );
  }
  const data = Array.from({ length: rows }, (_, row) =>
    columns.map(({ cells }) => numberOrMissing(cells[row]!)),
  ).flat();
  return { name, datatype: 'FP32', shape: [rows, columns.length], data };
}

/** A class or a number; one that is missing is not known. */
export function labelsOf({ cells }: Column, isText: boolean): readonly (number | string | null)[] {
  const numbers = !isText && cells.every((cell) => isNumber(cell) || isMissing(cell));
  return cells.map((cell) => ((isText ? cell === '' : isMissing(cell)) ? null : numbers ? Number(cell) : cell));
}
