import { inferRequest, parseDataSet } from '../../lambdas/contract/golden-set';
import { inferResponse, modelMetadata } from '../../lambdas/contract/inference-protocol';
import { byVersion, digits, envFor, event, fixture, input, outputOf, serve, throughLive } from './serve';

const baseline = digits('v1-baseline.onnx');
const golden = parseDataSet(digits('golden.json').toString());

describe('the Open Inference Protocol', () => {
  it('answers what it is, that it lives and that it is ready', async () => {
    const { call } = serve(baseline);
    expect((await call('GET', '/v2')).json).toEqual({
      name: 'greenlight',
      version: '7',
      extensions: ['binary_tensor_data', 'classification'],
    });
    expect((await call('GET', '/v2/')).statusCode).toBe(200);
    expect((await call('GET', '/v2/health/live')).json).toEqual({ live: true });
    expect((await call('GET', '/v2/health/ready')).json).toMatchObject({ ready: true, load: { downloadMs: 0 } });
    expect((await call('GET', '/v2/models/m/ready')).json).toEqual({ name: 'm', ready: true });
    expect((await call('GET', '/v2/models/m/versions/7/ready')).statusCode).toBe(200);
  });

  it('describes inputs and outputs with -1 for a size that a request chooses', async () => {
    const { call } = serve(baseline);
    const metadata = modelMetadata.parse((await call('GET', '/v2/models/m')).json);
    expect(metadata).toEqual({
      name: 'm',
      versions: ['7'],
      platform: 'onnxruntime_onnx',
      inputs: [{ name: 'pixels', datatype: 'FP32', shape: [-1, 64] }],
      outputs: [
        { name: 'label', datatype: 'INT64', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 10] },
      ],
      parameters: {
        counted: {
          errors: 'requests',
          latency: 'requests',
          throttles: 'requests',
          predictions: 'rows',
          accuracy: 'rows',
        },
        measures: ['class'],
      },
    });
    expect((await call('GET', '/v2/models/m/versions/7')).json).toEqual(metadata);
  });

  it('classifies the golden set as well as the model was trained to', async () => {
    const { infer } = serve(baseline);
    let right = 0;
    for (const row of golden.requests.keys()) {
      const reply = await infer(inferRequest(golden, row));
      if (outputOf(reply, 'label')[0] === golden.labels?.[row]) right += 1;
    }
    expect(right / golden.requests.length).toBeGreaterThan(0.9);
  });

  it('gives the same answer to flat and nested data, and to one batch as to its rows', async () => {
    const { infer } = serve(baseline);
    const rows = golden.requests.slice(0, 3).map(({ inputs }) => inputs[0]!.data);
    const flat = await infer(input('pixels', 'FP32', [3, 64], rows.flat()));
    const nested = await infer(input('pixels', 'FP32', [3, 64], rows));
    expect(nested.json).toEqual(flat.json);
    const single = await infer(input('pixels', 'FP32', [1, 64], rows[2]));
    expect(outputOf(single, 'label')[0]).toBe(outputOf(flat, 'label')[2]);
  });

  it('echoes the id and names model and version, in the body and in headers', async () => {
    const { infer } = serve(baseline);
    const reply = await infer({ id: 'call-1', ...inferRequest(golden, 0) });
    const body = inferResponse.parse(reply.json);
    expect(body).toMatchObject({ id: 'call-1', model_name: 'm', model_version: '7' });
    expect(body.outputs.map(({ name, shape }) => ({ name, shape }))).toEqual([
      { name: 'label', shape: [1] },
      { name: 'probabilities', shape: [1, 10] },
    ]);
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'x-greenlight-version': '7',
      'x-greenlight-model': envFor(baseline).model?.sha256.slice(0, 12),
      'x-greenlight-endpoint': 'digits',
    });
  });

  it('leaves out an id that was not sent', async () => {
    expect((await serve(baseline).infer(inferRequest(golden, 0))).json).not.toHaveProperty('id');
  });

  it('returns only the outputs asked for', async () => {
    const { infer } = serve(baseline);
    const reply = await infer({
      ...inferRequest(golden, 0),
      outputs: [{ name: 'label' }],
    });
    expect(inferResponse.parse(reply.json).outputs.map((output) => output.name)).toEqual(['label']);
    const all = await infer({ ...inferRequest(golden, 0), outputs: [] });
    expect(inferResponse.parse(all.json).outputs).toHaveLength(2);
  });

  it('reads base64 bodies', async () => {
    const { server } = serve(baseline);
    const plain = event('POST', '/v2/models/m/infer', inferRequest(golden, 0));
    const coded = { ...plain, body: Buffer.from(plain.body ?? '').toString('base64'), isBase64Encoded: true };
    expect((await server.handle(coded, throughLive)).body).toBe((await server.handle(plain, throughLive)).body);
  });

  it('answers a direct invoke with the least event that names method and path', async () => {
    const { server } = serve(baseline);
    const least = { rawPath: '/v2/health/ready', requestContext: { http: { method: 'GET' } } };
    expect((await server.handle(least, byVersion)).statusCode).toBe(200);
  });

  it('finds a model whose name needs escaping in a path', async () => {
    const { call } = serve(baseline, { modelName: 'ma/ß 1' });
    expect((await call('GET', `/v2/models/${encodeURIComponent('ma/ß 1')}/ready`)).statusCode).toBe(200);
  });

  it('takes several inputs in any order, each with its own rank', async () => {
    const { infer } = serve(fixture('multi-input.onnx'));
    const image = {
      name: 'image',
      datatype: 'FP32',
      shape: [2, 2, 2],
      data: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
    };
    const extra = { name: 'extra', datatype: 'FP32', shape: [2, 1], data: [100, 200] };
    expect(outputOf(await infer({ inputs: [extra, image] }), 'score')).toEqual([110, 226]);
  });

  it('takes a scalar, which has no dimensions', async () => {
    const { infer } = serve(fixture('scalar.onnx'));
    const reply = await infer(input('x', 'FP32', [], [2.5]));
    expect(inferResponse.parse(reply.json).outputs).toEqual([{ name: 'y', datatype: 'FP32', shape: [], data: [2.5] }]);
  });

  it.each([
    ['FP16', [0.5, -65500, 1.001, 0, 6e-8]],
    ['FP32', [0.5, -3.4028235e38, 0.1, 16777216, 1e-45]],
    ['FP64', [0.1, 1.7976931348623157e308]],
    ['INT8', [-128, 127]],
    ['INT16', [-32768, 32767]],
    ['INT32', [-2147483648, 2147483647]],
    ['INT64', [-5, 9007199254740991, '9223372036854775807', '-9223372036854775808']],
    ['UINT8', [0, 255]],
    ['UINT16', [0, 65535]],
    ['UINT32', [0, 4294967295]],
    ['UINT64', [5, '18446744073709551615']],
    ['BOOL', [true, false]],
    ['BYTES', ['', 'grüß\n"dich"', '🦉']],
  ])('carries %s to the model and back without losing anything', async (datatype, data) => {
    const { infer } = serve(fixture(`echo-${datatype.toLowerCase()}.onnx`));
    expect(outputOf(await infer(input('x', datatype, [data.length], data)), 'y')).toEqual(data);
  });
});
