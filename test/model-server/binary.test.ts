import { errorBody, inferResponse } from '../../lambdas/contract/inference-protocol';
import { requestCapture } from '../../lambdas/model-server/capture';
import { binaryOutputs, bytesEvent, floats, one } from './binary';
import { byVersion, digits, envFor, fixture, input, jsonOf, serve, throughLive } from './serve';

const texts = (...values: readonly string[]) =>
  Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.from(value);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );
const echo = (type: string) => serve(fixture(`echo-${type.toLowerCase()}.onnx`)).server;

async function refusal(event: unknown, type = 'FP32') {
  const answer = await echo(type).handle(event, throughLive);
  return { status: answer.statusCode, ...errorBody.parse(JSON.parse(answer.body)) };
}

describe('binary tensor data', () => {
  it.each<[string, Buffer]>([
    ['FP16', Buffer.from(Uint16Array.of(0x3c00, 0xfbff, 1).buffer)],
    ['FP32', floats(0.1, -0, 3.4028234663852886e38)],
    ['FP64', Buffer.from(Float64Array.of(0.1, 5e-324, -0).buffer)],
    ['INT8', Buffer.from([0x80, 1, 2])],
    ['INT64', Buffer.from(BigInt64Array.of(2n ** 63n - 1n, -1n, 0n).buffer)],
    ['UINT8', Buffer.from([0, 1, 255])],
    ['UINT64', Buffer.from(BigUint64Array.of(2n ** 64n - 1n, 1n, 0n).buffer)],
    ['BOOL', Buffer.from([1, 0, 1])],
    ['BYTES', texts('', 'grüß\n"dich"', '🦉')],
  ])('%s goes in and out as bytes, over the URL and by direct invoke', async (datatype, bytes) => {
    const request = { outputs: [{ name: 'y', parameters: { binary_data: true } }] };
    for (const context of [throughLive, byVersion]) {
      const answer = await echo(datatype).handle(bytesEvent(one(datatype, [3], bytes), { request }), context);
      expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true });
      expect(answer.headers['content-type']).toBe('application/octet-stream');
      expect(binaryOutputs(answer)).toEqual([{ name: 'y', datatype, shape: [3], bytes }]);
    }
  });

  it('is answered as JSON where it is not asked for, and asked for of some outputs or of all', async () => {
    const { server } = serve(digits('v1-baseline.onnx'));
    const pixels = [
      { name: 'pixels', datatype: 'FP32', shape: [1, 64], bytes: floats(...new Array<number>(64).fill(3)) },
    ];
    const plain = await server.handle(bytesEvent(pixels), throughLive);
    expect(inferResponse.parse(JSON.parse(plain.body)).outputs.map(({ name }) => name)).toEqual([
      'label',
      'probabilities',
    ]);
    const mixed = await server.handle(
      bytesEvent(pixels, {
        request: { outputs: [{ name: 'probabilities', parameters: { binary_data: true } }, { name: 'label' }] },
      }),
      throughLive,
    );
    const [label, probabilities] = jsonOf(mixed)['outputs'] as Record<string, unknown>[];
    expect(label).toMatchObject({ name: 'label', data: [expect.any(Number)] });
    expect(probabilities).toEqual({
      name: 'probabilities',
      datatype: 'FP32',
      shape: [1, 10],
      parameters: { binary_data_size: 40 },
    });
    const all = await server.handle(
      bytesEvent(pixels, { request: { parameters: { binary_data_output: true } } }),
      throughLive,
    );
    expect(binaryOutputs(all).map(({ bytes }) => bytes.length)).toEqual([8, 40]);
    const but = {
      parameters: { binary_data_output: true },
      outputs: [{ name: 'label', parameters: { binary_data: false } }],
    };
    expect((await server.handle(bytesEvent(pixels, { request: but }), throughLive)).isBase64Encoded).toBeUndefined();
  });

  it('takes several inputs one behind the other, beside some in JSON', async () => {
    const { server } = serve(fixture('multi-input.onnx'));
    const image = { name: 'image', datatype: 'FP32', shape: [2, 2, 2], bytes: floats(1, 2, 3, 4, 5, 6, 7, 8) };
    const extra = { name: 'extra', datatype: 'FP32', shape: [2, 1], bytes: floats(100, 200) };
    for (const inputs of [
      [image, extra],
      [extra, image],
    ]) {
      const answer = await server.handle(bytesEvent(inputs), throughLive);
      expect(inferResponse.parse(JSON.parse(answer.body)).outputs[0]?.data).toEqual([110, 226]);
    }
    const mixed = bytesEvent([], {
      request: {
        inputs: [
          { name: 'extra', datatype: 'FP32', shape: [2, 1], data: [100, 200] },
          { name: 'image', datatype: 'FP32', shape: [2, 2, 2], parameters: { binary_data_size: 32 } },
        ],
      },
      rest: image.bytes,
    });
    expect(inferResponse.parse(JSON.parse((await server.handle(mixed, throughLive)).body)).outputs[0]?.data).toEqual([
      110, 226,
    ]);
  });

  it('is not kept from a replay: a captured request is written as JSON, but for what JSON does not have', async () => {
    const kept: string[] = [];
    const takesAnything = fixture('odd-shape-of.onnx');
    const time = { now: 0 };
    const capture = requestCapture({
      env: envFor(takesAnything, { captureRate: 1 }),
      now: () => (time.now += 2_000),
      sink: {
        write: async ({ body }) => {
          kept.push(body);
          return 'kept';
        },
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    const { server } = serve(takesAnything, { captureRate: 1 }, { capture });
    for (const [first, value] of [
      [1, Infinity],
      [2, -Infinity],
      [0.5, NaN],
    ] as const)
      expect((await server.handle(bytesEvent(one('FP32', [1, 2], floats(first, value))), throughLive)).statusCode).toBe(
        200,
      );
    expect(kept.map((body) => JSON.parse(body) as unknown)).toEqual([input('x', 'FP32', [1, 2], [0.5, null])]);
  });

  it.each<[string, Parameters<typeof bytesEvent>, string, RegExp, string?]>([
    [
      'fewer bytes than its shape',
      [one('FP32', [3], floats(1, 2))],
      'inputs[0].parameters.binary_data_size',
      /is 8, 3 elements of FP32 have 12 bytes/,
    ],
    [
      'more bytes than its shape',
      [one('FP32', [1], floats(1, 2))],
      'inputs[0].parameters.binary_data_size',
      /is 8, 1 elements of FP32 have 4/,
    ],
    [
      'bytes that are not there',
      [[], { request: { inputs: [{ name: 'x', datatype: 'FP32', shape: [2], parameters: { binary_data_size: 8 } }] } }],
      'inputs[0].parameters.binary_data_size',
      /is 8, but the body has 0 bytes left behind its JSON/,
    ],
    [
      'a length beyond all',
      [
        [],
        {
          request: {
            inputs: [{ name: 'x', datatype: 'FP32', shape: [2], parameters: { binary_data_size: 2 ** 53 - 1 } }],
          },
        },
      ],
      'inputs[0].parameters.binary_data_size',
      /the body has 0 bytes left/,
    ],
    [
      'a length below zero',
      [
        [],
        { request: { inputs: [{ name: 'x', datatype: 'FP32', shape: [2], parameters: { binary_data_size: -8 } }] } },
      ],
      'inputs[0].parameters.binary_data_size',
      /is -8, not a number of bytes/,
    ],
    [
      'a length as text',
      [
        [],
        { request: { inputs: [{ name: 'x', datatype: 'FP32', shape: [2], parameters: { binary_data_size: '8' } }] } },
      ],
      'inputs[0].parameters.binary_data_size',
      /is "8", not a number of bytes/,
    ],
    [
      'bytes that no input takes',
      [one('FP32', [1], floats(1)), { rest: floats(2) }],
      'body',
      /has 8 bytes behind its JSON, the inputs' binary_data_size take 4/,
    ],
    [
      'data as well',
      [
        [],
        {
          request: {
            inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [1], parameters: { binary_data_size: 4 } }],
          },
          rest: floats(1),
        },
      ],
      'inputs[0].parameters.binary_data_size',
      /is 4, but the input has data as well/,
    ],
    [
      'a header longer than the body',
      [one('FP32', [1], floats(1)), { headers: { 'inference-header-content-length': '1000000' } }],
      'inference-header-content-length',
      /is "1000000", not a number of bytes from 1 to the body's/,
    ],
    [
      'a header of zero, a raw request',
      [one('FP32', [1], floats(1)), { headers: { 'inference-header-content-length': '0' } }],
      'inference-header-content-length',
      /is "0"/,
    ],
    [
      'a header that is no number',
      [one('FP32', [1], floats(1)), { headers: { 'inference-header-content-length': '-1e3' } }],
      'inference-header-content-length',
      /is "-1e3"/,
    ],
    [
      'a header that cuts the JSON',
      [one('FP32', [1], floats(1)), { headers: { 'inference-header-content-length': '20' } }],
      'body',
      /body is not JSON/,
    ],
    [
      'a truth value that is 2',
      [one('BOOL', [2], Buffer.from([1, 2]))],
      'inputs[0].data[1]',
      /is 2, a BOOL's byte is 0 or 1/,
      'BOOL',
    ],
    [
      'text that ends behind its bytes',
      [one('BYTES', [1], Buffer.from([9, 0, 0, 0, 65]))],
      'inputs[0].data[0]',
      /ends behind the 5 bytes of its input/,
      'BYTES',
    ],
    [
      'text of four gigabytes',
      [one('BYTES', [1], Buffer.from([255, 255, 255, 255, 65]))],
      'inputs[0].data[0]',
      /ends behind/,
      'BYTES',
    ],
    [
      'more text than its shape',
      [one('BYTES', [1], texts('a', 'b'))],
      'inputs[0].parameters.binary_data_size',
      /is 10, the 1 elements of its shape have 5 bytes/,
      'BYTES',
    ],
    [
      'text that is no UTF-8',
      [one('BYTES', [1], Buffer.from([1, 0, 0, 0, 255]))],
      'inputs[0].data[0]',
      /is no UTF-8/,
      'BYTES',
    ],
    [
      'shared memory',
      [
        [],
        {
          request: { inputs: [{ name: 'x', datatype: 'FP32', shape: [1], parameters: { shared_memory_region: 'r' } }] },
        },
      ],
      'inputs[0].parameters.shared_memory_region',
      /is "r", but shared memory and sequences are not served/,
    ],
    [
      'a sequence',
      [one('FP32', [1], floats(1)), { request: { parameters: { sequence_id: 7 } } }],
      'parameters.sequence_id',
      /is 7/,
    ],
    [
      'binary_data that is no truth value',
      [one('FP32', [1], floats(1)), { request: { outputs: [{ name: 'y', parameters: { binary_data: 1 } }] } }],
      'outputs[0].parameters.binary_data',
      /is 1, not true or false/,
    ],
  ])('with %s is a 400 that names it', async (...[, event, field, sentence, type]) => {
    const found = await refusal(bytesEvent(...event), type);
    expect(found).toMatchObject({ status: 400, field });
    expect(found.error).toMatch(sentence);
  });
});
