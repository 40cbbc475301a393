import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { widgetActSchema } from '../../lambdas/contract/widget-event';
import { inOneMessage, problems } from '../../lambdas/contract/problems';
import { actOnClick } from '../../lambdas/operations/widgets/act';
import type { Theme } from '../../lambdas/pages/dashboard/widget';
import { type LiveApp, widgetPorts } from './app';
import { LIVE_SCRIPT, livePage } from './page';
import { CALLS, LivePage, reportPage } from './parts';

/** A page that runs. */
export interface LiveServer {
  /** With its token: a program that knows it can do what the buttons do. */
  readonly url: string;
  /** Whether a page has asked within the last seconds. */
  readonly isWatched: () => boolean;
  readonly stop: () => Promise<void>;
}

/** Nothing from elsewhere is loaded, framed or sent to; the one script is this server's. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri " +
  "'none'; form-action 'none'; frame-ancestors 'none'";
/** A report brings its own, which is stricter; it may not be framed either. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TOKEN_BYTES = 24;
const MOST_BODY_BYTES = 16_384;
const WATCHED_MS = 5_000;

/**
 * Serves the page of an app to browsers on this machine: on loopback alone, under a path that cannot be guessed, to a
 * Host that is loopback's (a name of another site that leads here is refused), and it answers no other site's script.
 *
 * @param port 0 for a free one
 */
export async function serveLive(app: LiveApp, port = 0): Promise<LiveServer> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const page = new LivePage(
    app,
    (endpoint, rollout) => `reports/${encodeURIComponent(endpoint)}/${encodeURIComponent(rollout)}`,
  );
  let askedAt = -Infinity;
  const server = createServer((request, response) => {
    const address = server.address() as AddressInfo;
    void answer(request, response, {
      app,
      page,
      token,
      port: address.port,
      asked: () => (askedAt = performance.now()),
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${token}/`,
    isWatched: () => performance.now() - askedAt < WATCHED_MS,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface ServingPage {
  readonly app: LiveApp;
  readonly page: LivePage;
  readonly token: string;
  readonly port: number;
  readonly asked: () => void;
}

async function answer(request: IncomingMessage, response: ServerResponse, served: ServingPage): Promise<void> {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('content-security-policy', POLICY);
  try {
    await route(request, response, served);
  } catch (error) {
    const status = error instanceof NotServed ? error.status : 500;
    send(response, status, 'text/plain', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}

async function route(request: IncomingMessage, response: ServerResponse, served: ServingPage): Promise<void> {
  const { app, page, token, port } = served;
  if (!isOwnHost(request, port))
    return send(response, 403, 'text/plain', 'This page is served to 127.0.0.1 and localhost alone.');
  const { pathname, searchParams } = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
  const [, given = '', ...rest] = pathname.split('/');
  if (!isSame(given, token))
    return send(response, 404, 'text/plain', 'There is nothing here: the address of the page has a token.');
  const path = rest.join('/');
  if (request.method === 'POST') return path === 'act' ? act(request, response, served) : notFound(response);
  if (request.method !== 'GET') return send(response, 405, 'text/plain', 'GET or POST');
  switch (rest[0]) {
    case '':
      return send(
        response,
        200,
        'text/html',
        livePage(app.title, app.everyMs, app.context === undefined ? 'a recording' : 'live'),
      );
    case 'live.js':
      return send(response, 200, 'text/javascript', LIVE_SCRIPT);
    case 'parts': {
      served.asked();
      const theme: Theme = searchParams.get('theme') === 'dark' ? 'dark' : 'light';
      const { shown, parts } = await page.parts(searchParams.get('endpoint') ?? undefined, theme);
      const text = JSON.stringify({ endpoint: shown, parts });
      const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
      response.setHeader('etag', etag);
      if (request.headers['if-none-match'] === etag) return send(response, 304, 'application/json', '');
      return send(response, 200, 'application/json', text);
    }
    case 'reports': {
      const [endpoint = '', rollout = ''] = rest.slice(1).map(inPath);
      const found = NAME.test(endpoint) && NAME.test(rollout) ? await reportPage(app, endpoint, rollout) : undefined;
      if (found === undefined) return notFound(response);
      response.setHeader('content-security-policy', REPORT_POLICY);
      return send(response, 200, 'text/html', found);
    }
    default:
      return notFound(response);
  }
}

/** Of endpoints and rollouts: no way out of their folder. */
const NAME = /^[\w-]{1,120}$/;

async function act(request: IncomingMessage, response: ServerResponse, { app, port }: ServingPage): Promise<void> {
  const { origin } = request.headers;
  const own = origin === undefined || HOSTS.some((host) => origin === `http://${host}:${port}`);
  if (!own || !/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return send(response, 403, 'text/plain', 'Buttons are pressed on this page alone.');
  if (app.context === undefined) return send(response, 409, 'text/plain', 'A recording cannot be acted upon.');
  const body = await bodyOf(request);
  const parsed = widgetActSchema.safeParse(body);
  if (!parsed.success) return send(response, 400, 'text/plain', inOneMessage(problems(parsed.error)));
  const said = await actOnClick(widgetPorts(app), parsed.data, { invokedFunctionArn: CALLS }, 'live page');
  return send(response, 200, 'text/html', typeof said === 'string' ? said : '');
}

/** What a caller sent cannot be read. */
class NotServed extends Error {
  override readonly name = 'NotServed';

  constructor(
    readonly status: 400 | 413,
    message: string,
  ) {
    super(message);
  }
}

function inPath(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new NotServed(400, `the address: ${JSON.stringify(part)} has a % that begins no letter`);
  }
}

/** @throws NotServed */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw new NotServed(413, `body: has more than ${MOST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new NotServed(400, `body: is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const HOSTS = ['127.0.0.1', 'localhost'];
const isOwnHost = ({ headers }: IncomingMessage, port: number): boolean =>
  HOSTS.some((host) => headers.host === `${host}:${port}`);

/** In the same time whatever is given, so that nothing is learnt of how far it was right. */
function isSame(given: string, token: string): boolean {
  const [one, other] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one!, other!);
}

const notFound = (response: ServerResponse): void => send(response, 404, 'text/plain', 'There is no such page.');

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.statusCode = status;
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.end(body);
}
