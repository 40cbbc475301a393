import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { Reader, Writer } from 'protobufjs/minimal';
import { findExternalData, type MessageKind, NESTED, TENSOR } from '../lambdas/model-server/external-data';
import { NotReady } from '../lambdas/model-server/not-ready';
import { readAtOf, WIRE } from '../lambdas/model-server/protobuf-reader';
import { ArgumentsInvalid } from '../tools/arguments-invalid';
import { namedFile } from '../tools/named-file';

/*
 * PyTorch's exporter writes weights to a file of their own beside the model, model.onnx.data, by default. A model is
 * one object, pinned by one hash: what a person names is made one here.
 */

/** Protobuf's own limit for a message, which an ONNX file is. */
const MAX_BYTES = 2 ** 31 - 1;
const RAW_DATA = 9;

/**
 * The bytes of an ONNX file with all its weights; those of the file itself where they are in it. @throws
 * ArgumentsInvalid
 */
export const wholeModel = (path: string, bytes: Buffer): Uint8Array => {
  const readAt = (into: Uint8Array, at: number): number => bytes.copy(into, 0, at);
  return hasExternal(bytes.length, readAt) ? inlined(path, bytes).bytes : bytes;
};

/**
 * The same of a file that is not read where its weights are in it, with what was done in words. @throws
 * ArgumentsInvalid
 */
export function withWeights(
  path: string,
  size: number,
): { readonly bytes: Uint8Array; readonly says: string } | undefined {
  const descriptor = openSync(path, 'r');
  try {
    if (!hasExternal(size, readAtOf(descriptor))) return undefined;
  } finally {
    closeSync(descriptor);
  }
  const { bytes, files } = inlined(path, namedFile('FILE', path, 'an ONNX model'));
  return { bytes, says: `One model is made of ${path} and its weights in ${[...files].join(', ')}.` };
}

/** The files in the folder of an ONNX file that its weights lie in. @throws ArgumentsInvalid */
export function weightFiles(path: string): readonly string[] {
  const model = namedFile('FILE', path, 'an ONNX model');
  if (!hasExternal(model.length, (into, at) => model.copy(into, 0, at))) return [];
  const files = new Set<string>();
  rewritten(model, 'Model', {
    of: (_, { location = '' }) => {
      const file = inFolder(location);
      if (file !== undefined) files.add(file);
      return new Uint8Array();
    },
  });
  return [...files];
}

/** What is no ONNX file is refused by what reads it next. */
function hasExternal(size: number, readAt: Parameters<typeof findExternalData>[1]): boolean {
  try {
    return findExternalData(size, readAt) !== undefined;
  } catch (error) {
    if (error instanceof NotReady) return false;
    throw error;
  }
}

function inlined(path: string, model: Buffer): { readonly bytes: Uint8Array; readonly files: ReadonlySet<string> } {
  const weights = new Weights(path);
  const bytes = rewritten(model, 'Model', weights) ?? model;
  if (bytes.byteLength > MAX_BYTES)
    throw new ArgumentsInvalid(
      `${path}: has more than 2 GB with its weights, which one ONNX file cannot have: quantize it or serve it by ` +
        'a function of your own',
    );
  return { bytes, files: weights.files };
}

/** A location as the path of a file in the model's folder; undefined where it is none. */
function inFolder(location: string): string | undefined {
  const path = normalize(location);
  return location === '' || isAbsolute(path) || path.split(/[\\/]/)[0] === '..' ? undefined : path;
}

type ValuesOf = Pick<Weights, 'of'>;

/** The files beside a model, each read once. */
class Weights {
  private readonly read = new Map<string, Buffer>();

  constructor(private readonly model: string) {}

  get files(): ReadonlySet<string> {
    return new Set(this.read.keys());
  }

  /** @throws ArgumentsInvalid */
  of(tensor: string, { location = '', offset = '0', length }: Readonly<Record<string, string>>): Uint8Array {
    const refuse = (why: string): never => {
      throw new ArgumentsInvalid(`${this.model}: the values of tensor ${tensor} lie in "${location}", which ${why}`);
    };
    const path = inFolder(location);
    if (path === undefined) return refuse('is no file in the folder of the model');
    const file = this.read.get(path) ?? this.open(path, refuse);
    this.read.set(path, file);
    const [from, size] = [Number(offset), length === undefined ? file.length - Number(offset) : Number(length)];
    const isPart = Number.isSafeInteger(from) && Number.isSafeInteger(size) && from >= 0 && size >= 0;
    if (!isPart || from + size > file.length)
      return refuse(
        `has ${file.length} bytes, and not ${length ?? 'some'} from ${offset} on: is it of another export?`,
      );
    return file.subarray(from, from + size);
  }

  private open(path: string, refuse: (why: string) => never): Buffer {
    try {
      return readFileSync(join(dirname(this.model), path));
    } catch {
      return refuse('cannot be read: put it beside the model');
    }
  }
}

/** A message with every tensor in it made whole; `undefined` where there is nothing to change. */
function rewritten(message: Uint8Array, kind: MessageKind | 'Tensor', weights: ValuesOf): Uint8Array | undefined {
  if (kind === 'Tensor') return tensor(message, weights);
  const nested: Readonly<Record<number, MessageKind | 'Tensor'>> = NESTED[kind];
  const reader = Reader.create(message);
  const parts: Uint8Array[] = [];
  let changed = false;
  while (reader.pos < message.length) {
    const start = reader.pos;
    const tag = reader.uint32();
    const inner = (tag & 7) === WIRE.bytes ? nested[tag >>> 3] : undefined;
    const whole = inner === undefined ? void reader.skipType(tag & 7) : rewritten(reader.bytes(), inner, weights);
    if (whole === undefined) parts.push(message.subarray(start, reader.pos));
    else {
      changed = true;
      parts.push(Writer.create().uint32(tag).uint32(whole.byteLength).finish(), whole);
    }
  }
  return changed ? Buffer.concat(parts) : undefined;
}

/** A tensor whose values lie elsewhere gets them as its raw data, which is how files have them. */
function tensor(message: Uint8Array, weights: ValuesOf): Uint8Array | undefined {
  const reader = Reader.create(message);
  const parts: Uint8Array[] = [];
  const entries: Record<string, string> = {};
  let [name, isExternal] = ['without a name', false];
  while (reader.pos < message.length) {
    const start = reader.pos;
    const tag = reader.uint32();
    const field = tag >>> 3;
    if (field === TENSOR.externalData) {
      const entry = Reader.create(reader.bytes());
      const texts: Record<number, string> = {};
      while (entry.pos < entry.len) texts[entry.uint32() >>> 3] = entry.string();
      entries[texts[1] ?? ''] = texts[2] ?? '';
    } else if (field === TENSOR.dataLocation) isExternal = reader.uint32() !== 0;
    else {
      if (field === TENSOR.name) name = reader.string();
      else reader.skipType(tag & 7);
      parts.push(message.subarray(start, reader.pos));
    }
  }
  if (!isExternal) return undefined;
  const values = weights.of(name, entries);
  const head = Writer.create()
    .uint32((RAW_DATA << 3) | WIRE.bytes)
    .uint32(values.byteLength)
    .finish();
  return Buffer.concat([...parts, head, values]);
}
