import { Writer } from 'protobufjs/minimal';

/** An ONNX file of a few nodes over one FP32 input `x` of open batch, written by hand: fields are those of onnx.proto. */
export interface SmallModel {
  readonly columns: number;
  readonly nodes: readonly SmallNode[];
  readonly constants?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
  >;
  readonly outputs: Readonly<Record<string, { readonly type: number; readonly shape: readonly (number | string)[] }>>;
}
export interface SmallNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
}
export const FLOAT = 1;

const bytes = (field: number) => (field << 3) | 2;
const varint = (field: number) => field << 3;

export function onnxFile({ columns, nodes, constants = {}, outputs }: SmallModel): Uint8Array {
  const graph = Writer.create();
  for (const { operator, inputs, output } of nodes) {
    const node = Writer.create();
    for (const one of inputs) node.uint32(bytes(1)).string(one);
    node.uint32(bytes(2)).string(output).uint32(bytes(4)).string(operator);
    graph.uint32(bytes(1)).bytes(node.finish());
  }
  graph.uint32(bytes(2)).string('g');
  for (const [name, { shape, values }] of Object.entries(constants)) {
    const tensor = Writer.create();
    for (const size of shape) tensor.uint32(varint(1)).int64(size);
    tensor.uint32(varint(2)).int32(FLOAT).uint32(bytes(4)).fork();
    for (const value of values) tensor.float(value);
    tensor.ldelim().uint32(bytes(8)).string(name);
    graph.uint32(bytes(5)).bytes(tensor.finish());
  }
  graph.uint32(bytes(11)).bytes(valueInfo('x', FLOAT, ['n', columns]));
  for (const [name, { type, shape }] of Object.entries(outputs))
    graph.uint32(bytes(12)).bytes(valueInfo(name, type, shape));
  const opset = Writer.create().uint32(bytes(1)).string('').uint32(varint(2)).int64(13).finish();
  return Writer.create()
    .uint32(varint(1))
    .int64(8)
    .uint32(bytes(7))
    .bytes(graph.finish())
    .uint32(bytes(8))
    .bytes(opset)
    .finish();
}

function valueInfo(name: string, type: number, sizes: readonly (number | string)[]): Uint8Array {
  const shape = Writer.create();
  for (const size of sizes) {
    const dimension = Writer.create();
    if (typeof size === 'number') dimension.uint32(varint(1)).int64(size);
    else dimension.uint32(bytes(2)).string(size);
    shape.uint32(bytes(1)).bytes(dimension.finish());
  }
  const tensor = Writer.create().uint32(varint(1)).int32(type).uint32(bytes(2)).bytes(shape.finish()).finish();
  const typed = Writer.create().uint32(bytes(1)).bytes(tensor).finish();
  return Writer.create().uint32(bytes(1)).string(name).uint32(bytes(2)).bytes(typed).finish();
}

/** `last(x * weights + bias)`: a row of as many values as there are biases. */
export function linearModel(
  weights: readonly (readonly number[])[],
  bias: readonly number[],
  last?: 'Sigmoid' | 'Softmax',
): Uint8Array {
  const [columns, width] = [weights.length, bias.length];
  const sum = last === undefined ? 'y' : 'sum';
  return onnxFile({
    columns,
    constants: {
      w: { shape: [columns, width], values: weights.flat() },
      b: { shape: [width], values: bias },
    },
    nodes: [
      { operator: 'MatMul', inputs: ['x', 'w'], output: 'product' },
      { operator: 'Add', inputs: ['product', 'b'], output: sum },
      ...(last === undefined ? [] : [{ operator: last, inputs: ['sum'], output: 'y' }]),
    ],
    outputs: { y: { type: FLOAT, shape: ['n', width] } },
  });
}
