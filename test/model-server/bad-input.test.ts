import { errorBody } from '../../lambdas/contract/inference-protocol';
import { digits, event, fixture, input, serve, throughLive, type Reply } from './serve';

const pixels = new Array<number>(64).fill(0);
const good = input('pixels', 'FP32', [1, 64], pixels);
const baseline = serve(digits('v1-baseline.onnx'));

/** Status, code, field and sentence of a refusal. */
function refusal(reply: Reply) {
  const { code, field, error } = errorBody.parse(reply.json);
  return { status: reply.statusCode, code, field, error };
}

const withInput = (changes: Record<string, unknown>) => ({ inputs: [{ ...good.inputs[0], ...changes }] });

describe('a request that makes no sense', () => {
  it.each([
    ['GET', '/', 404, 'NotFound'],
    ['GET', '/v3', 404, 'NotFound'],
    ['GET', '/v2/models', 404, 'NotFound'],
    ['GET', '/v2/models/', 404, 'NotFound'],
    ['GET', '/v2/health', 404, 'NotFound'],
    ['GET', '/v2/models/m/versions', 404, 'NotFound'],
    ['GET', '/v2/models/m/versions/6', 404, 'NotFound'],
    ['GET', '/v2/models/other', 404, 'NotFound'],
    ['GET', '/v2/models/%E0%A4%A', 404, 'NotFound'],
    ['GET', '/v2/models/__proto__', 404, 'NotFound'],
    ['POST', '/v2/models/other/infer', 404, 'NotFound'],
    ['POST', '/v2/models/m/infer/more', 404, 'NotFound'],
    ['GET', '/v2/models/m/infer', 405, 'MethodNotAllowed'],
    ['POST', '/v2/health/live', 405, 'MethodNotAllowed'],
    ['DELETE', '/v2/models/m', 405, 'MethodNotAllowed'],
  ])('%s %s is answered %i %s', async (method, path, status, code) => {
    expect(refusal(await baseline.call(method, path))).toMatchObject({ status, code });
  });

  it.each([
    ['nothing', undefined, 'rawPath'],
    ['text', 'hello', 'rawPath'],
    ['an empty object', {}, 'rawPath'],
    ['a path alone', { rawPath: '/v2' }, 'requestContext.http.method'],
    ['null parts', { rawPath: '/v2', requestContext: { http: null } }, 'requestContext.http.method'],
  ])('an event that is %s is a 400 and no exception', async (_, notAnEvent, field) => {
    const answer = await baseline.server.handle(notAnEvent, throughLive);
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'InvalidEvent', field });
    expect(answer.headers['x-greenlight-version']).toBe('7');
  });

  it.each([
    ['no body', undefined, 400, 'InvalidJson'],
    ['an empty body', '', 400, 'InvalidJson'],
    ['half a body', '{"inputs": [', 400, 'InvalidJson'],
    ['a number', '5', 400, 'InvalidJson'],
    ['null', 'null', 400, 'InvalidJson'],
    ['a list', '[]', 400, 'InvalidJson'],
    ['a million levels of nesting', '['.repeat(1_000_000) + ']'.repeat(1_000_000), 400, 'InvalidJson'],
    ['more than 6 MB', `{"x":"${'x'.repeat(6 * 1024 * 1024)}"}`, 413, 'BodyTooLarge'],
    ['fewer characters than 6 MB but more bytes', `{"x":"${'€'.repeat(3 * 1024 * 1024)}"}`, 413, 'BodyTooLarge'],
  ])('a body that is %s', async (_, body, status, code) => {
    expect(refusal(await baseline.infer(body))).toMatchObject({ status, code, field: 'body' });
  });

  it('refuses base64 that holds no UTF-8, and too much of it', async () => {
    const send = async (body: string) => {
      const answer = await baseline.server.handle(
        { ...event('POST', '/v2/models/m/infer'), body, isBase64Encoded: true },
        throughLive,
      );
      return { status: answer.statusCode, ...errorBody.parse(JSON.parse(answer.body)) };
    };
    expect(await send(Buffer.from([0x7b, 0xff, 0xfe]).toString('base64'))).toMatchObject({
      status: 400,
      code: 'InvalidJson',
    });
    expect(await send('A'.repeat(9_000_000))).toMatchObject({ status: 413, code: 'BodyTooLarge' });
  });
});

describe('an infer request that does not fit the model', () => {
  const rows = (value: unknown) => [...pixels.slice(0, 63), value];
  it.each<[string, unknown, string, RegExp]>([
    ['no inputs', {}, 'inputs', /is undefined, not an array/],
    ['inputs that are no list', { inputs: { pixels: 1 } }, 'inputs', /is an object, not an array/],
    ['an empty list of inputs', { inputs: [] }, 'inputs', /none is called "pixels"/],
    ['an input that is null', { inputs: [null] }, 'inputs[0]', /is null, not an object/],
    ['an unknown input', withInput({ name: 'pixel' }), 'inputs[0].name', /"pixel", the model's inputs are "pixels"/],
    ['an input called __proto__', '{"inputs":[{"name":"__proto__"}]}', 'inputs[0].name', /"__proto__"/],
    ['an input called constructor', withInput({ name: 'constructor' }), 'inputs[0].name', /"constructor"/],
    ['an input without a name', withInput({ name: undefined }), 'inputs[0].name', /undefined/],
    ['the same input twice', { inputs: [good.inputs[0], good.inputs[0]] }, 'inputs[1].name', /second time/],
    ['another datatype', withInput({ datatype: 'INT64' }), 'inputs[0].datatype', /"INT64", the model wants FP32/],
    [
      'a datatype that is none',
      withInput({ datatype: 'fp32' }),
      'inputs[0].datatype',
      /"fp32" \(no datatype of the protocol\)/,
    ],
    ['no shape', withInput({ shape: undefined }), 'inputs[0].shape', /undefined, the model wants \[-1, 64\]/],
    [
      'too few dimensions',
      withInput({ shape: [64] }),
      'inputs[0].shape',
      /1 dimensions, the model wants 2: \[-1, 64\]/,
    ],
    ['too many dimensions', withInput({ shape: [1, 1, 64] }), 'inputs[0].shape', /3 dimensions/],
    ['another fixed size', withInput({ shape: [1, 32] }), 'inputs[0].shape[1]', /is 32, the model wants 64/],
    [
      'a size below zero',
      withInput({ shape: [-1, 64] }),
      'inputs[0].shape[0]',
      /is -1, not a whole number of at least 0/,
    ],
    ['a size that is not whole', withInput({ shape: [1.5, 64] }), 'inputs[0].shape[0]', /is 1\.5/],
    ['a size as text', withInput({ shape: ['1', 64] }), 'inputs[0].shape[0]', /is "1"/],
    ['a huge size', withInput({ shape: [1e9, 64] }), 'inputs[0].shape', /64000000000 elements, the limit is 25000000/],
    [
      'a size beyond all numbers',
      '{"inputs":[{"name":"pixels","datatype":"FP32","shape":[1e999,64],"data":[]}]}',
      'inputs[0].shape[0]',
      /Infinity/,
    ],
    ['no data', withInput({ data: undefined }), 'inputs[0].data', /undefined, not an array/],
    ['data as text', withInput({ data: 'AAAA' }), 'inputs[0].data', /"AAAA", not an array/],
    ['too little data', withInput({ data: [1, 2] }), 'inputs[0].data', /has 2 values, the shape says 64/],
    ['too much data', withInput({ data: [...pixels, 1] }), 'inputs[0].data', /has 65 values, the shape says 64/],
    [
      'too many nested rows',
      withInput({ data: [pixels, pixels] }),
      'inputs[0].data',
      /has 2 entries, the shape says 1/,
    ],
    [
      'a nested row that is too short',
      withInput({ data: [[1]] }),
      'inputs[0].data[0]',
      /has 1 values, the shape says 64/,
    ],
    ['data nested too deep', withInput({ data: [[rows([1])]] }), 'inputs[0].data[0]', /has 1 values/],
    [
      'a list where a number belongs',
      withInput({ data: [rows([1])] }),
      'inputs[0].data[0][63]',
      /is an array of 1, not a finite number/,
    ],
    [
      'text where a number belongs',
      withInput({ data: rows('7') }),
      'inputs[0].data[63]',
      /is "7", not a finite number/,
    ],
    ['NaN as text', withInput({ data: rows('NaN') }), 'inputs[0].data[63]', /"NaN"/],
    ['a truth value where a number belongs', withInput({ data: rows(true) }), 'inputs[0].data[63]', /is true/],
    [
      'a number that is infinite as FP32',
      withInput({ data: rows(3.5e38) }),
      'inputs[0].data[63]',
      /3\.5e\+38, not a finite number from/,
    ],
    [
      'unknown outputs',
      { ...good, outputs: [{ name: 'logits' }] },
      'outputs[0].name',
      /"logits", the model's outputs are "label", "probabilities"/,
    ],
    ['an output twice', { ...good, outputs: [{ name: 'label' }, { name: 'label' }] }, 'outputs[1].name', /second time/],
    ['outputs that are names', { ...good, outputs: ['label'] }, 'outputs[0].name', /"label"/],
    ['outputs that are no list', { ...good, outputs: 'label' }, 'outputs', /"label", not an array/],
    ['an id that is a number', { ...good, id: 7 }, 'id', /is 7, not text/],
    ['an id without end', { ...good, id: 'x'.repeat(257) }, 'id', /257 characters, the limit is 256/],
  ])('%s is a 400 that names the field, the value and the limit', async (_, body, field, sentence) => {
    const found = refusal(await baseline.infer(body));
    expect(found).toMatchObject({ status: 400, code: 'InvalidInput', field });
    expect(found.error).toMatch(sentence);
  });

  it('survives data that is a hundred thousand levels deep', async () => {
    const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`;
    const body = `{"inputs":[{"name":"pixels","datatype":"FP32","shape":[1,64],"data":${deep}}],"parameters":${deep}}`;
    expect(refusal(await baseline.infer(body))).toMatchObject({ status: 400, field: 'inputs[0].data[0]' });
    const elsewhere = JSON.stringify(good).replace('"inputs"', `"parameters":${deep},"inputs"`);
    expect((await baseline.infer(elsewhere)).statusCode).toBe(200);
  });

  it.each([
    ['INT8', 128],
    ['INT8', -129],
    ['INT16', 32768],
    ['INT32', 2147483648],
    ['INT64', '9223372036854775808'],
    ['INT64', '1e3'],
    ['INT64', ''],
    ['INT64', 9007199254740992],
    ['INT64', 0.5],
    ['UINT8', -1],
    ['UINT8', 256],
    ['UINT16', 65536],
    ['UINT32', -1],
    ['UINT64', -1],
    ['UINT64', '18446744073709551616'],
    ['INT32', 1.5],
    ['FP16', 65520],
    ['BOOL', 2],
    ['BOOL', 'true'],
    ['BYTES', 5],
    ['BYTES', null],
  ])('%s does not take %p', async (datatype, value) => {
    const { infer } = serve(fixture(`echo-${datatype.toLowerCase()}.onnx`));
    expect(refusal(await infer(input('x', datatype, [1], [value])))).toMatchObject({
      status: 400,
      field: 'inputs[0].data[0]',
    });
  });

  it('wants one size where the model uses one name and cannot do with two', async () => {
    const { infer } = serve(fixture('multi-input.onnx'));
    const image = { name: 'image', datatype: 'FP32', shape: [2, 2, 2], data: [1, 2, 3, 4, 5, 6, 7, 8] };
    const extra = { name: 'extra', datatype: 'FP32', shape: [3, 1], data: [1, 2, 3] };
    const found = refusal(await infer({ inputs: [image, extra] }));
    expect(found).toMatchObject({ status: 400, field: 'inputs[1].shape[0]' });
    expect(found.error).toMatch(/is 3, but inputs\[0\]\.shape\[0\] is 2 and the model calls both "N"/);
    expect(refusal(await infer({ inputs: [image] })).error).toMatch(/none is called "extra"/);
    // The runtime adds a single row to each: where it answers, so does the server.
    const one = { name: 'extra', datatype: 'FP32', shape: [1, 1], data: [1] };
    expect((await infer({ inputs: [image, one] })).statusCode).toBe(200);
  });

  it('is logged with its code and field but without what was sent', async () => {
    const { infer, lines } = serve(digits('v1-baseline.onnx'));
    await infer(withInput({ data: [...pixels.slice(0, 63), 'my\nsecret'] }));
    const warnings = lines.filter((line) => line.level !== 'info');
    expect(warnings).toEqual([
      {
        level: 'warn',
        message: 'Request refused',
        fields: { code: 'InvalidInput', status: 400, field: 'inputs[0].data[63]', requestId: 'r-1' },
      },
    ]);
  });

  it('leaves no trace on later requests', async () => {
    expect((await baseline.infer('{"__proto__":{"inputs":[]},"inputs":1}')).statusCode).toBe(400);
    expect(({} as Record<string, unknown>)['inputs']).toBeUndefined();
    expect((await baseline.infer(good)).statusCode).toBe(200);
  });
});
