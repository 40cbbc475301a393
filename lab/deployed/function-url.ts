import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { SignatureV4 } from '@smithy/signature-v4';
import { ANSWERED_BY } from '../../lambdas/contract/inference-protocol';

export interface UrlCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** What a caller of an endpoint's URL gets. */
export interface UrlAnswer {
  /** HTTP status; `none` when there was no answer within a minute. */
  readonly status: number | 'none';
  /** Which version and which model answered, by their headers; a function that throws says neither. */
  readonly version: string | undefined;
  readonly model: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An environment that starts on a busy machine takes minutes. */
const TIMEOUT_MS = 5 * 60_000;
const MOST_AT_ONCE = 16;

/**
 * Calls a function URL as a user with credentials does: signed, over connections that stay open. Never rejects. Behind
 * AWS_ENDPOINT_URL the URL's host name leads nowhere; the call goes to that endpoint with the host in its header.
 */
export function functionUrl(url: string, { config }: LambdaClient): (request: UrlCall) => Promise<UrlAnswer> {
  const { host, hostname } = new URL(url);
  const through = new URL(process.env['AWS_ENDPOINT_URL'] ?? url);
  const secure = through.protocol === 'https:';
  const agent = new (secure ? HttpsAgent : HttpAgent)({
    keepAlive: true,
    maxSockets: MOST_AT_ONCE,
  });
  const signer = new SignatureV4({
    service: 'lambda',
    region: config.region,
    credentials: config.credentials,
    sha256: config.sha256,
  });
  return async ({ method, path, body }) => {
    const headers = {
      host,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const signed = await signer.sign({
      protocol: 'https:',
      method,
      hostname,
      path,
      query: {},
      headers,
      body,
    });
    return new Promise((resolve) => {
      const none = (): void =>
        resolve({
          status: 'none',
          version: undefined,
          model: undefined,
          headers: {},
          body: '',
        });
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const options = {
        method,
        agent,
        headers: { ...signed.headers, ...length },
        timeout: TIMEOUT_MS,
      };
      const call = (secure ? httpsRequest : httpRequest)(new URL(path, through), options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', none);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 'none',
            version: only(response.headers[ANSWERED_BY.version]),
            model: only(response.headers[ANSWERED_BY.model]),
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      call.on('timeout', () => call.destroy());
      call.on('error', none);
      call.end(body);
    });
  };
}

const only = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0];
