import { errorBody, inferResponse, modelMetadata } from '../../lambdas/contract/inference-protocol';
import { event, fixture, input, outputOf, serve, throughLive } from './serve';

const x = (...rows: readonly (readonly unknown[])[]) => input('x', 'FP32', [rows.length, 3], rows.flat());
const rowsOfOne = (count: number) => input('x', 'FP32', [count, 1], new Array<number>(count).fill(0.123456789));

async function told(served: ReturnType<typeof serve>, body: unknown) {
  const reply = await served.infer(body);
  const { code, error } = errorBody.parse(reply.json);
  return { status: reply.statusCode, code, error, counted: served.counts.map(({ outcome }) => outcome) };
}

describe('a batch whose answer is too large', () => {
  it('is refused before the model runs where the signature says how large, and is not counted', async () => {
    const served = serve(fixture('wide-rows.onnx'));
    const found = await told(served, rowsOfOne(400));
    expect(found).toMatchObject({ status: 413, code: 'AnswerTooLarge', counted: [] });
    // 400 rows x 10,000 numbers x a digit and a comma.
    expect(found.error).toBe(
      "The answer would have at least 8000000 bytes, Lambda's limit is 6287360: send fewer rows of this " +
        "request's 400 rows, ask for fewer outputs or for binary_data, or accept gzip.",
    );
  });

  it('is refused as soon as it is known where the signature does not say', async () => {
    for (const [file, rows] of [
      ['wide-rows-open.onnx', 400],
      ['wide-rows.onnx', 100],
    ] as const) {
      const found = await told(serve(fixture(file)), rowsOfOne(rows));
      expect(found).toMatchObject({ status: 413, code: 'AnswerTooLarge', counted: [] });
    }
  });

  it('fits with fewer rows', async () => {
    const served = serve(fixture('wide-rows.onnx'));
    expect((await served.infer(rowsOfOne(10))).statusCode).toBe(200);
    expect(served.counts).toMatchObject([{ outcome: 'answered' }]);
  });

  it('is the model’s failure where a single row is too much', async () => {
    const found = await told(serve(fixture('wide.onnx')), input('x', 'FP32', [1, 1], [0.123456789]));
    expect(found).toMatchObject({ status: 500, code: 'AnswerTooLarge', counted: ['model-error'] });
  });
});

describe('an answer that is no number', () => {
  it.each<[string, readonly (readonly unknown[])[], string, RegExp]>([
    [
      'overflows by itself',
      [[1e38, 1, 1]],
      'InputOverflow',
      /Input "x" is 9.99\d*e\+37 at index 0, so that output "y" is Infinity at index 0/,
    ],
    [
      'overflows in its row',
      [
        [1, 1, 1],
        [1, 1, -3e38],
      ],
      'InputOverflow',
      /Input "x" is -3.0\d*e\+38|Input "x" is -2.99\d*e\+38/,
    ],
    [
      'is missing',
      [[1, null, 1]],
      'ValueMissing',
      /Input "x" is null \(NaN\) at index 1, and the model takes no missing value there: output "y" is NaN at index 1/,
    ],
  ])('is the caller’s mistake where a number %s, and is not counted', async (_, rows, code, sentence) => {
    // prettier-ignore
    const found = await told(serve(fixture('square.onnx')), x(...rows));
    expect(found).toMatchObject({ status: 400, code, counted: [] });
    expect(found.error).toMatch(sentence);
  });

  it.each<[string, string, readonly (readonly unknown[])[]]>([
    ['of ordinary numbers', 'reciprocal.onnx', [[1, 0, 1]]],
    [
      'of ordinary numbers in another row than the one that overflows',
      'reciprocal.onnx',
      [
        [1e38, 1, 1],
        [1, 0, 1],
      ],
    ],
    ['of large numbers that are no wonder', 'reciprocal.onnx', [[1.7e18, 0, 1]]],
  ])('is the model’s failure where it makes it %s', async (_, file, rows) => {
    const found = await told(serve(fixture(file)), x(...rows));
    expect(found).toMatchObject({ status: 500, code: 'NonFiniteOutput', counted: ['non-finite-output'] });
  });

  it('is no mistake of a caller whose large numbers the model takes', async () => {
    const { infer, counts } = serve(fixture('reciprocal.onnx'));
    expect((await infer(x([1e38, 1, -2e38]))).statusCode).toBe(200);
    expect(counts).toMatchObject([{ outcome: 'answered' }]);
  });

  it('is an answer where the endpoint says that infinities are right', async () => {
    const { infer, counts } = serve(fixture('masked.onnx'), { nonFinite: 'infinities-allowed' });
    const reply = await infer(x([1, -1, 2]));
    expect(reply.body).toContain('"data":[1,-1e999,2]');
    expect(outputOf(reply, 'logits')).toEqual([1, -Infinity, 2]);
    expect(counts).toMatchObject([{ outcome: 'answered' }]);
    expect(
      await told(serve(fixture('nan.onnx'), { nonFinite: 'infinities-allowed' }), input('x', 'FP32', [1, 1], [-1])),
    ).toMatchObject({
      code: 'NonFiniteOutput',
    });
    expect((await told(serve(fixture('masked.onnx')), x([1, -1, 2]))).error).toBe(
      'Output "logits" holds -Infinity at index 1; where infinities are right, set the endpoint\'s nonFinite to ' +
        "'infinities-allowed'.",
    );
  });

  it('is null where the endpoint lets NaN through', async () => {
    const { infer } = serve(fixture('nan.onnx'), { nonFinite: 'allowed' });
    const reply = await infer(input('x', 'FP32', [2, 1], [-1, 1]));
    expect(reply.body).toContain('"data":[null,0]');
    expect(outputOf(reply, 'score')).toEqual([NaN, 0]);
  });
});

describe('whatever the runtime answers', () => {
  it.each<[string, string, object, string, unknown]>([
    [
      'sizes called "?" that differ',
      'unnamed-sizes.onnx',
      {
        inputs: [
          { name: 'a', datatype: 'FP32', shape: [1, 2], data: [1, 2] },
          { name: 'b', datatype: 'FP32', shape: [2, 3], data: [1, 1, 1, 1, 1, 1] },
        ],
      },
      'y',
      [7, 8],
    ],
    ['an input of any rank', 'any-rank.onnx', input('x', 'FP32', [1, 2, 1], [-1, 1]), 'y', [0, 1]],
    ['a scalar where any rank goes', 'any-rank.onnx', input('x', 'FP32', [], [3]), 'y', [3]],
    ['no rows', 'square.onnx', input('x', 'FP32', [0, 3], []), 'y', []],
    [
      'an input called __proto__',
      'name-proto.onnx',
      JSON.parse('{"inputs":[{"name":"__proto__","datatype":"FP32","shape":[1,2],"data":[-1,1]}]}') as object,
      'constructor',
      [0, 1],
    ],
    ['an output called __proto__', 'out-proto.onnx', input('toString', 'FP32', [1, 2], [-1, 1]), '__proto__', [0, 1]],
    ['truth values', 'bool-out.onnx', x([1, -1, 0]), 'y', [true, false, false]],
    [
      'a past that is empty',
      'field/empty-past.onnx',
      {
        inputs: [
          { name: 'past', datatype: 'FP32', shape: [1, 0, 2], data: [] },
          { name: 'x', datatype: 'FP32', shape: [1, 1, 2], data: [1, 2] },
        ],
      },
      'present',
      [1, 2],
    ],
    [
      'null for what is absent',
      'square.onnx',
      { ...x([1, 2, 3]), id: null, outputs: null, parameters: null },
      'y',
      [1, 4, 9],
    ],
    [
      'a value that is missing',
      'field/imputer.onnx',
      input('X', 'FP32', [1, 4], [null, 1, 2, 3]),
      'label',
      [expect.any(Number)],
    ],
  ])('is answered for %s', async (_, file, body, output, data) => {
    const reply = await serve(fixture(file)).infer(body);
    expect([reply.statusCode, reply.statusCode === 200 ? outputOf(reply, output) : reply.body]).toEqual([200, data]);
  });

  it('is told of an input of any rank', async () => {
    const { call } = serve(fixture('any-rank.onnx'));
    expect(modelMetadata.parse((await call('GET', '/v2/models/m')).json).inputs).toEqual([
      { name: 'x', datatype: 'FP32', shape: [-1], parameters: { rank: 'any' } },
    ]);
  });

  it('is unwrapped from scikit-learn’s maps: a table of probabilities, whose columns are named', async () => {
    const { infer, call } = serve(fixture('zipmap.onnx'));
    expect(modelMetadata.parse((await call('GET', '/v2/models/m')).json)).toMatchObject({
      outputs: [
        { name: 'label', datatype: 'BYTES', shape: [-1] },
        { name: 'map', datatype: 'FP32', shape: [-1, 3], parameters: { class_names: ['cat', 'dog', 'owl'] } },
      ],
    });
    const reply = await infer(input('x', 'FP32', [2, 2], [5, 1, 1, 5]));
    expect(outputOf(reply, 'label')).toEqual(['cat', 'dog']);
    const map = inferResponse.parse(reply.json).outputs[1]!;
    expect(map.shape).toEqual([2, 3]);
    expect(map.data.map((value) => Math.round(Number(value) * 1000))).toEqual([982, 18, 0, 18, 982, 0]);
    const only = await serve(fixture('only-map.onnx')).infer(input('x', 'FP32', [1, 2], [5, 1]));
    expect(outputOf(only, 'map')).toEqual([5, 1]);
  });

  it('leaves out what the runtime cannot give, and says so', async () => {
    const { infer, call, lines } = serve(fixture('with-sequence.onnx'));
    const metadata = modelMetadata.parse((await call('GET', '/v2/models/m')).json);
    expect(metadata.outputs.map(({ name }) => name)).toEqual(['y']);
    expect(metadata.parameters?.left_out).toEqual([
      'output list is a sequence, which onnxruntime for Node.js cannot give',
    ]);
    expect(lines[0]?.fields['leftOut']).toEqual(metadata.parameters?.left_out);
    expect(outputOf(await infer(x([1, 2, 3])), 'y')).toEqual([1, 2, 3]);
  });

  it('is classified where a caller asks for the best classes', async () => {
    const { infer } = serve(fixture('zipmap.onnx'), { classNames: ['cat', 'dog', 'owl'] });
    const body = {
      ...input('x', 'FP32', [1, 2], [5, 1]),
      outputs: [{ name: 'map', parameters: { classification: 2 } }],
    };
    const reply = await infer(body);
    expect(inferResponse.parse(reply.json).outputs).toEqual([
      { name: 'map', datatype: 'BYTES', shape: [1, 2], data: ['0.981998:0:cat', '0.017986:1:dog'] },
    ]);
    const label = { ...body, outputs: [{ name: 'label', parameters: { classification: 2 } }] };
    expect((await infer(label)).body).toMatch(
      /outputs\[0\].parameters.classification is 2, but output \\"label\\" is BYTES/,
    );
  });
});

describe('an extension that is not served', () => {
  it.each([
    '/v2/repository/index',
    '/v2/models/m/stats',
    '/v2/models/m/config',
    '/v2/systemsharedmemory/status',
    '/v2/trace/setting',
    '/v2/logging',
    '/v2/repository/models/m/load',
  ])('is a 404 at %s that says which are', async (path) => {
    const answer = await serve(fixture('square.onnx')).server.handle(event('POST', path, {}), throughLive);
    const { code, error } = errorBody.parse(JSON.parse(answer.body));
    expect([answer.statusCode, code]).toEqual([404, 'NotFound']);
    expect(error).toMatch(/belongs to an extension of the protocol that is not served; GET \/v2 lists those that are/);
  });
});
