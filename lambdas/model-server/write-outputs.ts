import type { InferenceSession } from 'onnxruntime-node';
import type { Datatype } from '../contract/datatypes';
import type { TensorSignature } from './load-model';
import type { PredictionOutput } from '../domain/prediction';
import { isFloat } from './tensor-types';

/** One output tensor of a finished run. */
export interface RunOutput extends PredictionOutput {
  readonly datatype: Datatype;
}

/** The run's tensors, in the order of the model's signature. */
export function readRun(
  result: InferenceSession.ReturnType,
  signatures: readonly TensorSignature[],
): readonly RunOutput[] {
  return signatures.map(({ name, datatype }) => {
    const tensor = result[name];
    if (tensor === undefined) throw new Error(`The run gave no output ${name}.`);
    const data = tensor.data as ArrayLike<number | bigint | string>;
    return { name, datatype, kind: kindOf(datatype), shape: tensor.dims, data };
  });
}

/** The first output that holds NaN or an infinity, and where (flat index). */
export function findNonFinite(
  outputs: readonly RunOutput[],
): { readonly name: string; readonly index: number } | undefined {
  for (const { name, kind, data } of outputs) {
    if (kind !== 'float') continue;
    for (let index = 0; index < data.length; index += 1) if (!Number.isFinite(data[index])) return { name, index };
  }
  return undefined;
}

/** The output as the protocol's JSON: flat data; 64 bit integers as text where a JSON number would lose digits. */
export function writeOutput({ name, datatype, shape, data }: RunOutput): Readonly<Record<string, unknown>> {
  return { name, datatype, shape, data: Array.from(data, elementWriter(datatype)) };
}

function elementWriter(datatype: Datatype): (element: number | bigint | string) => number | string | boolean {
  if (datatype === 'BOOL') return (element) => element !== 0;
  return (element) => {
    if (typeof element !== 'bigint') return element;
    const number = Number(element);
    return Number.isSafeInteger(number) ? number : element.toString();
  };
}

function kindOf(datatype: Datatype): PredictionOutput['kind'] {
  if (datatype === 'BYTES') return 'string';
  return isFloat(datatype) ? 'float' : 'integer';
}
