import { Tensor } from 'onnxruntime-node';
import type { Datatype, Element } from '../contract/datatypes';

/** onnxruntime's name of each datatype. */
const RUNTIME_TYPES = {
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  BOOL: 'bool',
  BYTES: 'string',
} as const satisfies Record<Datatype, Tensor.Type>;

const DATATYPE_BY_RUNTIME_TYPE = new Map<string, Datatype>(
  Object.entries(RUNTIME_TYPES).map(([datatype, runtimeType]) => [runtimeType, datatype as Datatype]),
);

/** The protocol's datatype for a type of onnxruntime; `undefined` for those that the protocol has no word for. */
export const datatypeOf = (runtimeType: string): Datatype | undefined => DATATYPE_BY_RUNTIME_TYPE.get(runtimeType);

export const isFloat = (datatype: Datatype): boolean => datatype.startsWith('FP');

export interface TensorBuilder {
  readonly write: (index: number, element: Element) => void;
  readonly build: () => Tensor;
}

/** Makes an input tensor of `count` elements, to be filled one by one with elements of the datatype. */
export function tensorBuilder(datatype: Datatype, shape: readonly number[], count: number): TensorBuilder {
  if (datatype === 'FP16') return float16Builder(shape, count);
  const data = emptyData(datatype, count) as Element[];
  return {
    write: (index, element) => {
      data[index] = element;
    },
    build: () => new Tensor(RUNTIME_TYPES[datatype], data as never, shape),
  };
}

function emptyData(datatype: Exclude<Datatype, 'FP16'>, count: number): unknown {
  switch (datatype) {
    case 'FP32':
      return new Float32Array(count);
    case 'FP64':
      return new Float64Array(count);
    case 'INT8':
      return new Int8Array(count);
    case 'INT16':
      return new Int16Array(count);
    case 'INT32':
      return new Int32Array(count);
    case 'INT64':
      return new BigInt64Array(count);
    case 'UINT8':
    case 'BOOL':
      return new Uint8Array(count);
    case 'UINT16':
      return new Uint16Array(count);
    case 'UINT32':
      return new Uint32Array(count);
    case 'UINT64':
      return new BigUint64Array(count);
    case 'BYTES':
      return new Array<string>(count);
  }
}

type Float16View = new (buffer: ArrayBuffer) => Record<number, number>;

/**
 * onnxruntime's native half (1.30) reads half precision from a Uint16Array only, while its JavaScript half, where the
 * language has Float16Array, makes one of every `float16` tensor. So the tensor is made as `uint16` and renamed.
 */
function float16Builder(shape: readonly number[], count: number): TensorBuilder {
  const bits = new Uint16Array(count);
  const View = (globalThis as unknown as { Float16Array: Float16View }).Float16Array;
  const halves = new View(bits.buffer);
  return {
    write: (index, element) => {
      halves[index] = element as number;
    },
    build: () => Object.assign(new Tensor('uint16', bits, shape), { type: 'float16' }),
  };
}
