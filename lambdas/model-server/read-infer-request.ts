import type { Tensor } from 'onnxruntime-node';
import { isDatatype, shown } from '../contract/datatypes';
import { BinaryParts } from './binary-data';
import type { LoadedModel, TensorSignature } from './load-model';
import type { RequestBody } from './read-body';
import { parameterOf, readInput, type SizeBook } from './read-input';
import { invalidInput, type RequestError } from './not-ready';

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

type Fields = Readonly<Record<string, unknown>>;

/** An id comes back in the answer and in the log; longer ones are a mistake. */
const MAX_ID_LENGTH = 256;

/** Parameters of Triton's extensions that change what a request means, and are not served: ignored, they would mislead. */
const REFUSED_PARAMETERS = ['shared_memory_region', 'sequence_id', 'sequence_start', 'sequence_end'] as const;

/**
 * Checks the body of an infer request against the model's signature and makes its tensors. Other parameters and unknown
 * keys are ignored, as the protocol says, and `null` is absent. Throws `RequestError` for the first thing that is wrong.
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

function readOutputs(body: Fields, outputs: readonly TensorSignature[]): readonly AskedOutput[] {
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

function readFlag(entry: Fields, at: string, name: string): boolean | undefined {
  const flag = parameterOf(entry, name);
  if (flag === undefined || typeof flag === 'boolean') return flag;
  throw invalidInput(`${at}parameters.${name}`, `is ${shown(flag)}, not true or false`);
}

/** Triton's classification extension, `class_count` in its clients. */
function readClassification(entry: Fields, field: string, { name, datatype }: TensorSignature): number | undefined {
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

function refuseParameters(entry: Fields, at: string): void {
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

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listed = (tensors: readonly TensorSignature[]): string => tensors.map((tensor) => shown(tensor.name)).join(', ');
