import {
  datatypeField,
  fieldsOf,
  invalid,
  isEmptyList,
  kindOfLabel,
  labelsField,
  labelsIn,
  listField,
  parseDataRequest,
  present,
  shapeField,
  tensorData,
  textField,
  unrepeated,
  type DataRequest,
  type Fields,
  MEGABYTE,
  textOf,
} from './data-request';
import { type GoldenLabel, type ModelTask, TASKS } from '../domain/task';
import { type Datatype, elementCount, shown } from './datatypes';
import type { InferInput, InferRequest } from './inference-protocol';

/** A golden set or a traffic file. */
export interface DataSet {
  readonly name: string;
  readonly requests: readonly DataRequest[];
  /** One entry per row of every request, in their order; `undefined` when the file has none at all. */
  readonly labels: readonly (GoldenLabel | undefined)[] | undefined;
  /** What the file says; `undefined` where it does not. */
  readonly task: ModelTask | undefined;
}

export interface DataSetRules {
  /** Whose end says what it is, `.jsonl` one request a line. @default it is JSON, and says its name */
  readonly file?: string;
  /** Of the file, and of what is unpacked from it. @default 256 MB */
  readonly maxBytes?: number;
  /** @default 1,000,000 */
  readonly maxRequests?: number;
}

/**
 * Of an endpoint's golden set, packed or not: it is read whole into memory, and more requests take longer than the step
 * has: 20 at a time, 20 ms each, on two versions, 10 minutes.
 */
export const GOLDEN_SET_LIMITS = { maxBytes: 32 * MEGABYTE, maxRequests: 10_000 } as const satisfies DataSetRules;

const MAX_BYTES = 256 * MEGABYTE;
const MAX_REQUESTS = 1_000_000;
const MAX_ROWS = 4_000_000;
/** Tensors in memory, of 200 bytes each without their data. */
const MAX_TENSORS = 4_000_000;

/**
 * Parses a data set from the bytes of a file, packed by gzip or not, from text, or from what JSON.parse made of it.
 * Keys that are not part of the format are ignored. Checked by hand rather than by a schema, because a file may hold
 * millions of numbers.
 * @throws DataSetInvalid at the first problem
 */
export function parseDataSet(source: unknown, rules: DataSetRules = {}): DataSet {
  const text = source instanceof Uint8Array ? textOf(source, rules.maxBytes ?? MAX_BYTES) : source;
  const file = rules.file?.replace(/\.gz$/i, '');
  const name = file?.split('/').at(-1)?.slice(0, 256);
  if (typeof text === 'string' && file !== undefined && /\.(jsonl|ndjson)$/i.test(file))
    return dataSetOf(name!, requestsInLines(text, rules), undefined);
  const fields = fieldsOf(typeof text === 'string' ? jsonOf(text, 'the file') : text, 'the file');
  const own = present(fields, 'name') === undefined && name ? name : textField(fields, 'name');
  return dataSetOf(own, requestsIn(fields, rules), present(fields, 'task'));
}

/** The protocol's request. */
export function inferRequest(dataSet: DataSet, index: number): InferRequest {
  const request = dataSet.requests[index];
  if (request === undefined)
    throw new RangeError(
      `Request ${index} of data set ${dataSet.name} does not exist: it has ${dataSet.requests.length}.`,
    );
  return { inputs: request.inputs };
}

function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return invalid(where, `is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : 'unreadable'}`);
  }
}

/** Requests of a file, and how messages call the label of a row of one of them. */
interface Requests {
  readonly requests: readonly DataRequest[];
  readonly labelAt: (request: number, row: number) => string;
}

function requestsIn(file: Fields, rules: DataSetRules): Requests {
  const forms = ['requests', 'inputs', 'inputName'].filter((form) => present(file, form) !== undefined);
  if (forms.length !== 1)
    invalid(
      'the file',
      `has ${forms.length === 0 ? 'none' : forms.join(' and ')} of requests, inputs (columns) and inputName; it ` +
        'needs one of them',
    );
  const maxRequests = rules.maxRequests ?? MAX_REQUESTS;
  const row = (request: number): string => `row ${request}`;
  if (forms[0] !== 'requests') {
    if (present(file, 'label') === undefined)
      return { requests: requestsOfColumns(file, maxRequests), labelAt: (request) => `labels[${request}]` };
    // One label for it all: the file is one request, as a line of a .jsonl file is.
    const { inputName, datatype, shape, data } = file;
    const inputs = forms[0] === 'inputs' ? file['inputs'] : [{ name: inputName, datatype, shape, data }];
    const only = [parseDataRequest({ ...file, inputs }, row(0))];
    return { requests: only, labelAt: labelsIn(only, row) };
  }
  const given = file['requests'];
  if (Array.isArray(given) && given.length > maxRequests) tooMany(given.length, maxRequests);
  const requests = listField(file, 'requests', maxRequests).map((one, index) => parseDataRequest(one, row(index)));
  return { requests, labelAt: labelsIn(requests, row) };
}

const tooMany = (count: number, limit: number): never =>
  invalid('the file', `has ${count} requests; the limit is ${limit}`);

/** Line by line, so that a file need not be in memory as text, as JSON's objects and as requests at once. */
function requestsInLines(text: string, { maxRequests = MAX_REQUESTS }: DataSetRules): Requests {
  const requests: DataRequest[] = [];
  const lines: number[] = [];
  const lineOf = (request: number): string => `line ${lines[request]} (row ${request})`;
  let line = 0;
  for (let start = 0; start < text.length; line += 1) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const one = text.slice(start, end).trim();
    start = end + 1;
    if (one === '') continue;
    if (requests.length === maxRequests) tooMany(requests.length + 1, maxRequests);
    lines.push(line + 1);
    const where = lineOf(requests.length);
    requests.push(parseDataRequest(jsonOf(one, where), where));
  }
  if (requests.length === 0) invalid('the file', 'has no line with a request');
  return { requests, labelAt: labelsIn(requests, lineOf) };
}

interface SetColumn {
  readonly name: string;
  readonly datatype: Datatype;
  /** [rows, …the sizes of one row], where -1 stands for one that differs from row to row. */
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
  readonly where: string;
}

/** Row i of every input is request i. With `inputName` the file is its only column. */
function requestsOfColumns(file: Fields, maxRequests: number): readonly DataRequest[] {
  const columns =
    present(file, 'inputs') === undefined
      ? [columnOf({ ...file, name: textField(file, 'inputName') }, '')]
      : listField(file, 'inputs').map((one, index) => {
          const fields = fieldsOf(one, `inputs[${index}]`);
          return columnOf(fields, `input ${shown(textField(fields, 'name', `inputs[${index}].`))}: `);
        });
  unrepeated(
    columns.map(({ name }) => name),
    '',
  );
  const rows = columns[0]!.shape[0]!;
  for (const { shape, where } of columns)
    if (shape[0] !== rows)
      invalid(`${where}shape[0]`, `is ${shape[0]}, but input ${shown(columns[0]!.name)} has ${rows} rows`);
  const limit = Math.min(maxRequests, Math.floor(MAX_TENSORS / columns.length));
  if (rows > limit) tooMany(rows, limit);
  const labels = labelsField(file, rows);
  const rowsOf = columns.map(rowReader);
  return Array.from({ length: rows }, (_, row) => ({
    inputs: rowsOf.map((inputAt) => inputAt(row)),
    rows: 1,
    labels: labels && [labels[row]],
  }));
}

function columnOf(fields: Fields, where: string): SetColumn {
  const name = textField(fields, 'name', where);
  const datatype = datatypeField(fields, where);
  const shape = shapeField(fields, where, -1);
  if (shape[0] === undefined || shape[0] < 1)
    invalid(`${where}shape${shape.length > 0 ? '[0]' : ''}`, `is ${shown(shape[0] ?? shape)}, not at least 1 row`);
  const { data } = fields;
  if (!Array.isArray(data)) invalid(`${where}data`, `is ${shown(data)}, not an array of rows`);
  return { name, datatype, shape, data, where };
}

/** Data is an array of rows, each flat or nested as the shape says, or one array of all values. */
function rowReader({ name, datatype, shape, data, where }: SetColumn): (row: number) => InferInput {
  const [rows = 0, ...sizes] = shape;
  const each = elementCount(sizes);
  const ragged = sizes.includes(-1);
  const flat = !ragged && !Array.isArray(data[0]) && data.length !== rows && data.length === rows * each;
  if (!flat && data.length !== rows) invalid(`${where}data`, `has ${data.length} rows, shape[0] says ${rows}`);
  const nameOfRow = (row: number): string => `row ${row}, input ${shown(name)}: `;
  return (row) => {
    // Rows of single values may be bare.
    const given = flat
      ? data.slice(row * each, (row + 1) * each)
      : each === 1 && !ragged && !Array.isArray(data[row])
        ? [data[row]]
        : data[row];
    const own = ragged ? sizesOf(given, sizes, nameOfRow(row)) : sizes;
    const path = flat ? `data (values ${row * each} on)` : `data[${row}]`;
    const read = { datatype, shape: own, where: nameOfRow(row), path };
    return { name, datatype, shape: [1, ...own], data: tensorData(given, read) };
  };
}

/** The sizes of a row whose shape leaves some open: what is nested tells them all, what is flat tells one. */
function sizesOf(row: unknown, sizes: readonly number[], where: string): readonly number[] {
  if (!Array.isArray(row)) return invalid(`${where}data`, `is ${shown(row)}, not an array`);
  if (sizes.length > 1 && Array.isArray(row[0])) {
    let level: unknown = row;
    return sizes.map((size) => {
      const found = Array.isArray(level) ? level.length : 0;
      level = Array.isArray(level) ? (level as unknown[])[0] : undefined;
      return size === -1 ? found : size;
    });
  }
  const known = elementCount(sizes.filter((size) => size !== -1));
  if (sizes.filter((size) => size === -1).length > 1)
    return invalid(`${where}data`, 'is flat, and more than one size is -1: nest it as its shape says');
  return sizes.map((size) => (size !== -1 ? size : known === 0 ? 0 : Math.floor(row.length / known)));
}

function dataSetOf(name: string, { requests, labelAt }: Requests, task: unknown): DataSet {
  // An input with a size of 0 has rows without data, so that a short file may claim any number of them.
  const rows = requests.reduce((sum, request) => sum + request.rows, 0);
  if (rows > MAX_ROWS) invalid('the file', `has ${rows} rows in its requests; the limit is ${MAX_ROWS}`);
  const labels = requests.flatMap((request) => request.labels ?? new Array<undefined>(request.rows).fill(undefined));
  // Looked for only to be named: a row of all is a row of one of the requests.
  const where = (row: number): string => {
    let [request, left] = [0, row];
    for (; left >= requests[request]!.rows; request += 1) left -= requests[request]!.rows;
    return labelAt(request, left);
  };
  const known = labels.findIndex((label) => label !== undefined);
  if (known < 0) return { name, requests, labels: undefined, task: taskOf(task, [], where) };
  const isFull = (label: GoldenLabel | undefined): boolean => label !== undefined && !isEmptyList(label);
  const first = Math.max(known, labels.findIndex(isFull));
  const kind = kindOfLabel(labels[first]);
  labels.forEach((label, row) => {
    if (label !== undefined && kindOfLabel(label) !== kind && !(isEmptyList(label) && kind.startsWith('an array')))
      invalid(where(row), `is ${shown(label)}, but ${where(first)} is ${kind}`);
  });
  return { name, requests, labels, task: taskOf(task, labels, where) };
}

function taskOf(
  said: unknown,
  labels: readonly (GoldenLabel | undefined)[],
  where: (row: number) => string,
): ModelTask | undefined {
  if (said === undefined) return undefined;
  const task =
    TASKS.find((one) => one === said) ?? invalid('task', `is ${shown(said)}, not one of ${TASKS.join(', ')}`);
  const odd = labels.findIndex((label) => typeof label === 'number' && !Number.isInteger(label));
  if (task === 'classification' && odd >= 0)
    invalid(where(odd), `is ${String(labels[odd])}, but a class is text or a whole number`);
  const takers: Readonly<Record<string, ModelTask>> = { text: 'classification', 'an array of text': 'multilabel' };
  labels.forEach((label, row) => {
    const taker = label === undefined ? undefined : takers[kindOfLabel(label)];
    if (taker !== undefined && task !== taker && task !== 'detection')
      invalid(where(row), `is ${shown(label)}, but the label of a ${task} is a number or an array of numbers`);
  });
  return task;
}
