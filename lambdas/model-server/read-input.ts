import type { Tensor } from 'onnxruntime-node';
import { elementLimit, elementReader } from '../contract/datatypes';
import { elementCount, readTensorData, shown } from '../contract/tensor-data';
import type { TensorSignature } from './load-model';
import { invalidInput } from './request-error';
import { tensorBuilder } from './tensor-types';

/** Sizes that the request chose so far, by the name that the model's author gave them, and the field that chose. */
export type SizeBook = Map<string, { readonly size: number; readonly field: string }>;

/** A body of 6 MB holds 3 million numbers of one digit and a comma; a shape that promises more is wrong anyway. */
const MAX_ELEMENTS = 4_000_000;

/** Makes one input's tensor of its `shape` and `data`. Throws `RequestError` when they do not fit the signature. */
export function readInput(
  input: Readonly<Record<string, unknown>>,
  field: string,
  signature: TensorSignature,
  sizes: SizeBook,
): Tensor {
  const shape = readShape(input['shape'], `${field}.shape`, signature, sizes);
  const count = elementCount(shape);
  if (count > MAX_ELEMENTS)
    throw invalidInput(`${field}.shape`, `makes ${count} elements, the limit is ${MAX_ELEMENTS}`);
  const builder = tensorBuilder(signature.datatype, shape, count);
  const problem = readTensorData(input['data'], {
    shape,
    read: elementReader(signature.datatype),
    limit: elementLimit(signature.datatype),
    write: builder.write,
  });
  if (problem) throw invalidInput(`${field}.data${problem.path}`, problem.problem);
  return builder.build();
}

function readShape(shape: unknown, field: string, signature: TensorSignature, sizes: SizeBook): readonly number[] {
  const wanted = `[${signature.shape.join(', ')}]`;
  if (!Array.isArray(shape)) throw invalidInput(field, `is ${shown(shape)}, the model wants ${wanted}`);
  if (shape.length !== signature.shape.length) {
    throw invalidInput(field, `has ${shape.length} dimensions, the model wants ${signature.shape.length}: ${wanted}`);
  }
  signature.sizes.forEach((size, index) => {
    const given: unknown = shape[index];
    const at = `${field}[${index}]`;
    if (typeof given !== 'number' || !Number.isSafeInteger(given) || given < 1) {
      throw invalidInput(at, `is ${shown(given)}, not a whole number of at least 1`);
    }
    if (typeof size === 'number' && given !== size) throw invalidInput(at, `is ${given}, the model wants ${size}`);
    if (typeof size === 'string' && size !== '') agree(sizes, size, given, at);
  });
  return shape as number[];
}

/** A size with a name is the same wherever the name stands; the runtime would only fail half way. */
function agree(sizes: SizeBook, name: string, size: number, field: string): void {
  const before = sizes.get(name);
  if (before === undefined) sizes.set(name, { size, field });
  else if (before.size !== size) {
    throw invalidInput(
      field,
      `is ${size}, but ${before.field} is ${before.size} and the model calls both ${shown(name)}`,
    );
  }
}
