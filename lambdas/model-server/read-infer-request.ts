import type { Tensor } from 'onnxruntime-node';
import { isDatatype } from '../contract/datatypes';
import { shown } from '../contract/tensor-data';
import type { LoadedModel, TensorSignature } from './load-model';
import { readInput, type SizeBook } from './read-input';
import { invalidInput } from './request-error';

export interface ParsedInferRequest {
  readonly id: string | undefined;
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** The outputs to return, in the order asked for; all of them when the request does not say. */
  readonly outputs: readonly TensorSignature[];
}

type Fields = Readonly<Record<string, unknown>>;

/** An id comes back in the answer and in the log; longer ones are a mistake. */
const MAX_ID_LENGTH = 256;

/**
 * Checks the body of an infer request against the model's signature and makes its tensors. `parameters` and unknown
 * keys are ignored, as the protocol says. Throws `RequestError` for the first thing that is wrong.
 */
export function readInferRequest(body: Fields, model: LoadedModel): ParsedInferRequest {
  const id = readId(body['id']);
  const given = body['inputs'];
  if (!Array.isArray(given)) throw invalidInput('inputs', `is ${shown(given)}, not an array`);
  const wanted = new Map(model.inputs.map((input) => [input.name, input]));
  // Without a prototype, so that an input called __proto__ is a name like any other.
  const feeds = Object.create(null) as Record<string, Tensor>;
  const sizes: SizeBook = new Map();
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
    feeds[signature.name] = readInput(input, field, signature, sizes);
  });
  const missing = model.inputs.find((input) => !feeds[input.name]);
  if (missing) throw invalidInput('inputs', `has ${given.length} entries, but none is called ${shown(missing.name)}`);
  return { id, feeds, outputs: readOutputs(body['outputs'], model.outputs) };
}

function readId(id: unknown): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id !== 'string') throw invalidInput('id', `is ${shown(id)}, not text`);
  if (id.length > MAX_ID_LENGTH) throw invalidInput('id', `has ${id.length} characters, the limit is ${MAX_ID_LENGTH}`);
  return id;
}

function readOutputs(asked: unknown, outputs: readonly TensorSignature[]): readonly TensorSignature[] {
  if (asked === undefined) return outputs;
  if (!Array.isArray(asked)) throw invalidInput('outputs', `is ${shown(asked)}, not an array`);
  const chosen: TensorSignature[] = [];
  asked.forEach((entry: unknown, index) => {
    const name = isFields(entry) ? entry['name'] : entry;
    const found = isFields(entry) ? outputs.find((output) => output.name === name) : undefined;
    if (!found)
      throw invalidInput(`outputs[${index}].name`, `is ${shown(name)}, the model's outputs are ${listed(outputs)}`);
    if (chosen.includes(found)) throw invalidInput(`outputs[${index}].name`, `is ${shown(name)} for the second time`);
    chosen.push(found);
  });
  return chosen.length > 0 ? chosen : outputs;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listed = (tensors: readonly TensorSignature[]): string => tensors.map((tensor) => shown(tensor.name)).join(', ');
