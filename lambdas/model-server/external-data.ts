import { NotReady, reason } from './not-ready';
import { MAX_DEPTH, readEnd, readTag, Reader, WIRE, type ReadAt } from './protobuf-reader';
import { Writer } from 'protobufjs/minimal';
import { GRAPH, MODEL, type ModelGraph, NODE, OPSET, VALUE } from './model-graph';

/**
 * Which fields of which message may hold a tensor, by field number, from onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). Every other field is skipped unread.
 */
export const NESTED = {
  Model: { 7: 'Graph', 20: 'Training', 25: 'Function' },
  Training: { 1: 'Graph', 2: 'Graph' },
  Graph: { 1: 'Node', 5: 'Tensor', 15: 'SparseTensor' },
  Node: { 5: 'Attribute' },
  Attribute: { 5: 'Tensor', 6: 'Graph', 10: 'Tensor', 11: 'Graph', 22: 'SparseTensor', 23: 'SparseTensor' },
  SparseTensor: { 1: 'Tensor', 2: 'Tensor' },
  Function: { 7: 'Node', 11: 'Attribute' },
} as const satisfies Record<string, Readonly<Record<number, MessageKind | 'Tensor'>>>;
export type MessageKind = 'Model' | 'Training' | 'Graph' | 'Node' | 'Attribute' | 'SparseTensor' | 'Function';

export const TENSOR = { name: 8, externalData: 13, dataLocation: 14 } as const;
const LOCATION_EXTERNAL = 1;

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

/** An output that the graph gets beside its own: a tensor under another name. */
export interface ExtraOutput {
  /** The tensor. */
  readonly of: string;
  readonly name: string;
  /** The output that it is answered as. */
  readonly for: string;
}

/**
 * Bytes that give a model these outputs once they are appended to its file: protobuf merges a message that comes twice,
 * and lists grow. So a model of any size needs not be written anew.
 */
export function extraOutputs(outputs: readonly ExtraOutput[], { hasStandardOperators }: ModelGraph): Uint8Array {
  const tag = (field: number) => (field << 3) | WIRE.bytes;
  const graph = Writer.create();
  for (const { of, name } of outputs) {
    const node = Writer.create();
    node
      .uint32(tag(NODE.input))
      .string(of)
      .uint32(tag(NODE.output))
      .string(name)
      .uint32(tag(NODE.operator))
      .string('Identity');
    graph.uint32(tag(GRAPH.node)).bytes(node.finish());
    // Without a type, which is that of the tensor: where an exporter wrote a model that is not consistent, the runtime
    // names the node.
    const value = Writer.create().uint32(tag(VALUE.name)).string(name);
    graph.uint32(tag(GRAPH.output)).bytes(value.finish());
  }
  const model = Writer.create().uint32(tag(MODEL.graph)).bytes(graph.finish());
  // Identity is the same since version 1 of the standard operators; 13 is one that every runtime of these years knows.
  if (!hasStandardOperators) {
    const opset = Writer.create()
      .uint32(OPSET.version << 3)
      .int32(13)
      .finish();
    model.uint32(tag(MODEL.opset)).bytes(opset);
  }
  return model.finish();
}
