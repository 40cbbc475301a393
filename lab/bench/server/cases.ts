import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writer } from 'protobufjs/minimal';
import { Tensor } from 'onnxruntime-node';
import { JSON_LENGTH_HEADER } from '../../../lambdas/contract/inference-protocol';

/** What each is to the runtime and in a model's file. */
const TENSOR_TYPES = {
  FP32: { name: 'float32', number: 1 },
  FP16: { name: 'float16', number: 10 },
  UINT8: { name: 'uint8', number: 2 },
  BYTES: { name: 'string', number: 8 },
} as const;

/** A model and one request to it, as a caller sends it and as bare onnxruntime takes it. */
export interface Case {
  readonly name: string;
  readonly model: Uint8Array;
  readonly input: {
    readonly name: string;
    readonly datatype: keyof typeof TENSOR_TYPES;
    readonly shape: readonly number[];
  };
  /** FP16 as bits. */
  readonly values: Float32Array | Uint16Array | Uint8Array | readonly string[];
  /** How the caller sends the tensor. */
  readonly form: 'JSON' | 'binary';
}

const PROJECT = join(__dirname, '../../..');
const file = (path: string): Uint8Array => readFileSync(join(PROJECT, path));

const floats = (count: number): Float32Array => Float32Array.from({ length: count }, (_, index) => (index * 7919) % 17);

const digits = (rows: number) => ({
  model: file('examples/digits/v2-better.onnx'),
  input: { name: 'pixels', datatype: 'FP32', shape: [rows, 64] } as const,
  values: floats(rows * 64),
});

const image = (side: number, datatype: 'FP32' | 'FP16' | 'UINT8' = 'FP32') => {
  const values = floats(3 * side * side).map((value) => value / 17);
  return {
    model: imageModel(TENSOR_TYPES[datatype].number),
    input: { name: 'x', datatype, shape: [1, 3, side, side] },
    // FP16 from 0.5 on, to just below 1, is 0x3800 and ten bits.
    values:
      datatype === 'FP32'
        ? values
        : datatype === 'FP16'
          ? Uint16Array.from(values, (one) => 0x3800 + one * 1023)
          : Uint8Array.from(values, (one) => one * 255),
  };
};

const texts = {
  model: file('test/model-server/fixtures/echo-bytes.onnx'),
  input: { name: 'x', datatype: 'BYTES', shape: [64] } as const,
  values: Array.from({ length: 64 }, (_, index) => `a sentence that a person typed, the ${index}th of its kind`),
};

export const cases = (): readonly Case[] => [
  { name: 'small: 1 x 64 numbers', ...digits(1), form: 'JSON' },
  { name: 'tabular batch: 200 x 64 numbers', ...digits(200), form: 'JSON' },
  { name: 'tabular batch: 200 x 64 numbers', ...digits(200), form: 'binary' },
  { name: 'text: 64 sentences', ...texts, form: 'JSON' },
  { name: 'image: 1 x 3 x 224 x 224', ...image(224), form: 'JSON' },
  { name: 'image: 1 x 3 x 224 x 224', ...image(224), form: 'binary' },
  { name: 'image: 1 x 3 x 224 x 224, UINT8', ...image(224, 'UINT8'), form: 'binary' },
  { name: 'image: 1 x 3 x 512 x 512', ...image(512), form: 'binary' },
  { name: 'image: 1 x 3 x 640 x 640, UINT8', ...image(640, 'UINT8'), form: 'binary' },
  { name: 'image: 1 x 3 x 640 x 640, FP16', ...image(640, 'FP16'), form: 'binary' },
];

export const tensorOf = ({ input: { datatype, shape }, values }: Pick<Case, 'input' | 'values'>): Tensor =>
  // The runtime's native half takes FP16 as bits alone, and its JavaScript half makes no such tensor.
  datatype === 'FP16'
    ? Object.assign(new Tensor('uint16', values as Uint16Array<ArrayBuffer>, shape), { type: 'float16' })
    : new Tensor(TENSOR_TYPES[datatype].name as 'float32', values as Float32Array<ArrayBuffer>, shape);

/** The same values from the bytes that a caller sends. */
export const tensorOfBytes = ({ input, values }: Case, bytes: Uint8Array): Tensor => {
  const Elements = (values as Float32Array).constructor as new (buffer: ArrayBuffer) => Float32Array;
  return tensorOf({ input, values: new Elements(new Uint8Array(bytes).buffer) });
};

/** The body of a request, and the headers that go with it. */
export function bodyOf({ input, values, form }: Case): {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
} {
  if (form === 'JSON')
    return {
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ inputs: [{ ...input, data: [...values] }] })),
    };
  const bytes = Buffer.from((values as Float32Array).buffer);
  const head = JSON.stringify({
    inputs: [{ ...input, parameters: { binary_data_size: bytes.length } }],
    parameters: { binary_data_output: true },
  });
  return {
    headers: { 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(Buffer.byteLength(head)) },
    body: Buffer.concat([Buffer.from(head), bytes]),
  };
}

/** Fields of a message: number and value, a length-delimited one as bytes or text, a varint as a number. */
function message(...fields: readonly (readonly [number, Uint8Array | string | number])[]): Uint8Array {
  const writer = new Writer();
  for (const [number, value] of fields) {
    if (typeof value === 'number') writer.uint32(number << 3).int64(value);
    else if (typeof value === 'string') writer.uint32((number << 3) | 2).string(value);
    else writer.uint32((number << 3) | 2).bytes(value);
  }
  return writer.finish();
}

const value = (name: string, sizes: readonly (number | string)[], type = 1) => {
  const shape = message(...sizes.map((size) => [1, message([typeof size === 'number' ? 1 : 2, size])] as const));
  return message([1, name], [2, message([1, message([1, type], [2, shape])])]);
};
const tensor = (name: string, sizes: readonly number[], bytes: Uint8Array) =>
  message(...sizes.map((size) => [1, size] as const), [2, 1], [8, name], [9, bytes]);
const integers = (name: string, values: readonly number[]) =>
  message([1, name], ...values.map((one) => [8, one] as const), [20, 7]);
const model = (...graph: readonly (readonly [number, Uint8Array | string | number])[]) =>
  message([1, 8], [7, message([2, 'g'], ...graph)], [8, message([1, ''], [2, 17])]);

/** The first layers of an image classifier: 64 filters of 7 x 7 in steps of two, and the mean of each. */
function imageModel(type: number): Uint8Array {
  const weights = floats(64 * 3 * 7 * 7).map((one) => (one - 8) / 1000);
  const conv = message(
    ...([
      [1, 'f'],
      [1, 'w'],
      [2, 'c'],
      [4, 'Conv'],
    ] as const),
    [5, integers('strides', [2, 2])],
    [5, integers('pads', [3, 3, 3, 3])],
  );
  const toFloat = message([1, 'x'], [2, 'f'], [4, 'Cast'], [5, message([1, 'to'], [3, 1], [20, 2])]);
  return model(
    [1, toFloat],
    [1, conv],
    [1, message([1, 'c'], [2, 'r'], [4, 'Relu'])],
    [1, message([1, 'r'], [2, 'm'], [4, 'GlobalAveragePool'])],
    [1, message([1, 'm'], [2, 'y'], [4, 'Flatten'])],
    [5, tensor('w', [64, 3, 7, 7], Buffer.from(weights.buffer))],
    [11, value('x', ['n', 3, 'height', 'width'], type)],
    [12, value('y', ['n', 64])],
  );
}

/** A model of some size, in as many equal layers: y = x W1 W2 … */
export function heavyModel(megabytes: number, layers: number): Uint8Array {
  const side = Math.floor(Math.sqrt((megabytes * 1e6) / 4 / layers));
  const weights = Buffer.alloc(side * side * 4);
  for (let at = 0; at < weights.length; at += 4) weights.writeFloatLE(((at * 31) % 1009) / 1e6, at);
  const name = (layer: number) => (layer === 0 ? 'x' : layer === layers ? 'y' : `h${layer}`);
  const each = Array.from({ length: layers }, (_, layer) => layer);
  return model(
    ...each.map((at) => [1, message([1, name(at)], [1, `w${at}`], [2, name(at + 1)], [4, 'MatMul'])] as const),
    ...each.map((at) => [5, tensor(`w${at}`, [side, side], weights)] as const),
    [11, value('x', ['n', side])],
    [12, value('y', ['n', side])],
  );
}
