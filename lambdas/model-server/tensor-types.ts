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

/** What the elements of each datatype but BYTES lie in, in the machine's order of bytes, which is the protocol's. */
const ARRAYS = {
  FP16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  BOOL: Uint8Array,
} as const;
type FixedDatatype = keyof typeof ARRAYS;
export type FixedArray = InstanceType<(typeof ARRAYS)[FixedDatatype]>;

/** Bytes of one element; `undefined` for BYTES, each of which has its own. */
export const bytesPerElement = (datatype: Datatype): number | undefined =>
  datatype === 'BYTES' ? undefined : ARRAYS[datatype].BYTES_PER_ELEMENT;

/** The elements that lie in these bytes; they are copied only where they are not aligned. */
export function arrayOver(datatype: FixedDatatype, bytes: Uint8Array): FixedArray {
  const Elements = ARRAYS[datatype];
  const isAligned = bytes.byteOffset % Elements.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned ? bytes : new Uint8Array(bytes);
  return new Elements(buffer as ArrayBuffer, byteOffset, bytes.byteLength / Elements.BYTES_PER_ELEMENT);
}

/** The data of a tensor in the making: written one by one, or all at once. */
export interface TensorBuilder {
  readonly write: (index: number, element: Element) => void;
  /** Takes plain numbers from `start` on, if all are such as the datatype takes as they are; false else. */
  readonly writeRun: (start: number, values: readonly unknown[]) => boolean;
  readonly build: () => Tensor;
}

/** Makes an input tensor of `count` elements, to be filled with elements of the datatype. */
export function tensorBuilder(datatype: Datatype, shape: readonly number[], count: number): TensorBuilder {
  if (datatype === 'BYTES') {
    const texts = new Array<string>(count);
    return {
      write: (index, element) => {
        texts[index] = element as string;
      },
      writeRun: () => false,
      build: () => new Tensor('string', texts, shape),
    };
  }
  const data = new ARRAYS[datatype](count);
  // A view of the same memory that takes numbers and keeps their bits.
  const elements = (datatype === 'FP16' ? halvesIn(data.buffer) : data) as Record<number, Element>;
  return {
    write: (index, element) => {
      elements[index] = element;
    },
    writeRun:
      datatype === 'FP32'
        ? (start, values) => writeFloats(elements as Float32Array, start, values, MAX_FLOAT32)
        : datatype === 'FP64'
          ? (start, values) => writeFloats(elements as Float64Array, start, values, Number.MAX_VALUE)
          : () => false,
    build: () => tensorOf(datatype, data, shape),
  };
}

/** The largest number of FP32, 3.4028234663852886e38. What lies between it and the first that rounds to infinity is rare. */
const MAX_FLOAT32 = 2 ** 128 - 2 ** 104;

function writeFloats(into: Float32Array | Float64Array, start: number, values: readonly unknown[], max: number) {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (typeof value !== 'number' || value > max || value < -max) return false;
    into[start + index] = value;
  }
  return true;
}

type Float16View = new (buffer: ArrayBufferLike) => Float32Array;

/** As numbers, what a Uint16Array holds as bits. */
export function halvesIn(buffer: ArrayBufferLike): Float32Array {
  const View = (globalThis as unknown as { Float16Array: Float16View }).Float16Array;
  return new View(buffer);
}

/**
 * A tensor over data of its datatype. onnxruntime's native half (1.30) reads half precision from a Uint16Array only, while
 * its JavaScript half, where the language has Float16Array, makes one of every `float16` tensor. So that tensor is made
 * as `uint16` and renamed.
 */
export function tensorOf(datatype: Datatype, data: FixedArray | readonly string[], shape: readonly number[]): Tensor {
  if (datatype === 'FP16') return Object.assign(new Tensor('uint16', data as Uint16Array, shape), { type: 'float16' });
  return new Tensor(RUNTIME_TYPES[datatype], data, shape);
}
