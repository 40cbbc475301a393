import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { errorBody, inferResponse } from '../../lambdas/contract/inference-protocol';
import { MAX_INFLATED_BYTES } from '../../lambdas/model-server/read-body';
import { binaryOutputs, bytesEvent, floats, one } from './binary';
import { digits, event, fixture, input, serve, throughLive } from './serve';

const echo = () => serve(fixture('echo-fp32.onnx')).server;

async function refusal(event: unknown) {
  const answer = await echo().handle(event, throughLive);
  return { status: answer.statusCode, ...errorBody.parse(JSON.parse(answer.body)) };
}

describe('a compressed body', () => {
  const request = JSON.stringify(input('x', 'FP32', [2], [1, 2]));
  const compressed = (body: Buffer, encoding: string) => ({
    ...event('POST', '/v2/models/m/infer'),
    headers: { 'content-type': 'application/json', 'Content-Encoding': encoding },
    body: body.toString('base64'),
    isBase64Encoded: true,
  });

  it.each<[string, Buffer, string]>([
    ['gzip', gzipSync(request), 'gzip'],
    ['gzip by its old name', gzipSync(request), 'X-GZIP'],
    ['deflate', deflateSync(request), 'deflate'],
    ['deflate without its header', deflateRawSync(request), 'deflate'],
    ['nothing', Buffer.from(request), 'identity'],
  ])('in %s is read', async (_, body, encoding) => {
    const answer = await echo().handle(compressed(body, encoding), throughLive);
    expect(inferResponse.parse(JSON.parse(answer.body)).outputs[0]?.data).toEqual([1, 2]);
  });

  it('may hold bytes of tensors', async () => {
    const plain = bytesEvent(one('FP32', [2], floats(1, 2)));
    const body = gzipSync(Buffer.from(plain.body, 'base64')).toString('base64');
    const event = { ...plain, headers: { ...plain.headers, 'content-encoding': 'gzip' }, body };
    const answer = await echo().handle(event, throughLive);
    expect(inferResponse.parse(JSON.parse(answer.body)).outputs[0]?.data).toEqual([1, 2]);
  });

  it('in another encoding is a 415 that names it', async () => {
    expect(await refusal(compressed(Buffer.from(request), 'br'))).toMatchObject({
      status: 415,
      code: 'UnsupportedEncoding',
      field: 'content-encoding',
      error: 'content-encoding is "br"; gzip, deflate and identity are taken.',
    });
  });

  it.each<[string, Buffer, number, RegExp]>([
    [
      'a bomb of zeros',
      gzipSync(Buffer.alloc(MAX_INFLATED_BYTES + 1)),
      413,
      /more than 25165824 bytes once it is inflated/,
    ],
    [
      'a bomb of spaces',
      gzipSync(Buffer.alloc(16 * 1024 * 1024, 32)),
      413,
      /16777216 bytes of JSON once it is inflated, the limit is 12582912/,
    ],
    [
      'a bomb of brackets',
      gzipSync(Buffer.alloc(8 * 1024 * 1024, '[')),
      413,
      /8388608 arrays and objects, the limit of a compressed one is 1000000/,
    ],
    ['half of itself', gzipSync(request).subarray(0, 30), 400, /is not whole gzip data/],
    ['no gzip', Buffer.from(request), 400, /is not whole gzip data/],
  ])('that is %s is refused', async (_, body, status, sentence) => {
    const found = await refusal(compressed(body, 'gzip'));
    expect(found).toMatchObject({ status, field: 'body' });
    expect(found.error).toMatch(sentence);
  });
});

describe('a compressed answer', () => {
  const asking = (acceptEncoding: string) => ({
    ...event('POST', '/v2/models/m/infer', input('pixels', 'FP32', [2, 64], new Array(128).fill(3))),
    headers: { 'accept-encoding': acceptEncoding },
  });
  const { server } = serve(digits('v1-baseline.onnx'));

  it.each<[string, typeof gunzipSync, string]>([
    ['gzip', gunzipSync, 'gzip'],
    ['gzip, deflate, br', gunzipSync, 'gzip'],
    ['deflate;q=0.5', inflateSync, 'deflate'],
    ['gzip;q=0, deflate', inflateSync, 'deflate'],
  ])('is given to a caller that accepts %s', async (acceptEncoding, inflate, encoding) => {
    const plain = await server.handle(asking('identity'), throughLive);
    const answer = await server.handle(asking(acceptEncoding), throughLive);
    expect(answer).toMatchObject({
      isBase64Encoded: true,
      headers: { 'content-encoding': encoding, vary: 'accept-encoding' },
    });
    expect(inflate(Buffer.from(answer.body, 'base64')).toString()).toBe(plain.body);
    expect(Buffer.from(answer.body, 'base64').length).toBeLessThan(plain.body.length);
  });

  it.each(['', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.000'])(
    'is not given to one that accepts "%s"',
    async (accepts) => {
      expect((await server.handle(asking(accepts), throughLive)).isBase64Encoded).toBeUndefined();
    },
  );

  it('may hold bytes of tensors', async () => {
    const asked = bytesEvent(one('FP32', [2], floats(1, 2)), {
      request: { parameters: { binary_data_output: true } },
      headers: { 'accept-encoding': 'gzip' },
    });
    const answer = await echo().handle(asked, throughLive);
    const inflated = {
      ...answer,
      body: gunzipSync(Buffer.from(answer.body, 'base64')).toString('base64'),
      headers: { ...answer.headers, 'content-encoding': '' },
    };
    expect(binaryOutputs(inflated)).toMatchObject([{ name: 'y', bytes: floats(1, 2) }]);
  });
});
