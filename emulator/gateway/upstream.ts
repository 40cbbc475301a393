import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { type HttpAnswer, type AwsRequest, readBody } from './exchange';

/** What concerns one connection alone, so that it is not passed on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'proxy-connection',
];

/** The emulator behind the gateway. */
export class Upstream {
  // Shorter than the 75 s after which MiniStack closes a connection that rests.
  private readonly agent = new Agent({ keepAlive: true, timeout: 30_000 });

  constructor(readonly url: string) {}

  /** Passes a request on and its answer back, both as streams: models and bundles are large. */
  pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url, headers } = incoming;
    const request = this.open(method, url, headers);
    request.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, without(response.headers));
      pipeline(response, outgoing, () => undefined);
    });
    request.on('error', (error) => {
      if (outgoing.headersSent) outgoing.destroy();
      else refuse(outgoing, error);
    });
    outgoing.on('close', () => request.destroy());
    pipeline(incoming, request, () => undefined);
  }

  /** Sends a request as it is and reads the whole answer. */
  send({
    method,
    target,
    headers,
    body,
  }: Pick<AwsRequest, 'method' | 'target' | 'headers' | 'body'>): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const request = this.open(method, target, { ...headers, 'content-length': String(body.length) });
      request.on('error', reject);
      request.on('response', (response) => {
        readBody(response).then(
          (answer) => resolve({ status: response.statusCode ?? 502, headers: without(response.headers), body: answer }),
          reject,
        );
      });
      request.end(body);
    });
  }

  /** A call that reads; `like` is the request on whose behalf it is made: same account, same region. */
  async get<T>(target: string, like?: Pick<AwsRequest, 'headers'>): Promise<T | undefined> {
    const { authorization, host } = like?.headers ?? {};
    const headers = { ...(authorization && { authorization }), host: like ? new URL(this.url).host : host };
    const answer = await this.send({ method: 'GET', target, headers, body: Buffer.alloc(0) });
    return answer.status === 200 ? (JSON.parse(answer.body.toString()) as T) : undefined;
  }

  /**
   * A call of a service that speaks JSON by target, such as `Logs_20140328.FilterLogEvents`; undefined when refused.
   */
  async call<T>(operation: string, input: object): Promise<T | undefined> {
    const headers = { 'x-amz-target': operation, 'content-type': 'application/x-amz-json-1.1' };
    const answer = await this.send({ method: 'POST', target: '/', headers, body: Buffer.from(JSON.stringify(input)) });
    return answer.status === 200 ? (JSON.parse(answer.body.toString()) as T) : undefined;
  }

  stop(): void {
    this.agent.destroy();
  }

  private open(method: string | undefined, path: string | undefined, headers: IncomingMessage['headers']) {
    const { hostname, port } = new URL(this.url);
    return httpRequest({ hostname, port, method, path, headers: without(headers), agent: this.agent });
  }
}

function without(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => value !== undefined && !HOP_BY_HOP.includes(name)),
  );
}

/** What a client gets when the emulator does not answer: an error by name, which SDKs retry. */
export function refuse(outgoing: ServerResponse, error: Error): void {
  const body = JSON.stringify({
    __type: 'ServiceUnavailable',
    message: `The emulator does not answer: ${error.message}`,
  });
  outgoing.writeHead(503, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': 'ServiceUnavailable' });
  outgoing.end(body);
}
