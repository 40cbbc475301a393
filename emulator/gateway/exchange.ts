import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** The first line and the headers of a request: enough to decide who answers it. */
export interface RequestLine {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** The path of `target`, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** A request with its whole body. */
export interface AwsRequest extends RequestLine {
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** One kind of request that the gateway answers itself, most often after it asked the emulator. */
export interface GatewayRoute {
  wants(line: RequestLine): boolean;
  answer(request: AwsRequest): Promise<HttpAnswer>;
}

export function lineOf({ method = 'GET', url = '/', headers }: IncomingMessage): RequestLine {
  const { pathname, searchParams } = new URL(url, 'http://gateway');
  return { method, target: url, path: pathname, query: searchParams, headers };
}

export async function readBody(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An answer with another header or another value of one; undefined removes it. Names are lower case. */
export function withHeader(answer: HttpAnswer, name: string, value: string | undefined): HttpAnswer {
  const others = Object.entries(answer.headers).filter(([each]) => each !== name);
  return { ...answer, headers: Object.fromEntries(value === undefined ? others : [...others, [name, value]]) };
}
