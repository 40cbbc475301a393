import { SELF_TEST_PATH } from '../contract/inference-protocol';
import { shown } from '../contract/datatypes';
import { RequestError } from './not-ready';

/** What the server reads of Lambda's context. */
export interface InvocationContext {
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  /** Until Lambda ends the request and the environment with it. Absent where nothing ends them. */
  readonly getRemainingTimeInMillis?: () => number;
}

/** What a request is for. `version` is what the path says, `undefined` when it says none. */
export type Route =
  | { readonly to: 'server' | 'live' | 'ready' | 'self-test' }
  | {
      readonly to: 'model' | 'model-ready' | 'infer' | 'feedback';
      readonly name: string;
      readonly version: string | undefined;
    };

/** A request, taken out of its event. */
export interface ServerRequest {
  readonly route: Route;
  /** A header by its name in lower case, which a function URL sends and a direct invoke may not. */
  readonly header: (name: string) => string | undefined;
  readonly body: unknown;
  readonly isBase64: boolean;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * Reads an event of a function URL (payload 2.0), or one of the same shape from a direct invoke:
 * `{ "rawPath", "requestContext": { "http": { "method" } }, "headers"?, "body"?, "isBase64Encoded"? }`.
 * Throws `RequestError` for another shape, an unknown path (404) or a wrong method (405).
 */
export function readEvent(event: unknown): ServerRequest {
  const fields = isRecord(event) ? event : {};
  const context = isRecord(fields['requestContext']) ? fields['requestContext'] : {};
  const http = isRecord(context['http']) ? context['http'] : {};
  const path = textAt(fields['rawPath'], 'rawPath');
  const method = textAt(http['method'], 'requestContext.http.method');
  const route = routeOf(path);
  const wanted = route.to === 'infer' || route.to === 'feedback' || route.to === 'self-test' ? 'POST' : 'GET';
  if (method !== wanted) {
    throw new RequestError(
      405,
      'MethodNotAllowed',
      'method',
      `method is ${shown(method)}, ${shown(path)} takes ${wanted} only.`,
    );
  }
  const headers = isRecord(fields['headers']) ? fields['headers'] : {};
  return {
    route,
    header: (name) => headerOf(headers, name),
    body: fields['body'],
    isBase64: fields['isBase64Encoded'] === true,
  };
}

function headerOf(headers: Readonly<Record<string, unknown>>, name: string): string | undefined {
  for (const key in headers) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    const value = headers[key];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

function textAt(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  throw new RequestError(
    400,
    'InvalidEvent',
    field,
    `The event's ${field} is ${shown(value)}, not text: it must look like a function URL's.`,
  );
}

/** The last one that was asked for: nearly all requests of an environment are for the same. */
let last: { readonly path: string; readonly route: Route } | undefined;

function routeOf(path: string): Route {
  if (last?.path !== path) last = { path, route: readPath(path) };
  return last.route;
}

function readPath(path: string): Route {
  if (path === SELF_TEST_PATH) return { to: 'self-test' };
  const [root, first, ...rest] = path
    .replace(/^\/|\/$/g, '')
    .split('/')
    .map(decoded);
  if (root === 'v2') {
    if (first === undefined) return { to: 'server' };
    if (first === 'health' && rest.length === 1 && (rest[0] === 'live' || rest[0] === 'ready')) return { to: rest[0] };
    if (first === 'models') {
      const route = modelRoute(rest);
      if (route) return route;
    }
    if (ABSENT.has(first) || (first === 'models' && ABSENT.has(rest.at(-1) ?? ''))) throw notServed(path);
  }
  throw nothingAt(path);
}

export const nothingAt = (path: string): RequestError =>
  new RequestError(
    404,
    'NotFound',
    'path',
    `There is nothing at ${shown(path)}; try /v2/health/ready or /v2/models/{name}.`,
  );

/**
 * First or last parts of the paths of extensions that are not served. The protocol has none of these paths and no
 * status for them: a server lists its extensions, and answers what it lacks with an error status and `error`.
 */
const ABSENT: ReadonlySet<string> = new Set(
  'repository stats config generate generate_stream trace logging systemsharedmemory cudasharedmemory'.split(' '),
);

const notServed = (path: string): RequestError =>
  new RequestError(
    404,
    'NotFound',
    'path',
    `${shown(path)} belongs to an extension of the protocol that is not served; GET /v2 lists those that are.`,
  );

function modelRoute([name, ...rest]: readonly string[]): Route | undefined {
  if (name === undefined || name === '') return undefined;
  const named = rest[0] === 'versions' && rest[1] !== undefined;
  const version = named ? rest[1] : undefined;
  const [verb, ...more] = named ? rest.slice(2) : rest;
  if (more.length > 0) return undefined;
  if (verb === undefined) return { to: 'model', name, version };
  if (verb === 'ready') return { to: 'model-ready', name, version };
  return verb === 'infer' || verb === 'feedback' ? { to: verb, name, version } : undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a lone % sign: taken as it is, and then found to be nothing
  }
}
