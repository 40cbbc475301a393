import { gzipSync } from 'node:zlib';
import { serveFunctionUrl } from '../../../cli/demo/function-url-server';
import type { UrlRequest, UrlResponse } from '../../../simulator/services/lambda/function-url';
import type { World } from '../../../simulator/world';

it('gives a function headers and bytes as they came, and text as text', async () => {
  const asked: UrlRequest[] = [];
  const bytes = Buffer.from([0, 255, 1]);
  const invokeUrl = async (_: string, __: string, request: UrlRequest): Promise<UrlResponse> => {
    asked.push(request);
    const headers = { 'content-type': 'application/octet-stream' };
    return { statusCode: 200, headers, body: bytes.toString('base64'), isBase64Encoded: true, functionError: false };
  };
  const server = await serveFunctionUrl({ services: { lambda: { invokeUrl } } } as unknown as World, 'f');
  try {
    const post = (headers: Record<string, string>, body: Uint8Array<ArrayBuffer> | string) =>
      fetch(`${server.url}/v2`, { method: 'POST', headers, body });
    const octets = await post(
      { 'content-type': 'application/octet-stream', 'inference-header-content-length': '1' },
      new Uint8Array(bytes),
    );
    expect(Buffer.from(await octets.arrayBuffer())).toEqual(bytes);
    await post({ 'content-type': 'application/json', 'content-encoding': 'gzip' }, new Uint8Array(gzipSync('{}')));
    await post({ 'content-type': 'application/json' }, '{"é":1}');
    expect(asked.map(({ body }) => body)).toEqual([bytes, gzipSync('{}'), '{"é":1}']);
    expect(asked[0]?.headers).toMatchObject({ 'inference-header-content-length': '1' });
  } finally {
    await server.stop();
  }
});
