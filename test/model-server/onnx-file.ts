import { Writer } from 'protobufjs/minimal';

/**
 * An ONNX file of a few nodes over one FP32 input `x` of open batch, written by hand: fields are those of onnx.proto.
 */
export interface SmallModel {
  /** A name where the file leaves it open. */
  readonly columns: number | string;
  readonly nodes: readonly SmallNode[];
  readonly constants?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: readonly number[]; readonly type?: number }>
  >;
  readonly outputs: Readonly<Record<string, { readonly type: number; readonly shape: readonly (number | string)[] }>>;
}
export interface SmallNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string | readonly string[];
  /** Attributes that are whole numbers. */
  readonly numbers?: Readonly<Record<string, number>>;
}
export const FLOAT = 1;
export const INT8 = 3;
export const INT64 = 7;
export const BOOL = 9;

const bytes = (field: number) => (field << 3) | 2;
const varint = (field: number) => field << 3;

export function onnxFile({ columns, nodes, constants = {}, outputs }: SmallModel): Uint8Array {
  const graph = Writer.create();
  for (const { operator, inputs, output, numbers = {} } of nodes) {
    const node = Writer.create();
    for (const one of inputs) node.uint32(bytes(1)).string(one);
    for (const one of [output].flat()) node.uint32(bytes(2)).string(one);
    node.uint32(bytes(4)).string(operator);
    for (const [name, value] of Object.entries(numbers)) {
      node.uint32(bytes(5)).fork().uint32(bytes(1)).string(name);
      node.uint32(varint(3)).int64(value).uint32(varint(20)).int32(2).ldelim();
    }
    graph.uint32(bytes(1)).bytes(node.finish());
  }
  graph.uint32(bytes(2)).string('g');
  for (const [name, { shape, values, type = FLOAT }] of Object.entries(constants)) {
    const tensor = Writer.create();
    for (const size of shape) tensor.uint32(varint(1)).int64(size);
    tensor
      .uint32(varint(2))
      .int32(type)
      .uint32(bytes(type === INT64 ? 7 : 4))
      .fork();
    for (const value of values)
      if (type === INT64) tensor.int64(value);
      else tensor.float(value);
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

/** A row of whole numbers or booleans: `x * weights`, without what lies behind the point. */
export const wholeModel = (weights: readonly (readonly number[])[], type: number): Uint8Array =>
  onnxFile({
    columns: weights.length,
    constants: { w: { shape: [weights.length, weights[0]!.length], values: weights.flat() } },
    nodes: [
      { operator: 'MatMul', inputs: ['x', 'w'], output: 'all' },
      { operator: 'Cast', inputs: ['all'], output: 'y', numbers: { to: type } },
    ],
    outputs: { y: { type, shape: ['n', weights[0]!.length] } },
  });

/**
 * Several labels as scikit-learn exports them: 0 or 1 each, and beside them probabilities that the file says nothing
 * of.
 */
export function labelsModel(weights: readonly (readonly number[])[], bias: readonly number[], half = 0.5): Uint8Array {
  const [columns, width] = [weights.length, bias.length];
  return onnxFile({
    columns,
    constants: {
      w: { shape: [columns, width], values: weights.flat() },
      b: { shape: [width], values: bias },
      half: { shape: [1], values: [half] },
      one: { shape: [1], values: [1] },
    },
    nodes: [
      { operator: 'MatMul', inputs: ['x', 'w'], output: 'product' },
      { operator: 'Add', inputs: ['product', 'b'], output: 'sum' },
      { operator: 'Sigmoid', inputs: ['sum'], output: 'shares' },
      { operator: 'Mul', inputs: ['shares', 'one'], output: 'probabilities' },
      { operator: 'Greater', inputs: ['probabilities', 'half'], output: 'given' },
      { operator: 'Cast', inputs: ['given'], output: 'label', numbers: { to: INT64 } },
    ],
    outputs: {
      label: { type: INT64, shape: ['n', width] },
      probabilities: { type: FLOAT, shape: ['n', width] },
    },
  });
}

/**
 * Each column, of which there are any number, is a word, and each word has scores of classes: as many as there are
 * biases.
 */
export function wordsModel(scores: readonly number[], bias: readonly number[]): Uint8Array {
  return onnxFile({
    columns: 'words',
    constants: {
      last: { shape: [1], values: [2], type: INT64 },
      w: { shape: [1, bias.length], values: scores },
      b: { shape: [bias.length], values: bias },
    },
    nodes: [
      { operator: 'Unsqueeze', inputs: ['x', 'last'], output: 'words' },
      { operator: 'MatMul', inputs: ['words', 'w'], output: 'product' },
      { operator: 'Add', inputs: ['product', 'b'], output: 'y' },
    ],
    outputs: { y: { type: FLOAT, shape: ['n', 'words', bias.length] } },
  });
}
