import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env as runtime, InferenceSession, Tensor } from 'onnxruntime-node';
import type { Datatype } from '../../lambdas/contract/datatypes';
import { inferResponse } from '../../lambdas/contract/inference-protocol';
import { datatypeOf, tensorBuilder } from '../../lambdas/model-server/tensor-data';
import { binaryEvent, binaryOutputs, bytesOfTensor } from './binary';
import { serve, throughLive } from './serve';

runtime.logLevel = 'fatal';

const FOLDERS = [
  join(__dirname, 'fixtures'),
  join(__dirname, 'fixtures/field'),
  join(__dirname, '../../examples/digits'),
];
/** This one does not answer. */
const ENDLESS = 'endless.onnx';
/** Whose answer fits as bytes alone. */
const LONG = new Set(['wide.onnx']);
/** What the server refuses although the runtime would load it, with the code. */
const REFUSED: Readonly<Record<string, string>> = {
  'only-sequence.onnx': 'UnsupportedModel',
  'odd-optional-only.onnx': 'UnsupportedModel',
  'odd-optional-in.onnx': 'UnsupportedModel',
  'odd-sequence-in.onnx': 'UnsupportedModel',
  'odd-map-in.onnx': 'UnsupportedModel',
};
/** Of types that the binding does not know: to run one with 4-bit integers would end this process. */
const FOREIGN = /^odd-(in|out)-[a-z]+\d+/;

const models = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.onnx') && file !== ENDLESS)
    .map((file) => [file, join(folder, file)] as const),
);

async function bareSession(file: Buffer): Promise<InferenceSession | undefined> {
  try {
    return await InferenceSession.create(file, { logSeverityLevel: 4 });
  } catch {
    return undefined;
  }
}

/**
 * An input of this signature: two of each open size, and values that differ, some of them negative, zero or not whole.
 */
function made({ name, type, shape }: InferenceSession.ValueMetadata & { readonly isTensor: true }): [string, Tensor] {
  const datatype = datatypeOf(type)!;
  const dims = shape.length === 0 && name !== 'x' ? [] : shape.map((size) => (typeof size === 'number' ? size : 2));
  const count = dims.reduce((product, size) => product * size, 1);
  const builder = tensorBuilder(datatype, dims, count);
  for (let index = 0; index < count; index += 1) builder.write(index, element(datatype, index));
  return [name, builder.build()];
}

function element(datatype: Datatype, index: number): number | bigint | string {
  const whole = (index * 7) % 3;
  if (datatype === 'BYTES') return ['Oslo', '', 'grüß 🦉'][whole]!;
  if (datatype === 'INT64' || datatype === 'UINT64') return BigInt(whole);
  return datatype.startsWith('FP') ? (whole - 1) / 3 : datatype === 'BOOL' ? whole & 1 : whole;
}

it.each(models)(
  '%s: the endpoint answers what bare onnxruntime answers, to the bit, as JSON and as bytes',
  async (name, path) => {
    const file = readFileSync(path);
    const session = name.startsWith('external') || FOREIGN.test(name) ? undefined : await bareSession(file);
    const { server, call } = serve(file, { nonFinite: 'allowed', feedbackDays: 0 });
    if (!session || REFUSED[name]) {
      const reply = await call('GET', '/v2/health/ready');
      // "external-lookalike" only looks as if it could not be served.
      expect([reply.statusCode, reply.json['code']]).toEqual(
        name === 'external-lookalike.onnx'
          ? [200, undefined]
          : [503, REFUSED[name] ?? expect.stringMatching(/^(ModelUnloadable|UnsupportedModel|ExternalData)$/)],
      );
      return;
    }
    const feeds = Object.assign(
      Object.create(null) as Record<string, Tensor>,
      Object.fromEntries(
        session.inputMetadata.map((input) => made(input as InferenceSession.ValueMetadata & { isTensor: true })),
      ),
    );
    const readable = session.outputMetadata.filter(
      (output) => output.isTensor && datatypeOf(output.type) !== undefined && output.name !== '__proto__',
    );
    let bare: InferenceSession.ReturnType | undefined;
    try {
      bare =
        readable.length > 0
          ? await session.run(
              feeds,
              readable.map((output) => output.name),
            )
          : {};
    } catch {
      bare = undefined;
    }
    const json = await server.handle(binaryEvent(feeds, { binaryAnswer: false }), throughLive);
    const bytes = await server.handle(binaryEvent(feeds, { binaryAnswer: true }), throughLive);
    if (bare === undefined) {
      expect([json.statusCode, bytes.statusCode]).toEqual([500, 500]);
      return;
    }
    expect([bytes.statusCode, json.statusCode]).toEqual([200, LONG.has(name) ? 500 : 200]);
    const written = LONG.has(name) ? [] : inferResponse.parse(JSON.parse(json.body)).outputs;
    const sent = binaryOutputs(bytes);
    expect(new Set(sent.map((one) => one.name)).size).toBe(sent.length);
    for (const [output, tensor] of Object.entries(bare)) {
      const inJson = written.find((one) => one.name === output);
      const inBytes = sent.find((one) => one.name === output)!;
      expect(inBytes).toMatchObject({ name: output, shape: tensor.dims, datatype: datatypeOf(tensor.type) });
      expect(inBytes.bytes.equals(bytesOfTensor(tensor))).toBe(true);
      if (!inJson) continue;
      expect({ output, shape: inJson.shape }).toEqual({ output, shape: tensor.dims });
      const builder = tensorBuilder(inJson.datatype, inJson.shape, inJson.data.length);
      inJson.data.forEach((value, index) =>
        builder.write(index, /INT64/.test(inJson.datatype) ? BigInt(value) : (value as number)),
      );
      // JSON's null is one NaN of many.
      const bits = (of: Tensor) =>
        of.type === 'float32'
          ? bytesOfTensor(
              new Tensor(Float32Array.from(of.data as Float32Array, (value) => (Number.isNaN(value) ? NaN : value))),
            )
          : bytesOfTensor(of);
      expect(bits(builder.build()).equals(bits(tensor))).toBe(true);
    }
  },
);

it('has many models to compare', () => {
  expect(models.length).toBeGreaterThan(130);
});
