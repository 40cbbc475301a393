import type { Tensor } from 'onnxruntime-node';
import { elementLimit, elementReader, elementCount, readTensorData, shown } from '../contract/datatypes';
import { readBinary, type BinaryParts } from './binary-data';
import type { TensorSignature } from './load-model';
import { invalidInput, type RequestError } from './not-ready';
import { tensorBuilder, type TensorBuilder } from './tensor-types';

/** Sizes that the request chose so far, by the name that the model's author gave them, and the field that chose. */
export type SizeBook = Map<string, { readonly size: number; readonly field: string }>;

/** What one input of a request gave. */
export interface ReadInput {
  readonly tensor: Tensor;
  /** Two sizes differ that the model's author gave one name: the runtime answers all the same, or fails for that. */
  readonly conflict: RequestError | undefined;
}

/** A body of 6 MB holds 3 million numbers of one digit and a comma; compressed ones twice that, binary ones 24 million bytes. */
const MAX_ELEMENTS = 25_000_000;

/** Makes one input's tensor of its `shape` and `data`. Throws `RequestError` when they do not fit the signature. */
export function readInput(
  input: Readonly<Record<string, unknown>>,
  field: string,
  signature: TensorSignature,
  sizes: SizeBook,
  binary: BinaryParts,
): ReadInput {
  const { shape, conflict } = readShape(input['shape'], `${field}.shape`, signature, sizes);
  const count = elementCount(shape);
  if (count > MAX_ELEMENTS)
    throw invalidInput(`${field}.shape`, `makes ${count} elements, the limit is ${MAX_ELEMENTS}`);
  return { tensor: readData(input, field, signature, shape, count, binary), conflict };
}

function readData(
  input: Readonly<Record<string, unknown>>,
  field: string,
  { datatype }: TensorSignature,
  shape: readonly number[],
  count: number,
  binary: BinaryParts,
): Tensor {
  const size = parameterOf(input, 'binary_data_size');
  if (size !== undefined) {
    const at = `${field}.parameters.binary_data_size`;
    if (input['data'] !== undefined && input['data'] !== null) {
      throw invalidInput(at, `is ${shown(size)}, but the input has data as well`);
    }
    return readBinary(binary.take(size, at), datatype, shape, count, field);
  }
  let builder: TensorBuilder | undefined;
  // Made at the first value, so that a shape which promises more than was sent costs no memory.
  const made = () => (builder ??= tensorBuilder(datatype, shape, count));
  const problem = readTensorData(input['data'], {
    shape,
    read: elementReader(datatype),
    get limit() {
      return elementLimit(datatype);
    },
    write: (index, element) => made().write(index, element),
    writeRun: (start, values) => made().writeRun(start, values),
  });
  if (problem)
    throw invalidInput(`${field}.data${problem.path}`, `${problem.problem}${rowOf(problem.path, shape, count)}`);
  return made().build();
}

/** The row of a flat index, where there are several: nested data says it by itself. */
function rowOf(path: string, shape: readonly number[], count: number): string {
  const flat = /^\[(\d+)\]$/.exec(path);
  const rows = shape[0] ?? 1;
  if (!flat || shape.length < 2 || rows < 2 || Number(flat[1]) >= count) return '';
  return ` (row ${Math.floor(Number(flat[1]) / (count / rows))})`;
}

/** One of an entry's `parameters`; `null` is absent. */
export function parameterOf(entry: Readonly<Record<string, unknown>>, name: string): unknown {
  const parameters = entry['parameters'];
  if (typeof parameters !== 'object' || parameters === null) return undefined;
  return (parameters as Readonly<Record<string, unknown>>)[name] ?? undefined;
}

function readShape(shape: unknown, field: string, signature: TensorSignature, sizes: SizeBook) {
  const wanted = signature.anyRank ? 'a shape of any rank' : `[${signature.shape.join(', ')}]`;
  if (!Array.isArray(shape)) throw invalidInput(field, `is ${shown(shape)}, the model wants ${wanted}`);
  if (!signature.anyRank && shape.length !== signature.shape.length) {
    throw invalidInput(field, `has ${shape.length} dimensions, the model wants ${signature.shape.length}: ${wanted}`);
  }
  let conflict: RequestError | undefined;
  shape.forEach((given: unknown, index) => {
    const at = `${field}[${index}]`;
    if (typeof given !== 'number' || !Number.isSafeInteger(given) || given < 0) {
      throw invalidInput(at, `is ${shown(given)}, not a whole number of at least 0`);
    }
    const size = signature.sizes[index];
    if (typeof size === 'number' && given !== size) throw invalidInput(at, `is ${given}, the model wants ${size}`);
    if (typeof size === 'string' && size !== '') conflict ??= agree(sizes, size, given, at);
  });
  return { shape: shape as number[], conflict };
}

/** A size with a name is the same wherever the name stands, as far as the author knew. */
function agree(sizes: SizeBook, name: string, size: number, field: string): RequestError | undefined {
  const before = sizes.get(name);
  if (before === undefined) sizes.set(name, { size, field });
  else if (before.size !== size) {
    return invalidInput(
      field,
      `is ${size}, but ${before.field} is ${before.size} and the model calls both ${shown(name)}`,
    );
  }
  return undefined;
}
