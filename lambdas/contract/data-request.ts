import { gunzipSync } from 'node:zlib';
import {
  elementLimit,
  elementReader,
  isDatatype,
  DATATYPES,
  type Datatype,
  type Element,
  readTensorData,
  shown,
} from './datatypes';
import type { InferInput, InferRequest } from './inference-protocol';
import { onOneLine } from './problems';
import type { GoldenLabel } from '../domain/task';

/** One request of a data set, and what is known of it. */
export interface DataRequest extends Pick<InferRequest, 'inputs'> {
  /** How many predictions it asks for. */
  readonly rows: number;
  /** One per row, `undefined` where it is not known; `undefined` as a whole where none is. */
  readonly labels: readonly (GoldenLabel | undefined)[] | undefined;
}

/**
 * A golden set, traffic file or capture is not what it should be. The message names the row, field, value and limit.
 */
export class DataSetInvalid extends Error {
  override readonly name = 'DataSetInvalid';
}

/** What an object of the file holds. */
export type Fields = Readonly<Record<string, unknown>>;

export function invalid(field: string, problem: string): never {
  throw new DataSetInvalid(onOneLine(`Data set: ${field} ${problem}.`));
}

const MAX_DIMENSIONS = 32;
export const MAX_INPUTS = 1_000;
/** Models have inputs of odd names, so that any text will do. */
const MAX_NAME = 1_000;

/** What a field holds; `null` is what writers of data frames put where there is nothing. */
export const present = (file: Fields, field: string): unknown => file[field] ?? undefined;

/** A name that a file gives something. */
export function textField(file: Fields, field: string, where = ''): string {
  const value = file[field];
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_NAME)
    invalid(`${where}${field}`, `is ${shown(value)}, not a text of 1 to ${MAX_NAME} characters`);
  return value;
}

export function listField(file: Fields, field: string, limit = MAX_INPUTS, where = ''): readonly unknown[] {
  const value = file[field];
  if (!Array.isArray(value) || value.length === 0 || value.length > limit)
    invalid(`${where}${field}`, `is ${shown(value)}, not an array of 1 to ${limit}`);
  return value;
}

export function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    invalid(where, `is ${shown(value)}, not an object`);
  return value as Fields;
}

export function datatypeField(input: Fields, where: string): Datatype {
  const value = input['datatype'];
  return isDatatype(value)
    ? value
    : invalid(`${where}datatype`, `is ${shown(value)}, not one of ${DATATYPES.join(', ')}`);
}

/** `lowest` is -1 where a size may differ from row to row. */
export function shapeField(input: Fields, where: string, lowest: -1 | 0): readonly number[] {
  const shape = input['shape'];
  if (!Array.isArray(shape) || shape.length > MAX_DIMENSIONS)
    invalid(`${where}shape`, `is ${shown(shape)}, not an array of at most ${MAX_DIMENSIONS} sizes`);
  shape.forEach((size: unknown, index) => {
    if (!Number.isSafeInteger(size) || (size as number) < lowest)
      invalid(`${where}shape[${index}]`, `is ${shown(size)}, not a whole number of at least ${lowest}`);
  });
  return shape as number[];
}

/**
 * Reads a tensor's data as it is sent: flat, NaN as `null`, 64 bit integers beyond 2^53 as text. `path` is where it
 * stands.
 */
export function tensorData(
  data: unknown,
  { datatype, shape, where, path }: { datatype: Datatype; shape: readonly number[]; where: string; path: string },
): readonly unknown[] {
  const flat: unknown[] = [];
  const problem = readTensorData(data, {
    shape,
    read: elementReader(datatype),
    limit: elementLimit(datatype),
    write: (_, element) => flat.push(asSent(element, datatype)),
  });
  if (problem) invalid(`${where}${path}${problem.path}`, problem.problem);
  return flat;
}

function asSent(element: Element, datatype: Datatype): unknown {
  if (datatype === 'BOOL') return element === 1;
  if (typeof element === 'bigint') return Number.isSafeInteger(Number(element)) ? Number(element) : element.toString();
  return Number.isNaN(element) ? null : element;
}

/**
 * Parses one request of a data set, a line of a `.jsonl` file or a capture: `{"inputs": […], "label": …}`, or `labels`
 * with one per row of a batch. `where` is how messages call it: `row 3`. Other keys are ignored.
 * @throws DataSetInvalid
 */
export function parseDataRequest(json: unknown, where: string): DataRequest {
  const request = fieldsOf(json, where);
  const inputs = listField(request, 'inputs', MAX_INPUTS, `${where}: `).map((one, index): InferInput => {
    const fields = fieldsOf(one, `${where}: inputs[${index}]`);
    const name = textField(fields, 'name', `${where}: inputs[${index}].`);
    const at = `${where}, input ${shown(name)}: `;
    const datatype = datatypeField(fields, at);
    const shape = shapeField(fields, at, 0);
    return { name, datatype, shape, data: tensorData(fields['data'], { datatype, shape, where: at, path: 'data' }) };
  });
  unrepeated(
    inputs.map(({ name }) => name),
    `${where}: `,
  );
  return { inputs, ...labelsOfRequest(request, inputs, where) };
}

export function unrepeated(names: readonly string[], where: string): void {
  const seen = new Set<string>();
  names.forEach((name, index) => {
    if (seen.has(name)) invalid(`${where}inputs[${index}].name`, `is ${shown(name)}, as an input before it`);
    seen.add(name);
  });
}

/** Rows that a request asks about: the first size of its inputs, where all of them agree; else it is one question. */
export function batchSize(inputs: readonly InferInput[]): number {
  const sizes = firstSizes(inputs);
  const [size] = sizes;
  return sizes.size === 1 && size !== undefined && size > 0 ? size : 1;
}

const firstSizes = (inputs: readonly InferInput[]): ReadonlySet<number> =>
  new Set(inputs.flatMap(({ shape }) => shape.slice(0, 1)));

function labelsOfRequest(
  request: Fields,
  inputs: readonly InferInput[],
  where: string,
): Pick<DataRequest, 'rows' | 'labels'> {
  const [label, labels] = [present(request, 'label'), present(request, 'labels')];
  const batch = batchSize(inputs);
  if (labels !== undefined && label !== undefined) invalid(`${where}:`, 'has both label and labels; give one of them');
  if (labels !== undefined) {
    // One input may be of all rows together, such as a temperature; the labels say then how many there are.
    const fits = Array.isArray(labels) && (labels.length === batch || firstSizes(inputs).has(labels.length));
    if (!fits || labels.length === 0)
      return invalid(
        `${where}: labels`,
        `is ${shown(labels)}, not an array of one label for each of the ${batch} rows`,
      );
    return { rows: labels.length, labels: labels.map((one, row) => labelOf(one, `${where}: labels[${row}]`)) };
  }
  if (Array.isArray(label) && batch > 1 && label.length === batch)
    return { rows: batch, labels: label.map((one, row) => labelOf(one, `${where}: label[${row}]`)) };
  const one = labelOf(label, `${where}: label`);
  // With one label for it all it is one question, whatever the first size of its inputs means.
  return one === undefined ? { rows: batch, labels: undefined } : { rows: 1, labels: [one] };
}

/** The labels of a file in columns, one for each row. */
export function labelsField(file: Fields, rows: number): readonly (GoldenLabel | undefined)[] | undefined {
  const labels = present(file, 'labels');
  if (labels === undefined) return undefined;
  if (!Array.isArray(labels)) return invalid('labels', `is ${shown(labels)}, not an array`);
  if (labels.length !== rows) invalid('labels', `has ${labels.length} entries, the data has ${rows} rows`);
  return labels.map((label: unknown, row) => labelOf(label, `labels[${row}]`));
}

/** How messages call the label of one row of a request: `row 3: label`, and of a batch `row 3: labels[1]`. */
export const labelsIn =
  (requests: readonly DataRequest[], where: (request: number) => string) =>
  (request: number, row: number): string =>
    `${where(request)}: ${requests[request]?.rows === 1 ? 'label' : `labels[${row}]`}`;

/** Arrays in an array are one long array, as the answer's data is. */
function labelOf(value: unknown, where: string): GoldenLabel | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value))
    return isNumber(value) ? Number(value) : typeof value === 'string' ? value : noLabel(value, where);
  const flat = (value as unknown[]).flat(MAX_DIMENSIONS);
  const ofText = typeof flat[0] === 'string';
  const odd = flat.findIndex((one) => (ofText ? typeof one !== 'string' : !isNumber(one)));
  if (odd >= 0)
    invalid(
      `${where}[${odd}]`,
      `is ${shown(flat[odd])}, ${ofText ? 'not text' : 'not a finite number, true or false'}, as the array's ` +
        'first value is',
    );
  return ofText ? (flat as string[]) : flat.map(Number);
}

export const kindOfLabel = (label: GoldenLabel | undefined): string =>
  typeof label !== 'object'
    ? typeof label === 'number'
      ? 'a number'
      : 'text'
    : typeof label[0] === 'string'
      ? 'an array of text'
      : 'an array';

/** It is a list of whatever the others are. */
export const isEmptyList = (label: GoldenLabel | undefined): boolean => typeof label === 'object' && label.length === 0;

const isNumber = (value: unknown): boolean =>
  typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));

const noLabel = (value: unknown, where: string): never =>
  invalid(where, `is ${shown(value)}, not text, a finite number, true, false or an array of numbers`);

export const MEGABYTE = 1024 * 1024;

/** Gzip says what it is in its first bytes, whatever the file is called. It stops unpacking at the limit. */
export function textOf(bytes: Uint8Array, maxBytes: number): string {
  if (bytes.length > maxBytes)
    invalid('the file', `has ${megabytes(bytes.length)}; the limit is ${megabytes(maxBytes)}`);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return utf8Of(bytes);
  try {
    return utf8Of(gunzipSync(bytes, { maxOutputLength: maxBytes }));
  } catch (error) {
    if (error instanceof DataSetInvalid) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      invalid('the file', `unpacks to more than the limit of ${megabytes(maxBytes)}`);
    return invalid('the file', `cannot be unpacked by gzip: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

const megabytes = (bytes: number): string =>
  bytes >= MEGABYTE ? `${Math.ceil(bytes / MEGABYTE)} MB` : `${bytes} bytes`;

/** Without the byte order mark, which editors of Windows write. */
const utf8Of = (bytes: Uint8Array): string => decoded(bytes) ?? invalid('the file', `is not UTF-8: ${firstOdd(bytes)}`);

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Where the first line that is no UTF-8 stands. */
function firstOdd(bytes: Uint8Array): string {
  for (let start = 0, line = 1; start <= bytes.length; line += 1) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    if (decoded(bytes.subarray(start, end)) === undefined) return `line ${line} has other bytes`;
    start = end + 1;
  }
  return 'it has other bytes';
}
