import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ModelServer } from '../../lambdas/model-server/create-model-server';
import { throughLive } from '../model-server/serve';

export interface Loopback {
  /** Without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Lambda gives these to a function as text, everything else in base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml)\b)/;

/** A model server at a free port of this machine, behind what a function URL makes of HTTP. */
export async function loopback(model: ModelServer): Promise<Loopback> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { headers, method = 'GET', url = '/' } = request;
      const isText = TEXT.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined;
      const { pathname } = new URL(url, 'http://localhost');
      const event = {
        version: '2.0',
        rawPath: pathname,
        headers,
        requestContext: { http: { method, path: pathname } },
        ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
        isBase64Encoded: body.length > 0 && !isText,
      };
      void model.handle(event, throughLive).then(
        (answer) => {
          const content = Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8');
          response.writeHead(answer.statusCode, { ...answer.headers, 'content-length': content.length }).end(content);
        },
        () => response.writeHead(502).end('{"Message":"Internal Server Error"}'),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
