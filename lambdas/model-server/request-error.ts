import type { RequestErrorCode } from '../contract/inference-protocol';
import { onOneLine } from '../contract/on-one-line';

/** The caller did something wrong. Answered with its status; says which field, its value and the limit. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly status: 400 | 404 | 405 | 413 | 415,
    readonly code: RequestErrorCode,
    readonly field: string,
    sentence: string,
  ) {
    super(onOneLine(sentence));
  }
}

/** A 400 for one field of the body: `field` as a path, then what is wrong with it. */
export const invalidInput = (field: string, problem: string): RequestError =>
  new RequestError(400, 'InvalidInput', field, `${field} ${problem}.`);
