import { join } from 'node:path';
import { run } from '../../tools/python/run';
import { venvPython } from '../../tools/python/venv';
import { digits, fixture, input, outputOf, serve } from '../model-server/serve';
import { loopback, type Loopback } from './loopback';

/*
 * The clients that people have, unchanged, against the model server over HTTP. Each is a script of a few lines, as the
 * client's own examples are, and prints what it got.
 */

const served = serve(digits('v1-baseline.onnx'));
let server: Loopback;
let expected: { readonly label: readonly unknown[]; readonly probabilities: readonly unknown[] };

beforeAll(async () => {
  server = await loopback(served.server);
  const images = Array.from({ length: 128 }, (_, index) => index % 17);
  const reply = await served.infer(input('pixels', 'FP32', [2, 64], images));
  const rows = outputOf(reply, 'probabilities').map((value) => Math.fround(Number(value)));
  expected = { label: outputOf(reply, 'label'), probabilities: [rows.slice(0, 10), rows.slice(10)] };
});
afterAll(() => server.stop());

async function client(packages: 'mlserver' | 'kserve', script: string, ...args: readonly string[]): Promise<unknown> {
  const requirements = join(__dirname, `${packages}.requirements.txt`);
  const python = await venvPython({ name: `clients-${packages}`, requirements });
  const ran = await run(python, [join(__dirname, script), ...args], { env: process.env });
  if (ran.code !== 0) throw new Error(`${script} ended with ${ran.code}:\n${ran.text.slice(-4_000)}`);
  return JSON.parse(ran.text.trim().split('\n').at(-1)!) as unknown;
}

const withoutScheme = (): string => server.url.replace('http://', '');

it("answers Triton's client: binary by default, JSON, gzip, deflate, classes, and refusals by name", async () => {
  expect(await client('mlserver', 'triton_client.py', withoutScheme(), 'm')).toEqual({
    live: true,
    ready: true,
    modelReady: true,
    extensions: ['binary_tensor_data', 'classification'],
    inputs: ['pixels'],
    default: expected,
    mixed: expected,
    json: expected,
    gzip: expected,
    deflate: expected,
    async: expected,
    id: 'call-1',
    classes: [expect.any(Array), expect.any(Array)],
    wrongShape: expect.stringContaining('inputs[0].datatype is "FP64", the model wants FP32') as unknown,
    index: expect.stringContaining('belongs to an extension of the protocol that is not served') as unknown,
    statistics: expect.stringContaining('belongs to an extension of the protocol that is not served') as unknown,
    unloaded: expect.stringContaining('belongs to an extension of the protocol that is not served') as unknown,
  });
});

it.each<[string, readonly unknown[]]>([
  ['BYTES', ['', 'grüß dich', '🦉']],
  ['FP16', [0.5, -0, 65504]],
])("carries %s of Triton's client there and back", async (kind, values) => {
  const echo = await loopback(serve(fixture(`echo-${kind.toLowerCase()}.onnx`)).server);
  try {
    expect(await client('mlserver', 'texts_client.py', echo.url.replace('http://', ''), 'm', kind)).toEqual(values);
  } finally {
    await echo.stop();
  }
});

it("answers KServe's client, in JSON and in bytes", async () => {
  const found = await client('kserve', 'kserve_client.py', server.url, 'm');
  expect(found).toEqual({ live: true, ready: true, modelReady: true, json: expected, binary: expected });
});

it("answers MLServer's types, codecs and command line", async () => {
  const found = await client('mlserver', 'mlserver_client.py', server.url, 'm');
  expect(found).toEqual({ server: 'greenlight', inputs: ['pixels'], types: expected, infer: expected });
});
