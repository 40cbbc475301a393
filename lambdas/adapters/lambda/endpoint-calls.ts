import { InvokeCommand, type LogType } from '@aws-sdk/client-lambda';
import { performance } from 'node:perf_hooks';
import { LIVE_ALIAS, PREVIEW_ALIAS } from '../../contract/names';
import type { AdapterContext } from '../sdk/context';
import { lambdaClient, versionNumber } from './client';

export interface EndpointRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** JSON. */
  readonly body?: unknown;
}

export type EndpointAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: unknown;
      /** Seen by the caller. */ readonly durationMs: number;
      /** What the server says of its own time: https://www.w3.org/TR/server-timing/ */
      readonly timing?: string;
    }
  /** The function threw, timed out or ran out of memory. */
  | { readonly kind: 'crashed'; readonly error: string; readonly message: string };

/**
 * Lambda does not run this version at all: it was deleted, is not Active, or what it is configured with is gone. The
 * account's limits, and AWS itself in trouble, are other errors: they say nothing about the version.
 */
export class VersionCannotRun extends Error {
  override readonly name = 'VersionCannotRun';
}

/** Lambda did not take a call's last try, no execution was free for it. It says nothing of the version. */
export class TurnedAway extends Error {
  override readonly name = 'TooManyRequestsException';
  constructor(
    message: string,
    /** That were turned away so. */ readonly tries: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface LoggedAnswer {
  readonly answer: EndpointAnswer;
  /** Tries before it that Lambda did not take. @default 0 */
  readonly turnedAway?: number;
  /** The last lines that the invocation wrote, as CloudWatch gets them; none when Lambda sent none. */
  readonly log: readonly string[];
}

/**
 * Direct calls of one version: they do not pass the live alias, so that no user's numbers change. In place of a version
 * `live` or `preview` calls the alias, as users and testers do, and counts among theirs. @throws VersionCannotRun,
 * TurnedAway
 */
export interface EndpointCalls {
  callVersion(functionName: string, version: string, request: EndpointRequest): Promise<EndpointAnswer>;
  /** The same with the end of the invocation's log: 4 KB, so that its first line may be cut. */
  callVersionWithLog(functionName: string, version: string, request: EndpointRequest): Promise<LoggedAnswer>;
}

/**
 * Calls one version with the event that its function URL would send:
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html A call by version is counted under the version's
 * own name, not under the live alias.
 */
export const lambdaEndpointCalls = (context: AdapterContext): EndpointCalls => {
  const client = lambdaClient(context);
  async function invoke(functionName: string, version: string, request: EndpointRequest, logType: LogType) {
    const payload = JSON.stringify(urlEvent(request, context.clock.now()));
    const before = performance.now();
    const command = new InvokeCommand({
      FunctionName: functionName,
      Qualifier: ALIASES.includes(version) ? version : versionNumber(version),
      Payload: Buffer.from(payload),
      LogType: logType,
    });
    // Inside of the SDK's retries, which also follow errors that are no lack of executions.
    let turnedAway = 0;
    command.middlewareStack.add(
      (next) => (args) =>
        next(args).catch((error: unknown) => {
          if (isTurnedAway(error)) turnedAway += 1;
          throw error;
        }),
      { step: 'deserialize', priority: 'high' },
    );
    const sent = await client.send(command).catch((error: unknown) => {
      if (error instanceof Error && error.name === TOO_LARGE) return error;
      if (isTurnedAway(error)) throw new TurnedAway(error.message, Math.max(1, turnedAway), { cause: error });
      throw error instanceof Error && OF_THE_VERSION.test(error.name)
        ? new VersionCannotRun(`version ${version} cannot be called: ${error.name}: ${error.message}`, { cause: error })
        : error;
    });
    const durationMs = performance.now() - before;
    if (sent instanceof Error) {
      const refused: EndpointAnswer = { kind: 'answered', status: 413, body: { error: sent.message }, durationMs };
      return { answer: refused, log: [] };
    }
    const { Payload, FunctionError, LogResult } = sent;
    const result = parsed(Buffer.from(Payload ?? []).toString('utf8'));
    const answer: EndpointAnswer =
      FunctionError === undefined
        ? { kind: 'answered', ...responseOf(result), durationMs }
        : crashOf(result, FunctionError);
    return { answer, ...(turnedAway > 0 && { turnedAway }), log: linesOf(LogResult) };
  }
  return {
    callVersion: async (functionName, version, request) =>
      (await invoke(functionName, version, request, 'None')).answer,
    callVersionWithLog: (functionName, version, request) => invoke(functionName, version, request, 'Tail'),
  };
};

/** That may stand in place of a version. */
const ALIASES: readonly string[] = [LIVE_ALIAS, PREVIEW_ALIAS];

/**
 * What Invoke says of a version that does not run:
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
const OF_THE_VERSION =
  /^(Resource(NotFound|Conflict|NotReady)|KMS\w+|EFS\w+|SnapStart\w*|Invalid(Runtime|SecurityGroupID|SubnetID|ZipFile)|SubnetIPAddressLimitReached|ENILimitReached|EC2AccessDenied)Exception$/;

const isTurnedAway = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'TooManyRequestsException';

/** Of a request over 6 MB: its caller's mistake, as it would be by the function URL. */
const TOO_LARGE = 'RequestTooLargeException';

/** `LogResult` is the last 4 KB of the invocation's log in base64. */
export const linesOf = (logResult = ''): readonly string[] =>
  Buffer.from(logResult, 'base64')
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

function urlEvent(request: EndpointRequest, now: number) {
  const [path = '/', query = ''] = request.path.split('?', 2);
  const http = { method: request.method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'greenlight' };
  const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { accept: 'application/json', ...(request.body !== undefined && { 'content-type': 'application/json' }) },
    requestContext: { http, routeKey: '$default', stage: '$default', timeEpoch: now },
    ...body,
    isBase64Encoded: false,
  };
}

/** What a function URL makes of a result: without a statusCode the whole result is the body of a 200. */
function responseOf(result: unknown): { readonly status: number; readonly body: unknown; readonly timing?: string } {
  if (!isObject(result) || typeof result['statusCode'] !== 'number') return { status: 200, body: result };
  const { statusCode: status, body, headers, isBase64Encoded } = result;
  const told = isObject(headers) ? headers['server-timing'] : undefined;
  const timing = typeof told === 'string' ? { timing: told } : {};
  if (typeof body !== 'string') return { status, body, ...timing };
  const text = isBase64Encoded === true ? Buffer.from(body, 'base64').toString('utf8') : body;
  return { status, body: parsed(text), ...timing };
}

export function crashOf(result: unknown, functionError: string): Extract<EndpointAnswer, { readonly kind: 'crashed' }> {
  const error = isObject(result) ? result['errorType'] : undefined;
  const message = isObject(result) ? result['errorMessage'] : result;
  return {
    kind: 'crashed',
    error: typeof error === 'string' ? error : functionError,
    message: typeof message === 'string' ? message : 'The function gave no message.',
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON's value, or the text itself when it is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
