import { Tensor } from 'onnxruntime-node';
import { type Datatype, type Element, elementLimit, elementReader, shown } from '../contract/datatypes';
import { invalidInput } from './not-ready';

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
function arrayOver(datatype: FixedDatatype, bytes: Uint8Array): FixedArray {
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

/**
 * The largest number of FP32, 3.4028234663852886e38. What lies between it and the first that rounds to infinity is
 * rare.
 */
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
 * A tensor over data of its datatype. onnxruntime's native half (1.30) reads half precision from a Uint16Array only,
 * while its JavaScript half, where the language has Float16Array, makes one of every `float16` tensor. So that tensor
 * is made as `uint16` and renamed.
 */
function tensorOf(datatype: Datatype, data: FixedArray | readonly string[], shape: readonly number[]): Tensor {
  if (datatype === 'FP16') return Object.assign(new Tensor('uint16', data as Uint16Array, shape), { type: 'float16' });
  return new Tensor(RUNTIME_TYPES[datatype], data, shape);
}

/**
 * The protocol's binary tensor data: little-endian and row-major; of BYTES each element behind its length, four bytes.
 */
const LENGTH_BYTES = 4;

/** The bytes behind a request's JSON, handed out in the order of its inputs. */
export class BinaryParts {
  private taken = 0;

  constructor(private readonly bytes: Buffer | undefined) {}

  /** The next part. `size` is what the input says. */
  take(size: unknown, field: string): Buffer {
    const left = (this.bytes?.length ?? 0) - this.taken;
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw invalidInput(field, `is ${shown(size)}, not a number of bytes`);
    }
    if (this.bytes === undefined || size > left) {
      throw invalidInput(field, `is ${size}, but the body has ${left} bytes left behind its JSON`);
    }
    this.taken += size;
    return this.bytes.subarray(this.taken - size, this.taken);
  }

  /** Bytes that no input takes are a mistake: the tensors may be others than the caller thinks. */
  refuseRest(): void {
    const left = (this.bytes?.length ?? 0) - this.taken;
    if (left > 0) {
      throw invalidInput(
        'body',
        `has ${this.taken + left} bytes behind its JSON, the inputs' binary_data_size take ${this.taken}`,
      );
    }
  }
}

/** The tensor in the bytes of one input. `count` is what its shape says. */
export function readBinary(
  bytes: Buffer,
  datatype: Datatype,
  shape: readonly number[],
  count: number,
  field: string,
): Tensor {
  if (datatype === 'BYTES') return tensorOf(datatype, readTexts(bytes, count, field), shape);
  const wanted = count * bytesPerElement(datatype)!;
  if (bytes.length !== wanted) {
    throw invalidInput(
      `${field}.parameters.binary_data_size`,
      `is ${bytes.length}, ${count} elements of ${datatype} have ${wanted} bytes`,
    );
  }
  if (datatype === 'BOOL') {
    const odd = bytes.findIndex((byte) => byte > 1);
    if (odd >= 0) throw invalidInput(`${field}.data[${odd}]`, `is ${bytes[odd]}, a BOOL's byte is 0 or 1`);
  }
  return tensorOf(datatype, arrayOver(datatype, bytes), shape);
}

function readTexts(bytes: Buffer, count: number, field: string): readonly string[] {
  const texts: string[] = [];
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const read = elementReader('BYTES');
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const end = at + LENGTH_BYTES <= bytes.length ? at + LENGTH_BYTES + bytes.readUInt32LE(at) : Infinity;
    if (end > bytes.length) {
      throw invalidInput(`${field}.data[${index}]`, `ends behind the ${bytes.length} bytes of its input`);
    }
    const text = decoded(decoder, bytes.subarray(at + LENGTH_BYTES, end));
    if (text === undefined || read(text) === undefined) {
      throw invalidInput(
        `${field}.data[${index}]`,
        `is ${text === undefined ? 'no UTF-8' : shown(text)}, not ${elementLimit('BYTES')}`,
      );
    }
    texts.push(text);
    at = end;
  }
  if (at < bytes.length) {
    throw invalidInput(
      `${field}.parameters.binary_data_size`,
      `is ${bytes.length}, the ${count} elements of its shape have ${at} bytes`,
    );
  }
  return texts;
}

function decoded(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** An output's elements as bytes. */
export function writeBinary(datatype: Datatype, data: ArrayLike<number | bigint | string> | ArrayBufferView): Buffer {
  if (datatype !== 'BYTES') {
    const { buffer, byteOffset, byteLength } = data as ArrayBufferView;
    return Buffer.from(buffer, byteOffset, byteLength);
  }
  return Buffer.concat(
    Array.from(data as ArrayLike<string>, (text) => {
      const bytes = Buffer.from(text, 'utf8');
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );
}
