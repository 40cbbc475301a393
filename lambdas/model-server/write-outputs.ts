import type { InferenceSession } from 'onnxruntime-node';
import type { Datatype } from '../contract/datatypes';
import { kindOf, type PredictionOutput } from '../domain/prediction';
import { writeBinary } from './binary-data';
import { float16Text, float32Text, float64Text } from './float-text';
import type { TensorSignature } from './load-model';
import type { AskedOutput } from './read-infer-request';
import { halvesIn } from './tensor-types';

/** One output tensor of a finished run. */
export interface RunOutput extends PredictionOutput {
  readonly datatype: Datatype;
}

/** An answer's outputs: JSON, and the bytes that follow it where the request asked for bytes. */
export interface WrittenOutputs {
  /** The protocol's list of outputs. */
  readonly json: string;
  /** Empty where all are in the JSON. */
  readonly binary: readonly Buffer[];
}

/** The run's tensors, in the order of the model's signature. */
export function readRun(
  result: InferenceSession.ReturnType,
  signatures: readonly TensorSignature[],
): readonly RunOutput[] {
  return signatures.map(({ name, runName, datatype }) => {
    const tensor = result[runName];
    if (tensor === undefined) throw new Error(`The run gave no output ${runName}.`);
    const data = tensor.data as ArrayLike<number | bigint | string>;
    return { name, datatype, kind: kindOf(datatype), shape: tensor.dims, data };
  });
}

/** A value that is NaN or infinite, and where. */
export interface NonFinite {
  readonly output: string;
  readonly shape: readonly number[];
  /** Elements of the output. */
  readonly length: number;
  /** Flat. */
  readonly index: number;
  readonly value: number;
}

/** The first such value of the outputs that is not excused; infinities alone may be allowed. */
export function findNonFinite(
  outputs: readonly RunOutput[],
  infinitiesAllowed: boolean,
  excused: (found: NonFinite) => boolean,
): NonFinite | undefined {
  for (const { name, kind, shape, data } of outputs) {
    if (kind !== 'float') continue;
    for (let index = 0; index < data.length; index += 1) {
      const value = data[index] as number;
      // The difference of an infinity, or of NaN, with itself is NaN.
      if (value - value === 0 || (infinitiesAllowed && !Number.isNaN(value))) continue;
      const found = { output: name, shape, length: data.length, index, value };
      if (!excused(found)) return found;
    }
  }
  return undefined;
}

/** The outputs that were asked for, in the order of the model's signature. */
export function writeOutputs(
  outputs: readonly RunOutput[],
  asked: readonly AskedOutput[],
  classNames: readonly string[] | undefined,
): WrittenOutputs {
  const binary: Buffer[] = [];
  let written = '';
  for (const output of outputs) {
    const how = asked.find(({ signature }) => signature.name === output.name);
    if (!how) continue;
    const { classification, signature } = how;
    const names = signature.classNames ?? classNames;
    const given = classification === undefined ? output : classified(output, classification, names);
    const head = `"name":${JSON.stringify(given.name)},"datatype":"${given.datatype}","shape":[${given.shape.join()}]`;
    if (how.binary) {
      const bytes = writeBinary(given.datatype, given.data);
      binary.push(bytes);
      written += `${written && ','}{${head},"parameters":{"binary_data_size":${bytes.length}}}`;
    } else written += `${written && ','}{${head},"data":[${textOf(given)}]}`;
  }
  return { json: `[${written}]`, binary };
}

function wholeText(data: ArrayLike<bigint>): string {
  const texts = new Array<string>(data.length);
  for (let index = 0; index < data.length; index += 1) {
    const element = data[index]!;
    texts[index] = Number.isSafeInteger(Number(element)) ? String(element) : `"${element}"`;
  }
  return texts.join();
}

/** Flat data, with commas; 64 bit integers as text where a JSON number would lose digits. */
function textOf({ datatype, data }: RunOutput): string {
  switch (datatype) {
    case 'FP32':
      return float32Text(data as unknown as Float32Array);
    case 'FP64':
      return float64Text(data as unknown as Float64Array);
    case 'FP16':
      return halvesText(data as unknown as Float32Array);
    case 'BOOL':
      return Array.from(data, (element) => element !== 0).join();
    case 'INT64':
    case 'UINT64':
      return wholeText(data as ArrayLike<bigint>);
    case 'BYTES':
      return JSON.stringify(Array.from(data)).slice(1, -1);
    default:
      return JSON.stringify(Array.from(data)).slice(1, -1);
  }
}

/** onnxruntime gives half precision as Float16Array where the language has one. */
function halvesText(halves: Float32Array): string {
  const scratch = new Uint16Array(1);
  const narrowed = halvesIn(scratch.buffer);
  const narrow = (value: number): number => {
    narrowed[0] = value;
    return narrowed[0];
  };
  return float16Text(halves, new Uint16Array(halves.buffer, halves.byteOffset, halves.length), narrow);
}

/** Triton's classification: the largest of each row, as `value:index` or `value:index:name`. */
function classified(output: RunOutput, count: number, classNames: readonly string[] | undefined): RunOutput {
  const [rows = 1, ...rest] = output.shape.length > 1 ? output.shape : [1, ...output.shape];
  const width = rest.reduce((product, size) => product * size, 1);
  const kept = Math.min(count, width);
  const texts: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    const at = (index: number) => output.data[row * width + index] as number;
    Array.from({ length: width }, (_, index) => index)
      .sort((a, b) => Number(at(b)) - Number(at(a)) || a - b)
      .slice(0, kept)
      .forEach((index) => {
        const name = classNames?.[index];
        texts.push(`${Number(at(index)).toFixed(6)}:${index}${name === undefined ? '' : `:${name}`}`);
      });
  }
  const shape = output.shape.length > 1 ? [rows, kept] : [kept];
  return { name: output.name, datatype: 'BYTES', kind: 'string', shape, data: texts };
}
