import { elementLimit, elementReader, NUMERIC_DATATYPES, type NumericDatatype } from './datatypes';
import type { InferRequest } from './inference-protocol';
import type { GoldenLabel } from '../domain/task';
import { onOneLine } from './on-one-line';
import { elementCount, readTensorData, shown } from './tensor-data';

/** What labels mean: classes are right or wrong, numbers are more or less near. */
export type Task = 'classification' | 'regression';

/** A golden set or a traffic file: rows to send one by one, with or without the right answers. */
export interface DataSet {
  readonly name: string;
  readonly inputName: string;
  readonly datatype: NumericDatatype;
  /** [rows, …the shape of one row]. */
  readonly shape: readonly number[];
  /** One entry per row, flat in row-major order. */
  readonly rows: readonly (readonly (number | string)[])[];
  /** One entry per row; `undefined` when the file has none. */
  readonly labels: readonly GoldenLabel[] | undefined;
  /** What the file says; `undefined` where it does not. */
  readonly task: Task | undefined;
}

/** A golden set or traffic file is not what it should be. The message names the field, its value and the limit. */
export class DataSetInvalid extends Error {
  override readonly name = 'DataSetInvalid';
}

export interface DataSetRules {
  /** A golden set needs labels, a traffic file may go without. */
  readonly labels: 'required' | 'optional';
}

/**
 * Parses a data set from JSON text or from what JSON.parse made of it. Keys that are not part of the format are
 * ignored. Checked by hand rather than by a schema, because a file may hold millions of numbers.
 * Throws `DataSetInvalid` at the first problem.
 */
export function parseDataSet(json: unknown, rules: DataSetRules = { labels: 'required' }): DataSet {
  const file = objectOf(json);
  const name = textField(file, 'name');
  const inputName = textField(file, 'inputName');
  const datatype = datatypeField(file);
  const shape = shapeField(file);
  const rows = rowsField(file, shape, datatype);
  const labels = labelsField(file, rows.length, rules);
  return { name, inputName, datatype, shape, rows, labels, task: taskField(file, labels) };
}

/** The protocol's request for one row: its shape is [1, …], its data flat. */
export function inferRequest(dataSet: DataSet, rowIndex: number): InferRequest {
  const data = dataSet.rows[rowIndex];
  if (data === undefined) {
    throw new RangeError(
      `Row ${rowIndex} of data set ${dataSet.name} does not exist: it has ${dataSet.rows.length} rows.`,
    );
  }
  return {
    inputs: [{ name: dataSet.inputName, datatype: dataSet.datatype, shape: [1, ...dataSet.shape.slice(1)], data }],
  };
}

type Fields = Readonly<Record<string, unknown>>;

function invalid(field: string, problem: string): never {
  throw new DataSetInvalid(onOneLine(`Data set: ${field} ${problem}.`));
}

function objectOf(json: unknown): Fields {
  let value = json;
  if (typeof json === 'string') {
    try {
      value = JSON.parse(json);
    } catch (error) {
      invalid('the file', `is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : 'unreadable'}`);
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    invalid('the file', `is ${shown(value)}, not an object`);
  return value as Fields;
}

function textField(file: Fields, field: string): string {
  const value = file[field];
  if (typeof value !== 'string' || value.length === 0 || value.length > 256) {
    invalid(field, `is ${shown(value)}, not a text of 1 to 256 characters`);
  }
  return value;
}

function datatypeField(file: Fields): NumericDatatype {
  const found = NUMERIC_DATATYPES.find((datatype) => datatype === file['datatype']);
  return found ?? invalid('datatype', `is ${shown(file['datatype'])}, not one of ${NUMERIC_DATATYPES.join(', ')}`);
}

function shapeField(file: Fields): readonly number[] {
  const shape = file['shape'];
  if (!Array.isArray(shape) || shape.length < 1 || shape.length > 32) {
    invalid('shape', `is ${shown(shape)}, not an array of 1 to 32 sizes`);
  }
  shape.forEach((size: unknown, index) => {
    if (!Number.isSafeInteger(size) || (size as number) < 1)
      invalid(`shape[${index}]`, `is ${shown(size)}, not a whole number of at least 1`);
  });
  return shape as number[];
}

function rowsField(
  file: Fields,
  shape: readonly number[],
  datatype: NumericDatatype,
): readonly (readonly (number | string)[])[] {
  const data = file['data'];
  if (!Array.isArray(data)) invalid('data', `is ${shown(data)}, not an array of rows`);
  if (data.length !== shape[0]) invalid('data', `has ${data.length} rows, shape[0] says ${shape[0]}`);
  const rowShape = shape.slice(1);
  const read = elementReader(datatype);
  return data.map((given: unknown, index) => {
    // A set of single numbers has shape [n]; its rows may be bare numbers.
    const row = rowShape.length === 0 && !Array.isArray(given) ? [given] : given;
    const flat: (number | string)[] = [];
    const problem = readTensorData(row, {
      shape: rowShape,
      read,
      limit: elementLimit(datatype),
      // 64 bit integers beyond 2^53 stay text, as they came.
      write: (_, element) => flat.push(typeof element !== 'bigint' ? element : inJson(element)),
    });
    if (problem)
      invalid(`data[${index}]${problem.path}`, `${problem.problem} (a row has ${elementCount(rowShape)} values)`);
    return flat;
  });
}

const inJson = (integer: bigint): number | string =>
  Number.isSafeInteger(Number(integer)) ? Number(integer) : integer.toString();

function labelsField(file: Fields, rows: number, rules: DataSetRules): readonly GoldenLabel[] | undefined {
  const labels = file['labels'];
  if (labels === undefined)
    return rules.labels === 'optional' ? undefined : invalid('labels', 'are missing, a golden set needs one per row');
  if (!Array.isArray(labels)) invalid('labels', `is ${shown(labels)}, not an array`);
  if (labels.length !== rows) invalid('labels', `has ${labels.length} entries, the data has ${rows} rows`);
  const kind = kindOf(labels[0]);
  return labels.map((label: unknown, index): GoldenLabel => {
    const fits = typeof label === 'string' || isNumber(label) || (Array.isArray(label) && label.every(isNumber));
    if (!fits)
      invalid(`labels[${index}]`, `is ${shown(label)}, not text, a finite number, true, false or an array of numbers`);
    if (kindOf(label) !== kind) invalid(`labels[${index}]`, `is ${shown(label)}, but labels[0] is a ${kind}`);
    if (typeof label === 'string') return label;
    return Array.isArray(label) ? label.map(Number) : Number(label);
  });
}

const isNumber = (value: unknown): boolean =>
  typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));

const kindOf = (label: unknown): string => {
  if (Array.isArray(label)) return 'list';
  return typeof label === 'boolean' ? 'number' : typeof label;
};

function taskField(file: Fields, labels: readonly GoldenLabel[] | undefined): Task | undefined {
  const task = file['task'];
  if (task !== undefined && task !== 'classification' && task !== 'regression') {
    invalid('task', `is ${shown(task)}, not classification or regression`);
  }
  if (labels === undefined) return task;
  const odd = labels.findIndex((label) => typeof label === 'number' && !Number.isInteger(label));
  if (task === 'classification' && odd >= 0)
    invalid(`labels[${odd}]`, `is ${shown(labels[odd])}, but a class is text or a whole number`);
  if (task === 'regression' && typeof labels[0] === 'string')
    invalid('labels[0]', `is ${shown(labels[0])}, but a regression's label is a number`);
  return task;
}
