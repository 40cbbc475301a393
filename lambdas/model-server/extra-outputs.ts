import { Writer } from 'protobufjs/minimal';
import { FLOAT, GRAPH, MODEL, type ModelGraph, NODE, OPSET, TENSOR_TYPE, TYPE, VALUE } from './model-graph';
import { WIRE } from './protobuf-reader';

/** An output that the graph gets beside its own: an FP32 tensor under another name. */
export interface ExtraOutput {
  /** The tensor. */
  readonly of: string;
  readonly name: string;
  /** The output that it is answered as. */
  readonly for: string;
}

/**
 * Bytes that give a model these outputs once they are appended to its file: protobuf merges a message that comes twice, and
 * lists grow. So a model of any size needs not be written anew.
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
    const tensor = Writer.create()
      .uint32(TENSOR_TYPE.element << 3)
      .int32(FLOAT)
      .finish();
    const type = Writer.create().uint32(tag(TYPE.tensor)).bytes(tensor).finish();
    const value = Writer.create().uint32(tag(VALUE.name)).string(name).uint32(tag(VALUE.type)).bytes(type);
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
