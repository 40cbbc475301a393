import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataSetInvalid, MAX_INPUTS } from '../../lambdas/contract/data-request';
import { GOLDEN_SET_LIMITS, parseDataSet } from '../../lambdas/contract/golden-set';
import { count, some } from '../../lambdas/domain/numbers';
import { ArgumentsInvalid, parsedArguments, refused } from '../../tools/arguments-invalid';
import { namedFile } from '../../tools/named-file';
import { type Column, inputOf, labelsOf, notesOn, oddCell, together } from './columns';
import { CsvInvalid, csvLines } from './csv';

const HELP = `Writes a golden set from a table: every column is an input of the model, one is the label.

  greenlight golden from-csv DATA.csv --label COLUMN [--out FILE] [--input NAME] [--drop COLUMN] [--text COLUMN]

  DATA.csv        a table in UTF-8 with a line of names first; separated by commas, semicolons, tabs or bars
  --label COLUMN  the right answer: a class, or a number; where it is empty it is not known
  --unlabelled    instead: no column has right answers, as in samples and users' traffic
  --out FILE      where the golden set goes, .json or .json.gz (default: the table's name, with .json)
  --input NAME    all columns as one input of numbers, FP32, as scikit-learn's and XGBoost's exports take them
                  (default: an input for each column, as pipelines on data frames take them)
  --drop COLUMN   a column that the model does not take, such as an id; may be given again
  --text COLUMN   a column (or the label) whose cells are text, whatever they look like: codes, postcodes; may be given again
  --help          this text

Whole numbers become INT64, other numbers FP32, where an empty cell, NA or NaN is a missing value; true and false
become BOOL, everything else text. What a person may take otherwise, such as zeros before a number, is told. A column of which most cells are numbers, and some are not, is an error that names
the cell. Exit code: 0 written, 2 the arguments or the file cannot be used.`;

const OPTIONS = {
  label: { type: 'string' },
  unlabelled: { type: 'boolean' },
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
  const { values, positionals } = parsedArguments(argv, OPTIONS, true);
  if (values.help === true) return HELP;
  const [form, path, ...more] = positionals;
  if (form !== 'from-csv' || path === undefined || more.length > 0)
    throw new ArgumentsInvalid(
      'takes from-csv and one table: golden from-csv DATA.csv --label COLUMN; got ' +
        `${JSON.stringify(positionals.join(' '))}; see --help`,
    );
  const { label, unlabelled = false, drop = [], text = [], input } = values;
  const table = tableIn(path);
  const names = [...table.keys()].filter((name) => !drop.includes(name)).join(', ');
  if ((label === undefined) !== unlabelled)
    throw new ArgumentsInvalid(
      unlabelled
        ? `--unlabelled and --label ${label ?? ''}: one of them, as the column has right answers or none has`
        : `--label is missing: name the column with the right answers, one of ${names}; --unlabelled where none has`,
    );
  for (const name of [...(label === undefined ? [] : [label]), ...drop, ...text])
    if (!table.has(name))
      throw new ArgumentsInvalid(
        `${name}: ${path} has no such column; its first line names ${[...table.keys()].join(', ')}`,
      );
  const columns = [...table.values()].filter(({ name }) => name !== label && !drop.includes(name));
  if (columns.length === 0) throw new ArgumentsInvalid(`${path}: no column is left for the model's inputs`);
  if (columns.length > MAX_INPUTS && input === undefined)
    throw new ArgumentsInvalid(
      `${path}: ${columns.length} columns, at most ${MAX_INPUTS} can be inputs; --input NAME takes them as one`,
    );
  const labelled = label === undefined ? undefined : table.get(label)!;
  const odd = [...(labelled === undefined ? [] : [labelled]), ...columns].flatMap((column) =>
    text.includes(column.name) ? [] : oddCell(column),
  );
  if (odd.length > 0) throw new ArgumentsInvalid(odd.map((one) => `${path}: ${one}`).join('\n'));
  const rows = columns[0]!.cells.length;
  const labels = labelled && labelsOf(labelled, text.includes(labelled.name));
  const inputs =
    input === undefined
      ? columns.map((column) => inputOf(column, text.includes(column.name)))
      : [together(input, columns, rows)];
  const file = values.out ?? basename(path).replace(/\.\w+$/, '') + '.json';
  const golden = { name: basename(file).replace(/\.json(\.gz)?$/, ''), inputs, ...(labels && { labels }) };
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
  const notes = input === undefined ? columns.flatMap((column, at) => notesOn(column, inputs[at]!)) : [];
  return [
    `${file}: ${some(rows, 'request')}, ${label === undefined ? 'no labels' : `label ${label}`}; inputs: ` +
      `${shown.join(', ')}`,
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
}

/** Columns by name, in their order. @throws ArgumentsInvalid */
function tableIn(path: string): ReadonlyMap<string, Column> {
  const [head, ...lines] = linesIn(path);
  if (head === undefined || lines.length === 0) throw new ArgumentsInvalid(`${path}: has no line below its names`);
  const odd = lines.find(({ cells }) => cells.length !== head.cells.length);
  if (odd !== undefined)
    throw new ArgumentsInvalid(
      `${path}: line ${odd.line} has ${some(odd.cells.length, 'cell')}, the line of names has ${head.cells.length}`,
    );
  const most = GOLDEN_SET_LIMITS.maxRequests;
  if (lines.length > most)
    throw new ArgumentsInvalid(
      `${path}: ${count(lines.length)} lines; a golden set has at most ${count(most)} requests. Take a sample of ` +
        'its lines',
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
  const twice = head.cells.find((name, index) => head.cells.findIndex((one) => one.trim() === name.trim()) < index);
  if (twice !== undefined)
    throw new ArgumentsInvalid(`${path}: two columns are called ${JSON.stringify(twice.trim())}`);
  const nameless = head.cells.findIndex((name) => name.trim() === '');
  if (nameless >= 0)
    throw new ArgumentsInvalid(
      `${path}: column ${nameless + 1} has no name in line ${head.line}. pandas writes its index so: to_csv(…, ` +
        'index=False)',
    );
  return table;
}

function linesIn(path: string): ReturnType<typeof csvLines> {
  const bytes = namedFile('DATA.csv', path, 'a table, .csv, with a line of names first');
  try {
    return csvLines(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof CsvInvalid) throw new ArgumentsInvalid(`${path}: ${error.message}`);
    throw new ArgumentsInvalid(`${path}: is not UTF-8. Save it so: in Excel “CSV UTF-8”, in pandas to_csv(…)`);
  }
}
