import { env as runtime } from 'onnxruntime-node';
import { errorBody } from '../../lambdas/contract/inference-protocol';
import { byVersion, fixture, input, serve } from './serve';

runtime.logLevel = 'fatal';

/** What a test of the version is told, without the words that all begin with. */
async function whyNot(file: string): Promise<string> {
  const { call } = serve(fixture(file));
  const reply = await call('GET', '/v2/health/ready', undefined, byVersion);
  expect(reply.statusCode).toBe(503);
  const { code, error } = errorBody.parse(reply.json);
  expect(code).toBe('UnsupportedModel');
  return error.replace('The model cannot be loaded: ', '');
}

describe('a model that the runtime does not take is refused with its cause first, and with what to do', () => {
  it.each([
    ['odd-ir-99', /^The model's ir_version is 99, .* reads up to 13: set model\.ir_version = 13 before onnx\.save/],
    ['field/newest', /^The model's ir_version is 14, .* reads up to 13: set model\.ir_version = 13/],
    ['odd-opset-99', /^The model uses opset 99 of ai\.onnx, .* up to 26: export it with opset_version=26 or less/],
    ['field/future', /^The model's ir_version is 99, .* reads up to 13: set model\.ir_version = 13/],
    ['odd-opset-1', /^onnxruntime has no implementation of Neg \(version 1\) .* so old an opset: .*version_converter/],
    ['odd-own-operator', /^The model uses the operator com\.acme:Foo, .* operators of one's own cannot be loaded/],
    ['odd-own-domain', /^The model uses operators of the domain com\.acme, .* operators of one's own cannot be loaded/],
    ['odd-newer-operator', /^The model uses the operator Gelu, which opset 15 does not have: export it with the opset/],
  ])('%s', async (file, words) => {
    expect(await whyNot(`${file}.onnx`)).toMatch(words);
  });

  // A locale that this machine's image has is no reason to refuse, so none that any has.
  it('a locale that the image lacks', async () => {
    const file = Buffer.from(fixture('odd-locale-named.onnx'));
    file.write('xx_XX', file.indexOf('en_US.UTF-8'));
    const { call } = serve(file);
    const { error } = errorBody.parse((await call('GET', '/v2/health/ready', undefined, byVersion)).json);
    expect(error).toMatch(
      /^The model cannot be loaded: A StringNormalizer of the model wants locale xx_XX\.UTF-8, .* set the node's attribute locale to "C"/,
    );
  });

  it('and one whose locale is "C" is served', async () => {
    const { infer } = serve(fixture('odd-locale-c.onnx'));
    const { json } = await infer(input('x', 'BYTES', [2], ['ABC', 'Ü']));
    expect(json['outputs']).toMatchObject([{ data: ['abc', 'Ü'] }]);
  });
});

describe('types that cannot be sent are refused by name', () => {
  it.each([
    ['odd-in-complex64', 'Input x is of type COMPLEX64'],
    ['odd-out-complex128', 'Output y is of type COMPLEX128'],
    ['odd-in-int4', 'Input x is of type INT4'],
    ['odd-out-uint4', 'Output y is of type UINT4'],
    ['odd-in-float8e4m3fn', 'Input x is of type FLOAT8E4M3FN'],
    ['odd-out-float8e5m2', 'Output y is of type FLOAT8E5M2'],
    ['odd-in-bfloat16', 'Input x is of type BFLOAT16 (bf16)'],
    ['field/bf16-in', 'Input x is of type BFLOAT16 (bf16)'],
    ['field/bf16-out', 'Output hidden is of type BFLOAT16 (bf16)'],
    ['odd-optional-in', 'Input maybe is an optional; only tensors'],
    ['odd-sequence-in', 'Input list is a sequence; only tensors'],
    ['odd-map-in', 'Input words is a map; only tensors'],
    ['odd-optional-only', 'The model has no output that is a tensor: output maybe is an optional'],
  ])('%s', async (file, words) => {
    expect((await whyNot(`${file}.onnx`)).slice(0, words.length)).toBe(words);
  });
});

it.each([
  ['odd-optional-out', 'output maybe is an optional'],
  ['with-sequence', 'output list is a sequence'],
  ['odd-untyped-int4-out', 'output y is of type int4'],
])('%s is served without what cannot be given, which metadata and log name', async (file, words) => {
  const { call, lines } = serve(fixture(`${file}.onnx`));
  const { json } = await call('GET', '/v2/models/m');
  const leftOut = [`${words}, which onnxruntime for Node.js cannot give`];
  expect(json['parameters']).toMatchObject({ left_out: leftOut });
  expect(lines.find(({ message }) => message === 'Model loaded')?.fields).toMatchObject({ leftOut });
});

it('a map per row is a table with a column per class, also of classes that need 64 bits', async () => {
  const { call, infer } = serve(fixture('odd-zipmap-wide.onnx'));
  const names = ['9000000000', '-5000000000', '3'];
  expect((await call('GET', '/v2/models/m')).json['outputs']).toEqual([
    { name: 'map', datatype: 'FP32', shape: [-1, 3], parameters: { class_names: names } },
  ]);
  const outputs = [{ name: 'map', parameters: { classification: 1 } }];
  const { json } = await infer({ ...input('x', 'FP32', [1, 3], [0.25, 0.5, 0]), outputs });
  expect(json['outputs']).toMatchObject([{ data: ['0.500000:1:-5000000000'] }]);
});
