import { readSync } from 'node:fs';

export const WIRE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Protobuf's own parsers stop at 100 levels; a graph in a graph costs three. */
export const MAX_DEPTH = 100;

/** Fills the buffer with the file's bytes from a position on; answers how many there were. */
export type ReadAt = (buffer: Uint8Array, position: number) => number;

export const readAtOf =
  (descriptor: number): ReadAt =>
  (buffer, position) =>
    readSync(descriptor, buffer, 0, buffer.byteLength, position);

export function readTag(reader: Reader): { readonly field: number; readonly wire: number } {
  const tag = reader.uint32();
  return { field: tag >>> 3, wire: tag & 7 };
}

export function readEnd(reader: Reader, outer: number): number {
  const end = reader.uint32() + reader.pos;
  if (end > outer) throw new Error(`it ends after ${outer} bytes, a part of it would end at ${end}`);
  return end;
}

/** Names are short; what is longer is read in part. */
const MAX_TEXT = 4_096;

/**
 * Reads protobuf's wire format (https://protobuf.dev/programming-guides/encoding/) through a window of the file: the
 * values of tensors, which are nearly all of it, are skipped and never come into memory.
 */
export class Reader {
  pos = 0;
  private readonly window = Buffer.alloc(64 * 1024);
  private from = 0;
  private filled = 0;

  constructor(
    private readonly size: number,
    private readonly readAt: ReadAt,
  ) {}

  /** The low 32 bits of a varint: no tag, length or type has more. */
  uint32(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value = (value | ((byte & 127) << shift)) >>> 0;
      if (byte < 128) return value;
    }
    throw new Error('a number in it has no end');
  }

  /** All 64 bits of a varint, signed, as text. */
  int64(): string {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      if (shift === 0n && byte < 128) return String(byte);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return String(BigInt.asIntN(64, value));
    }
    throw new Error('a number in it has no end');
  }

  string(): string {
    return this.text(this.uint32());
  }

  /** Text whose length was read already. */
  text(length: number): string {
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
