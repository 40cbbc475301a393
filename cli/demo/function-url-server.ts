import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANSWERED_BY } from '../../lambdas/contract/inference-protocol';
import { LIVE_ALIAS } from '../../lambdas/contract/names';
import type { World } from '../../simulator/world';

export interface FunctionUrlServer {
  /** Without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The live alias' function URL as a real HTTP server on this machine, at a free port: each request goes through the
 * alias.
 */
export async function serveFunctionUrl(world: World, functionName: string): Promise<FunctionUrlServer> {
  const server = createServer((request, response) => {
    answerUrl(world, functionName, LIVE_ALIAS, request, response).catch((error: unknown) => {
      // No version answered: the request failed on the way to one.
      response.writeHead(502, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ Message: error instanceof Error ? error.message : String(error) }));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** One request through an alias' function URL. */
export async function answerUrl(
  world: World,
  functionName: string,
  alias: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const served = await world.services.lambda.invokeUrl(functionName, alias, {
    method: request.method ?? 'GET',
    path: pathname,
    query: search.slice(1),
    headers: Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
    ...(body.length > 0 && { body }),
  });
  const content = Buffer.from(served.body, served.isBase64Encoded ? 'base64' : 'utf8');
  response.writeHead(served.statusCode, {
    // A version that crashed cannot say who it is; here it is known, so that its failures are put on it.
    ...(served.executedVersion !== undefined && { [ANSWERED_BY.version]: served.executedVersion }),
    ...served.headers,
    'content-length': content.byteLength,
  });
  response.end(content);
}

/** Lambda gives these to a function as text, everything else in base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml)\b)/;

export async function bodyOf(request: IncomingMessage): Promise<string | Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
  return TEXT.test(type) && encoding === undefined ? bytes.toString('utf8') : bytes;
}
