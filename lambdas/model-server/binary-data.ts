import { elementLimit, elementReader, type Datatype, shown } from '../contract/datatypes';
import type { Tensor } from 'onnxruntime-node';
import { invalidInput } from './not-ready';
import { arrayOver, bytesPerElement, tensorOf } from './tensor-types';

/** The protocol's binary tensor data: little-endian and row-major; of BYTES each element behind its length, four bytes. */
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
