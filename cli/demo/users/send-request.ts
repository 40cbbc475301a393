import { Agent, request } from 'node:http';
import { ANSWERED_BY } from '../../../lambdas/contract/inference-protocol';
import type { AnswerTotals } from './messages';

type UserAnswer = Pick<AnswerTotals, 'status' | 'version'>;

/** Sends requests over connections that stay open. Never rejects: a request without an answer has the status `none`. */
export function requestSender(
  url: string,
  connections: number,
  timeoutMs: number,
): (body: string) => Promise<UserAnswer> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const target = new URL(url);
  return (body) =>
    new Promise((resolve) => {
      const none = () => resolve({ status: 'none', version: undefined });
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const call = request(target, { method: 'POST', agent, headers, timeout: timeoutMs }, (response) => {
        const version = response.headers[ANSWERED_BY.version];
        const status = response.statusCode ?? 'none';
        response.on('error', none);
        response.on('end', () => resolve({ status, version: typeof version === 'string' ? version : undefined }));
        response.resume();
      });
      call.on('timeout', () => call.destroy());
      call.on('error', none);
      call.end(body);
    });
}
