import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { DataSetInvalid } from '../../lambdas/contract/data-request';
import { GOLDEN_SET_LIMITS, parseDataSet } from '../../lambdas/contract/golden-set';
import { some } from '../../lambdas/domain/numbers';
import { ArgumentsInvalid, refused } from '../../tools/arguments-invalid';
import { namedFile } from '../../tools/named-file';
import { csvLines } from './csv';

const HELP = `Writes a golden set from a table: every column is an input of the model, one is the label.

  greenlight golden from-csv DATA.csv --label COLUMN [--out FILE] [--input NAME] [--drop COLUMN] [--text COLUMN]

  DATA.csv        a table with a line of names first; separated by commas, semicolons or tabs
  --label COLUMN  the right answer: a class, or a number
  --out FILE      where the golden set goes, .json or .json.gz (default: the table's name, with .json)
  --input NAME    all columns as one input of numbers, FP32, as scikit-learn's and XGBoost's exports take them
                  (default: an input for each column, as pipelines on data frames take them)
  --drop COLUMN   a column that the model does not take, such as an id; may be given again
  --text COLUMN   a column (or the label) whose cells are text, whatever they look like: codes, postcodes; may be given again
  --help          this text

Whole numbers become INT64, other numbers FP32, where an empty cell, NA or NaN is a missing value; true and false
become BOOL, everything else text. A column of which most cells are numbers, and some are not, is an error that names
the cell. Exit code: 0 written, 2 the arguments or the file cannot be used.`;

const OPTIONS = {
  label: { type: 'string' },
  out: { type: 'string' },
  input: { type: 'string' },
  drop: { type: 'string', multiple: true },
  text: { type: 'string', multiple: true },
  help: { type: 'boolean' },
} as const;

interface GoldenOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The whole command; answers its exit code. */
export function runGolden(argv: readonly string[], { out, err }: GoldenOutput): 0 | 2 {
  try {
    out(fromCsv(argv));
    return 0;
  } catch (error) {
    return refused(error, (line) => err(`golden: ${line}`));
  }
}

/** @throws ArgumentsInvalid */
function fromCsv(argv: readonly string[]): string {
  const { values, positionals } = parsed(argv);
  if (values.help === true) return HELP;
  const [form, path, ...more] = positionals;
  if (form !== 'from-csv' || path === undefined || more.length > 0)
    throw new ArgumentsInvalid(
      `say: golden from-csv DATA.csv --label COLUMN; got "${positionals.join(' ')}"; see --help`,
    );
  if (values.label === undefined)
    throw new ArgumentsInvalid('--label is missing: name the column with the right answers');
  const table = tableIn(path);
  const { label, drop = [], text = [], input } = values;
  for (const name of [label, ...drop, ...text])
    if (!table.has(name))
      throw new ArgumentsInvalid(`${name}: ${path} has no such column; it has ${[...table.keys()].join(', ')}`);
  const columns = [...table.values()].filter(({ name }) => name !== label && !drop.includes(name));
  const labelled = table.get(label)!;
  const odd = [labelled, ...columns].flatMap((column) => (text.includes(column.name) ? [] : oddCell(column)));
  if (odd.length > 0) throw new ArgumentsInvalid(odd.map((one) => `${path}: ${one}`).join('\n'));
  const labels = labelsOf(labelled, text.includes(label));
  const inputs =
    input === undefined
      ? columns.map((column) => inputOf(column, text.includes(column.name)))
      : [together(input, columns, labels.length)];
  const file = values.out ?? basename(path).replace(/\.\w+$/, '') + '.json';
  const golden = { name: basename(file).replace(/\.json(\.gz)?$/, ''), inputs, labels };
  // What a rollout would refuse is refused here.
  try {
    parseDataSet(golden, GOLDEN_SET_LIMITS);
  } catch (error) {
    if (error instanceof DataSetInvalid) throw new ArgumentsInvalid(`${path}: ${error.message}`);
    throw error;
  }
  const json = `${JSON.stringify(golden)}\n`;
  writeFileSync(file, file.endsWith('.gz') ? gzipSync(json) : json);
  const shown = inputs.map(({ name, datatype, shape }) => `${name} ${datatype}[1,${shape[1]}]`);
  return `${file}: ${some(labels.length, 'request')}, label ${label}; inputs: ${shown.join(', ')}`;
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    throw new ArgumentsInvalid(`${error instanceof Error ? error.message : String(error)}; see --help`);
  }
}

interface Column {
  readonly name: string;
  readonly cells: readonly string[];
  /** Of each cell, its line in the file. */
  readonly lines: readonly number[];
}

/** Columns by name, in their order. */
function tableIn(path: string): ReadonlyMap<string, Column> {
  const bytes = namedFile('DATA.csv', path, 'a table, .csv, with a line of names first');
  const [head, ...lines] = csvLines(new TextDecoder('utf-8').decode(bytes));
  if (head === undefined || lines.length === 0) throw new ArgumentsInvalid(`${path}: has no line below its names`);
  const odd = lines.find(({ cells }) => cells.length !== head.cells.length);
  if (odd !== undefined)
    throw new ArgumentsInvalid(
      `${path}: line ${odd.line} has ${odd.cells.length} cells, the line of names has ${head.cells.length}`,
    );
  const table = new Map(
    head.cells.map((name, index): [string, Column] => [
      name.trim(),
      {
        name: name.trim(),
        cells: lines.map(({ cells }) => cells[index]!.trim()),
        lines: lines.map(({ line }) => line),
      },
    ]),
  );
  if (table.size !== head.cells.length) throw new ArgumentsInvalid(`${path}: two columns have one name`);
  return table;
}

const MISSING = /^(|na|n\/a|nan|null|none)$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const isNumber = (cell: string): boolean => NUMBER.test(cell);
const isWhole = (cell: string): boolean => /^[+-]?\d{1,15}$/.test(cell);

interface ColumnInput {
  readonly name: string;
  readonly datatype: 'INT64' | 'FP32' | 'BOOL' | 'BYTES';
  readonly shape: readonly [number, number];
  readonly data: readonly unknown[];
}

/** A number with a decimal comma is one to a person, and text to every parser. */
const isCommaNumber = (cell: string): boolean => /^[+-]?\d+,\d+$/.test(cell);

/** The first cell that makes text of a column of which most are numbers: a slip of a hand, or a sign for a missing value. */
function oddCell({ name, cells, lines }: Column): readonly string[] {
  const given = cells.filter((cell) => !MISSING.test(cell));
  const odd = given.filter((cell) => !isNumber(cell));
  const numbers = given.length - odd.filter((cell) => !isCommaNumber(cell)).length;
  const at = cells.findIndex((cell) => !MISSING.test(cell) && !isNumber(cell));
  if (odd.length === 0 || numbers * 2 <= given.length) return [];
  const cell = JSON.stringify(cells[at]!.slice(0, 60));
  const [others, them] = odd.length === 1 ? ['', 'it'] : [` (and ${some(odd.length - 1, 'cell')} more)`, 'them'];
  const repair = isCommaNumber(cells[at]!)
    ? 'Write a point for the comma'
    : `Mend ${them}, or leave empty what is missing`;
  return [
    `line ${lines[at]}, column ${name}: ${cell} is no number${others}, and most cells of the column are. ${repair}; --text ${name} takes the column as text`,
  ];
}

function inputOf({ name, cells }: Column, isText: boolean): ColumnInput {
  const shape = [cells.length, 1] as const;
  if (isText) return { name, datatype: 'BYTES', shape, data: cells };
  if (cells.every(isWhole)) return { name, datatype: 'INT64', shape, data: cells.map(Number) };
  if (cells.every((cell) => isNumber(cell) || MISSING.test(cell)) && cells.some(isNumber))
    return { name, datatype: 'FP32', shape, data: cells.map(numberOrMissing) };
  if (cells.every((cell) => /^(true|false)$/i.test(cell)))
    return { name, datatype: 'BOOL', shape, data: cells.map((cell) => cell.toLowerCase() === 'true') };
  return { name, datatype: 'BYTES', shape, data: cells };
}

const numberOrMissing = (cell: string): number | null => (isNumber(cell) ? Number(cell) : null);

function together(name: string, columns: readonly Column[], rows: number): ColumnInput {
  for (const column of columns) {
    const at = column.cells.findIndex((cell) => !isNumber(cell) && !MISSING.test(cell));
    if (at >= 0)
      throw new ArgumentsInvalid(
        `--input ${name}: line ${column.lines[at]}, column ${column.name} has "${column.cells[at]!.slice(0, 60)}", which is no number; --drop ${column.name}`,
      );
  }
  const data = Array.from({ length: rows }, (_, row) =>
    columns.map(({ cells }) => numberOrMissing(cells[row]!)),
  ).flat();
  return { name, datatype: 'FP32', shape: [rows, columns.length], data };
}

/** A class or a number; one that is missing is not known. */
function labelsOf({ cells }: Column, isText: boolean): readonly (number | string | null)[] {
  const numbers = !isText && cells.every((cell) => isNumber(cell) || MISSING.test(cell));
  return cells.map((cell) => ((isText ? cell === '' : MISSING.test(cell)) ? null : numbers ? Number(cell) : cell));
}
