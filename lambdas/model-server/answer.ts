import type { ErrorBody } from '../contract/inference-protocol';

/** What Lambda's function URLs take as a response, and what a direct invoke gets. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type AnswerHeaders = Readonly<Record<string, string>>;

export const jsonAnswer = (statusCode: number, body: unknown, headers: AnswerHeaders): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const errorAnswer = (statusCode: number, body: ErrorBody, headers: AnswerHeaders): Answer =>
  jsonAnswer(statusCode, body, headers);
