import type { Element } from './datatypes';
import { onOneLine } from './on-one-line';

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
  /** Writes all values from `start` on, as a faster way; false where one of them must be looked at by itself. @default none */
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
