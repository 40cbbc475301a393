import type { Tensor } from 'onnxruntime-node';
import { isDatatype, shown, elementLimit, elementReader, elementCount, readTensorData } from '../contract/datatypes';
import { BinaryParts, readBinary, tensorBuilder, type TensorBuilder } from './tensor-data';
import type { LoadedModel, TensorSignature } from './load-model';
import type { RequestBody } from './read-body';
import { invalidInput, type RequestError } from './not-ready';

/** Sizes that the request chose so far, by the name that the model's author gave them, and the field that chose. */
type SizeBook = Map<string, { readonly size: number; readonly field: string }>;

/** What one input of a request gave. */
export interface ReadInput {
  readonly tensor: Tensor;
  /** Two sizes differ that the model's author gave one name: the runtime answers all the same, or fails for that. */
  readonly conflict: RequestError | undefined;
}

/**
 * A body of 6 MB holds 3 million numbers of one digit and a comma; compressed ones twice that, binary ones 24 million
 * bytes.
 */
const MAX_ELEMENTS = 25_000_000;

/** Makes one input's tensor of its `shape` and `data`. Throws `RequestError` when they do not fit the signature. */
function readInput(
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
function parameterOf(entry: Readonly<Record<string, unknown>>, name: string): unknown {
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

/** How one output is to be given. */
export interface AskedOutput {
  readonly signature: TensorSignature;
  /** As bytes behind the JSON instead of numbers in it. */
  readonly binary: boolean;
  /** Only so many of the largest, as `value:index` or `value:index:name`; all values as they are when `undefined`. */
  readonly classification: number | undefined;
}

export interface ParsedInferRequest {
  readonly id: string | undefined;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** The outputs to return, in the order asked for; all of them when the request does not say. */
  readonly outputs: readonly AskedOutput[];
  /** What the request chose where the signature leaves a size open, by the name that the model's author gave it. */
  readonly sizes: SizeBook;
  /** Rows that the request asks about: the largest first dimension of its inputs. */
  readonly rows: number;
  /** Two sizes that ought to be one; whose mistake a failure then is. */
  readonly conflict: RequestError | undefined;
}

type RequestFields = Readonly<Record<string, unknown>>;

/** An id comes back in the answer and in the log; longer ones are a mistake. */
const MAX_ID_LENGTH = 256;

/**
 * Parameters of Triton's extensions that change what a request means, and are not served: ignored, they would mislead.
 */
const REFUSED_PARAMETERS = ['shared_memory_region', 'sequence_id', 'sequence_start', 'sequence_end'] as const;

/**
 * Checks the body of an infer request against the model's signature and makes its tensors. Other parameters and unknown
 * keys are ignored, as the protocol says, and `null` is absent. Throws `RequestError` for the first thing that is
 * wrong.
 */
export function readInferRequest({ json: body, binary }: RequestBody, model: LoadedModel): ParsedInferRequest {
  const id = readId(body['id']);
  refuseParameters(body, '');
  const given = body['inputs'];
  if (!Array.isArray(given)) throw invalidInput('inputs', `is ${shown(given)}, not an array`);
  const wanted = new Map(model.inputs.map((input) => [input.name, input]));
  // Without a prototype, so that an input called __proto__ is a name like any other.
  const feeds = Object.create(null) as Record<string, Tensor>;
  const sizes: SizeBook = new Map();
  const parts = new BinaryParts(binary);
  let conflict: RequestError | undefined;
  let rows = 1;
  given.forEach((input: unknown, index) => {
    const field = `inputs[${index}]`;
    if (!isFields(input)) throw invalidInput(field, `is ${shown(input)}, not an object`);
    const signature = typeof input['name'] === 'string' ? wanted.get(input['name']) : undefined;
    if (!signature) {
      throw invalidInput(`${field}.name`, `is ${shown(input['name'])}, the model's inputs are ${listed(model.inputs)}`);
    }
    if (feeds[signature.name]) throw invalidInput(`${field}.name`, `is ${shown(signature.name)} for the second time`);
    if (input['datatype'] !== signature.datatype) {
      const known = isDatatype(input['datatype']) ? '' : ' (no datatype of the protocol)';
      throw invalidInput(
        `${field}.datatype`,
        `is ${shown(input['datatype'])}${known}, the model wants ${signature.datatype}`,
      );
    }
    refuseParameters(input, `${field}.`);
    const read = readInput(input, field, signature, sizes, parts);
    feeds[signature.name] = read.tensor;
    rows = Math.max(rows, read.tensor.dims[0] ?? 1);
    conflict ??= read.conflict;
  });
  const missing = model.inputs.find((input) => !feeds[input.name]);
  if (missing) throw invalidInput('inputs', `has ${given.length} entries, but none is called ${shown(missing.name)}`);
  parts.refuseRest();
  return {
    id,
    feeds,
    outputs: readOutputs(body, model.outputs),
    sizes,
    rows,
    conflict,
  };
}

function readId(id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined;
  if (typeof id !== 'string') throw invalidInput('id', `is ${shown(id)}, not text`);
  if (id.length > MAX_ID_LENGTH) throw invalidInput('id', `has ${id.length} characters, the limit is ${MAX_ID_LENGTH}`);
  return id;
}

function readOutputs(body: RequestFields, outputs: readonly TensorSignature[]): readonly AskedOutput[] {
  const binaryByDefault = readFlag(body, '', 'binary_data_output') ?? false;
  const asked = body['outputs'] ?? [];
  if (!Array.isArray(asked)) throw invalidInput('outputs', `is ${shown(asked)}, not an array`);
  const chosen: AskedOutput[] = [];
  asked.forEach((entry: unknown, index) => {
    const field = `outputs[${index}]`;
    const name = isFields(entry) ? entry['name'] : entry;
    const signature = isFields(entry) ? outputs.find((output) => output.name === name) : undefined;
    if (!signature || !isFields(entry))
      throw invalidInput(`${field}.name`, `is ${shown(name)}, the model's outputs are ${listed(outputs)}`);
    if (chosen.some((one) => one.signature === signature))
      throw invalidInput(`${field}.name`, `is ${shown(name)} for the second time`);
    refuseParameters(entry, `${field}.`);
    chosen.push({
      signature,
      binary: readFlag(entry, `${field}.`, 'binary_data') ?? binaryByDefault,
      classification: readClassification(entry, field, signature),
    });
  });
  if (chosen.length > 0) return chosen;
  return outputs.map((signature) => ({ signature, binary: binaryByDefault, classification: undefined }));
}

function readFlag(entry: RequestFields, at: string, name: string): boolean | undefined {
  const flag = parameterOf(entry, name);
  if (flag === undefined || typeof flag === 'boolean') return flag;
  throw invalidInput(`${at}parameters.${name}`, `is ${shown(flag)}, not true or false`);
}

/** Triton's classification extension, `class_count` in its clients. */
function readClassification(
  entry: RequestFields,
  field: string,
  { name, datatype }: TensorSignature,
): number | undefined {
  const count = parameterOf(entry, 'classification');
  if (count === undefined) return undefined;
  const at = `${field}.parameters.classification`;
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1) {
    throw invalidInput(at, `is ${shown(count)}, not a whole number of at least 1`);
  }
  if (datatype === 'BYTES' || datatype === 'BOOL') {
    throw invalidInput(at, `is ${count}, but output ${shown(name)} is ${datatype} and holds no scores`);
  }
  return count;
}

function refuseParameters(entry: RequestFields, at: string): void {
  if (entry['parameters'] === undefined) return;
  const refused = REFUSED_PARAMETERS.find((name) => {
    const value = parameterOf(entry, name);
    return value !== undefined && value !== 0 && value !== '' && value !== false;
  });
  if (refused === undefined) return;
  throw invalidInput(
    `${at}parameters.${refused}`,
    `is ${shown(parameterOf(entry, refused))}, but shared memory and sequences are not served`,
  );
}

const isFields = (value: unknown): value is RequestFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listed = (tensors: readonly TensorSignature[]): string => tensors.map((tensor) => shown(tensor.name)).join(', ');
