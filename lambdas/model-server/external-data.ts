import { readSync } from 'node:fs';
import { NotReady, reason } from './not-ready';

/**
 * Which fields of which message may hold a tensor, by field number, from onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). Every other field is skipped unread.
 */
const NESTED = {
  Model: { 7: 'Graph', 20: 'Training', 25: 'Function' },
  Training: { 1: 'Graph', 2: 'Graph' },
  Graph: { 1: 'Node', 5: 'Tensor', 15: 'SparseTensor' },
  Node: { 5: 'Attribute' },
  Attribute: { 5: 'Tensor', 6: 'Graph', 10: 'Tensor', 11: 'Graph', 22: 'SparseTensor', 23: 'SparseTensor' },
  SparseTensor: { 1: 'Tensor', 2: 'Tensor' },
  Function: { 7: 'Node', 11: 'Attribute' },
} as const satisfies Record<string, Readonly<Record<number, MessageKind | 'Tensor'>>>;
type MessageKind = 'Model' | 'Training' | 'Graph' | 'Node' | 'Attribute' | 'SparseTensor' | 'Function';

const TENSOR = { name: 8, externalData: 13, dataLocation: 14 } as const;
const LOCATION_EXTERNAL = 1;
const WIRE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Protobuf's own parsers stop at 100 levels; a graph in a graph costs three. */
const MAX_DEPTH = 100;

/** Fills the buffer with the file's bytes from a position on; answers how many there were. */
export type ReadAt = (buffer: Uint8Array, position: number) => number;

export const readAtOf =
  (descriptor: number): ReadAt =>
  (buffer, position) =>
    readSync(descriptor, buffer, 0, buffer.byteLength, position);

/** A tensor whose values lie in another file. */
export interface ExternalTensor {
  readonly tensor: string;
  readonly location: string;
}

/**
 * Finds the first tensor of an ONNX file whose values lie outside of the file: the hash of the file would not cover
 * them, so the model could change under its pinned identity. Looks everywhere that the format allows a tensor:
 * initializers, sparse ones, attributes, subgraphs, functions and training graphs.
 * Throws `NotReady` ModelUnloadable when the bytes are no protobuf message.
 */
export function findExternalData(size: number, readAt: ReadAt): ExternalTensor | undefined {
  try {
    return search(new Reader(size, readAt), size, 'Model', 0);
  } catch (error) {
    throw new NotReady('ModelUnloadable', `The file is not a whole ONNX model: ${reason(error)}`, { cause: error });
  }
}

function search(reader: Reader, end: number, kind: MessageKind, depth: number): ExternalTensor | undefined {
  if (depth > MAX_DEPTH) throw new Error(`it is nested deeper than ${MAX_DEPTH} levels`);
  const nested: Readonly<Record<number, MessageKind | 'Tensor'>> = NESTED[kind];
  while (reader.pos < end) {
    const { field, wire } = readTag(reader);
    const inner = wire === WIRE.bytes ? nested[field] : undefined;
    if (inner === undefined) {
      reader.skipType(wire);
      continue;
    }
    const innerEnd = readEnd(reader, end);
    const found = inner === 'Tensor' ? readTensor(reader, innerEnd) : search(reader, innerEnd, inner, depth + 1);
    if (found) return found;
  }
  if (reader.pos !== end) throw new Error('a field reaches beyond its message');
  return undefined;
}

function readTensor(reader: Reader, end: number): ExternalTensor | undefined {
  let tensor = '';
  let location: string | undefined;
  while (reader.pos < end) {
    const { field, wire } = readTag(reader);
    if (field === TENSOR.name && wire === WIRE.bytes) tensor = reader.string();
    else if (field === TENSOR.dataLocation && wire === WIRE.varint) {
      if (reader.uint32() === LOCATION_EXTERNAL) location ??= '';
    } else if (field === TENSOR.externalData && wire === WIRE.bytes) {
      const entry = readEntry(reader, readEnd(reader, end));
      location = entry.key === 'location' ? entry.value : (location ?? '');
    } else reader.skipType(wire);
  }
  if (reader.pos !== end) throw new Error('a field reaches beyond its tensor');
  return location === undefined ? undefined : { tensor: tensor || 'without a name', location: location || 'not said' };
}

function readEntry(reader: Reader, end: number): { readonly key: string; readonly value: string } {
  let key = '';
  let value = '';
  while (reader.pos < end) {
    const { field, wire } = readTag(reader);
    if (field === 1 && wire === WIRE.bytes) key = reader.string();
    else if (field === 2 && wire === WIRE.bytes) value = reader.string();
    else reader.skipType(wire);
  }
  return { key, value };
}

function readTag(reader: Reader): { readonly field: number; readonly wire: number } {
  const tag = reader.uint32();
  return { field: tag >>> 3, wire: tag & 7 };
}

function readEnd(reader: Reader, outer: number): number {
  const end = reader.uint32() + reader.pos;
  if (end > outer) throw new Error(`it ends after ${outer} bytes, a part of it would end at ${end}`);
  return end;
}

/** Names are short; what is longer is read in part. */
const MAX_TEXT = 4_096;

/**
 * Reads protobuf's wire format (https://protobuf.dev/programming-guides/encoding/) through a window of the file: the values
 * of tensors, which are nearly all of it, are skipped and never come into memory.
 */
class Reader {
  pos = 0;
  private readonly window = Buffer.alloc(64 * 1024);
  private from = 0;
  private filled = 0;

  constructor(
    private readonly size: number,
    private readonly readAt: ReadAt,
  ) {}

  /** The low 32 bits of a varint; no number that matters here has more. */
  uint32(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value = (value | ((byte & 127) << shift)) >>> 0;
      if (byte < 128) return value;
    }
    throw new Error('a number in it has no end');
  }

  string(): string {
    const length = this.uint32();
    const start = this.pos;
    this.skip(length);
    const text = Buffer.alloc(Math.min(length, MAX_TEXT));
    return text.toString('utf8', 0, this.readAt(text, start));
  }

  skipType(wire: number, depth = 0): void {
    if (depth > MAX_DEPTH) throw new Error(`it is nested deeper than ${MAX_DEPTH} levels`);
    switch (wire) {
      case WIRE.varint:
        this.uint32();
        return;
      case WIRE.fixed64:
        this.skip(8);
        return;
      case WIRE.bytes:
        this.skip(this.uint32());
        return;
      case WIRE.fixed32:
        this.skip(4);
        return;
      case WIRE.startGroup:
        for (let inner = this.uint32() & 7; inner !== WIRE.endGroup; inner = this.uint32() & 7)
          this.skipType(inner, depth + 1);
        return;
      default:
        throw new Error(`a part of it is of wire type ${wire}, which there is not`);
    }
  }

  private byte(): number {
    if (this.pos < this.from || this.pos >= this.from + this.filled) {
      this.from = this.pos;
      this.filled = this.readAt(this.window, this.pos);
    }
    this.skip(1);
    return this.window[this.pos - 1 - this.from]!;
  }

  private skip(bytes: number): void {
    this.pos += bytes;
    if (this.pos > this.size) throw new Error(`a part of it ends at byte ${this.pos}, the file at ${this.size}`);
  }
}
