import type { WorldContext } from '../../service';
import type { ServedInvocation } from './invoker';

/** A request to a function URL. */
export interface UrlRequest {
  readonly method: string;
  /** Starts with a slash. */
  readonly path: string;
  /** Without the question mark. @default '' */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Milliseconds of world time at which it came. @default now */
  readonly atMs?: number;
}

/** Its answer. `executedVersion` is missing when Lambda refused before any version was asked. */
export interface UrlResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
  readonly executedVersion?: string;
  /** True when the function threw, timed out or crashed. */
  readonly functionError: boolean;
}

/** Builds events of payload format 2.0. What is the same for all requests of a URL is made once. */
export function urlEventBuilder(world: WorldContext, apiId: string): (request: UrlRequest, id: number) => unknown {
  const domainName = `${apiId}.lambda-url.${world.region}.on.aws`;
  const times = new Map<number, string>();
  return (request, id) => {
    const timeEpoch = request.atMs ?? world.clock.now();
    const second = Math.floor(timeEpoch / 1000);
    let time = times.get(second);
    if (time === undefined) times.set(second, (time = commonLogTime(second * 1000)));
    const { body } = request;
    const headers: Record<string, string> = { host: domainName };
    for (const name in request.headers) headers[name.toLowerCase()] = request.headers[name]!;
    const query = request.query ?? '';
    return {
      version: '2.0',
      routeKey: '$default',
      rawPath: request.path,
      rawQueryString: query,
      headers,
      ...(query !== '' && { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
      requestContext: {
        accountId: 'anonymous',
        apiId,
        domainName,
        domainPrefix: apiId,
        http: {
          method: request.method,
          path: request.path,
          protocol: 'HTTP/1.1',
          sourceIp: '192.0.2.1',
          userAgent: headers['user-agent'] ?? '',
        },
        requestId: `url-${id}`,
        routeKey: '$default',
        stage: '$default',
        time,
        timeEpoch,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : Buffer.from(body).toString('base64') }),
      isBase64Encoded: body !== undefined && typeof body !== 'string',
    };
  };
}

/** For example `23/Nov/2026:09:32:00 +0000`. */
function commonLogTime(ms: number): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date(ms).toUTCString())!;
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** A function's answer as the URL gives it on: an error is a 502, an object without statusCode is the JSON body. */
export function urlResponse(served: ServedInvocation): UrlResponse {
  if (served.kind === 'refused') {
    const status = (served.error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 502;
    return answer(status === 429 ? 429 : 502, served.error.message, undefined, false);
  }
  const { result, version } = served;
  if (!result.ok) return answer(502, 'Internal Server Error', version, true);
  const payload = result.payload as Readonly<Record<string, unknown>> | null | undefined;
  if (typeof payload !== 'object' || payload === null || typeof payload.statusCode !== 'number') {
    const body = typeof payload === 'string' ? payload : (JSON.stringify(payload) ?? 'null');
    const headers = { 'content-type': 'application/json' };
    return { statusCode: 200, headers, body, isBase64Encoded: false, executedVersion: version, functionError: false };
  }
  const { body } = payload;
  return {
    statusCode: payload.statusCode,
    headers: (payload.headers ?? {}) as Readonly<Record<string, string>>,
    body: typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body),
    isBase64Encoded: payload.isBase64Encoded === true,
    executedVersion: version,
    functionError: false,
  };
}

function answer(
  statusCode: number,
  message: string,
  executedVersion: string | undefined,
  functionError: boolean,
): UrlResponse {
  const body = JSON.stringify({ Message: message });
  const headers = { 'content-type': 'application/json' };
  return { statusCode, headers, body, isBase64Encoded: false, executedVersion, functionError };
}
