import { isWellFormed, onOneLine } from './problems';

/**
 * The datatypes of the Open Inference Protocol and how an element of each is written in JSON.
 * https://github.com/open-inference/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export const DATATYPES = [
  'FP16',
  'FP32',
  'FP64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'BOOL',
  'BYTES',
] as const;

export type Datatype = (typeof DATATYPES)[number];

/** What a tensor of a datatype holds: bigints for 64 bit integers, 0 or 1 for BOOL, text for BYTES. */
export type Element = number | bigint | string;

/**
 * Reads one JSON value as an element; `undefined` when it is none. 64 bit integers may also be text, because JSON
 * numbers lose digits beyond 2^53: such a number is refused, not rounded.
 */
export function elementReader(datatype: Datatype): (value: unknown) => Element | undefined {
  switch (datatype) {
    case 'FP16':
      return finiteBelow(65_520); // the first number that rounds to infinity: 65504 + half a step of 32
    case 'FP32':
      return finiteBelow(2 ** 128 - 2 ** 103); // likewise: the largest float plus half a step of 2^104
    case 'FP64':
      return finiteBelow(Infinity);
    case 'INT8':
      return integerWithin(-128, 127);
    case 'INT16':
      return integerWithin(-32_768, 32_767);
    case 'INT32':
      return integerWithin(-2_147_483_648, 2_147_483_647);
    case 'INT64':
      return bigIntegerWithin(-(2n ** 63n), 2n ** 63n - 1n);
    case 'UINT8':
      return integerWithin(0, 255);
    case 'UINT16':
      return integerWithin(0, 65_535);
    case 'UINT32':
      return integerWithin(0, 4_294_967_295);
    case 'UINT64':
      return bigIntegerWithin(0n, 2n ** 64n - 1n);
    case 'BOOL':
      return (value) => (value === true || value === 1 ? 1 : value === false || value === 0 ? 0 : undefined);
    case 'BYTES':
      // The runtime ends text at NUL and has no half characters: the model would be asked something else.
      return (value) => (typeof value === 'string' && !value.includes('\0') && isWellFormed(value) ? value : undefined);
  }
}

/** What `elementReader` accepts, for an error message. */
export function elementLimit(datatype: Datatype): string {
  switch (datatype) {
    case 'FP16':
      return 'a finite number from -65504 to 65504 or null for NaN';
    case 'FP32':
      return 'a finite number from -3.4028235e38 to 3.4028235e38 or null for NaN';
    case 'FP64':
      return 'a finite number or null for NaN';
    case 'INT8':
      return 'a whole number from -128 to 127';
    case 'INT16':
      return 'a whole number from -32768 to 32767';
    case 'INT32':
      return 'a whole number from -2147483648 to 2147483647';
    case 'INT64':
      return 'a whole number of 64 bits (as text beyond 9007199254740991)';
    case 'UINT8':
      return 'a whole number from 0 to 255';
    case 'UINT16':
      return 'a whole number from 0 to 65535';
    case 'UINT32':
      return 'a whole number from 0 to 4294967295';
    case 'UINT64':
      return 'a whole number of 64 bits from 0 (as text beyond 9007199254740991)';
    case 'BOOL':
      return 'true or false';
    case 'BYTES':
      return 'text without NUL or half a surrogate pair';
  }
}

export const isDatatype = (value: unknown): value is Datatype =>
  typeof value === 'string' && (DATATYPES as readonly string[]).includes(value);

/** JSON has no NaN: `null` is a value that is missing, as data frames write it. */
const finiteBelow = (bound: number) => (value: unknown) => {
  if (value === null) return Number.NaN;
  return typeof value === 'number' && value > -bound && value < bound ? value : undefined;
};

const integerWithin = (low: number, high: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high ? value : undefined;

const bigIntegerWithin = (low: bigint, high: bigint) => (value: unknown) => {
  const exact =
    (typeof value === 'number' && Number.isSafeInteger(value)) ||
    (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
  if (!exact) return undefined;
  const integer = BigInt(value);
  return integer >= low && integer <= high ? integer : undefined;
};

/** Where in the data something is wrong, such as `[3][1]`, and what. */
export interface TensorProblem {
  readonly path: string;
  readonly problem: string;
}

export interface TensorReading {
  readonly shape: readonly number[];
  readonly read: (value: unknown) => Element | undefined;
  /** What `read` accepts, for the message. */
  readonly limit: string;
  readonly write: (index: number, element: Element) => void;
  /**
   * Writes all values from `start` on, as a faster way; false where one of them must be looked at by itself. @default
   * none
   */
  readonly writeRun?: (start: number, values: readonly unknown[]) => boolean;
}

/** Product of the dimensions; 1 for a scalar's empty shape. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/**
 * Reads a tensor's JSON data, either flat in row-major order or nested exactly as its shape says (the protocol allows
 * both), and hands every element to `write` by its flat index. Goes no deeper than the shape has dimensions, however
 * deep the data is. Returns the first problem, or `undefined` when all is well.
 */
export function readTensorData(data: unknown, reading: TensorReading): TensorProblem | undefined {
  if (!Array.isArray(data)) return { path: '', problem: `is ${shown(data)}, not an array` };
  const nested = reading.shape.length > 1 && Array.isArray(data[0]);
  return nested ? readLevel(data, 0, 0, '', reading) : readRun(data, elementCount(reading.shape), 0, '', reading);
}

function readLevel(
  data: unknown,
  level: number,
  start: number,
  path: string,
  reading: TensorReading,
): TensorProblem | undefined {
  const size = reading.shape[level] ?? 0;
  if (!Array.isArray(data)) return { path, problem: `is ${shown(data)}, not an array of ${size}` };
  if (level === reading.shape.length - 1) return readRun(data, size, start, path, reading);
  if (data.length !== size) return { path, problem: `has ${data.length} entries, the shape says ${size}` };
  const stride = elementCount(reading.shape.slice(level + 1));
  for (let index = 0; index < size; index += 1) {
    const problem = readLevel(data[index], level + 1, start + index * stride, `${path}[${index}]`, reading);
    if (problem) return problem;
  }
  return undefined;
}

function readRun(
  data: readonly unknown[],
  size: number,
  start: number,
  path: string,
  reading: TensorReading,
): TensorProblem | undefined {
  if (data.length !== size) return { path, problem: `has ${data.length} values, the shape says ${size}` };
  if (reading.writeRun?.(start, data) === true) return undefined;
  for (let index = 0; index < size; index += 1) {
    const element = reading.read(data[index]);
    if (element === undefined) {
      return { path: `${path}[${index}]`, problem: `is ${shown(data[index])}, not ${reading.limit}` };
    }
    reading.write(start + index, element);
  }
  return undefined;
}

/** A short text for a value in a message; never walks into it, because it may be very deep. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return onOneLine(JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value));
  return String(value);
}
