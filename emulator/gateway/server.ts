import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lineOf, readBody, type GatewayRoute } from './exchange';
import { refuse, type Upstream } from './upstream';

export interface GatewayServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Listens on the loopback interface. The first route that wants a request answers it; all others are passed on. */
export async function serve(upstream: Upstream, routes: readonly GatewayRoute[], port = 0): Promise<GatewayServer> {
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing, upstream, routes));
  // An upload or a long invocation may take longer than the defaults allow.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => stop(server, upstream) };
}

async function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upstream: Upstream,
  routes: readonly GatewayRoute[],
): Promise<void> {
  const line = lineOf(incoming);
  const route = routes.find((each) => each.wants(line));
  if (!route) return upstream.pass(incoming, outgoing);
  try {
    const { status, headers, body } = await route.answer({ ...line, body: await readBody(incoming) });
    // HEAD and 204 have no body, and a length would promise one.
    outgoing.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': body.length });
    outgoing.end(body);
  } catch (error) {
    if (outgoing.headersSent) outgoing.destroy();
    else refuse(outgoing, error as Error);
  }
}

async function stop(server: Server, upstream: Upstream): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  upstream.stop();
}
