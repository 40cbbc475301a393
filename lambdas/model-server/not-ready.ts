import type { NotReadyCode, RequestErrorCode, ModelErrorCode } from '../contract/inference-protocol';
import { onOneLine } from '../contract/problems';

/** A file may name its tensors at any length. */
const MAX_SENTENCE = 1_500;

/** The server has no model to answer with. Kept from the failed load and answered as a 503 until it changes. */
export class NotReady extends Error {
  override readonly name = 'NotReady';

  constructor(
    readonly code: NotReadyCode,
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(onOneLine(sentence.slice(0, MAX_SENTENCE)), options);
  }
}

/** The first 300 characters of what a library said, on one line, for a sentence that people read. */
export function reason(error: unknown): string {
  const text =
    error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : String(error);
  return text.replace(/\s+/g, ' ').slice(0, 300);
}

export const noModelYet = (endpoint: string): NotReady =>
  new NotReady('NoModel', `Endpoint ${endpoint} has no model yet: upload one to start its first rollout.`);

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

/**
 * What callers are told of a failure that is not theirs. The whole sentence, with keys, versions, paths and what a
 * library said, is in the log under the request's id, and in the answer to a call of a version by its number: that is a
 * test of the version, and a rollout says why it failed. Undefined: the sentence speaks of the answer alone and is told
 * as it is.
 */
const TOLD: Readonly<Record<NotReadyCode | ModelErrorCode, string | undefined>> = {
  NoModel: undefined,
  ModelLoading: 'The model is not loaded yet; try again.',
  ModelDownloadFailed: 'The model could not be read from where it is stored.',
  ModelTooLarge: 'The model is larger than the endpoint takes.',
  Sha256Mismatch: 'The stored model is not the one that was rolled out.',
  ExternalData: 'The model cannot be loaded: it refers to other files.',
  ModelUnloadable: 'The model cannot be loaded.',
  UnsupportedModel: 'The model cannot be served.',
  ModelFailed: 'The model failed on this request.',
  NonFiniteOutput: undefined,
  AnswerTooLarge: undefined,
};

export const told = ({
  code,
  message,
}: {
  readonly code: NotReadyCode | ModelErrorCode;
  readonly message: string;
}): string => TOLD[code] ?? message;

/**
 * A bug of the server. Lambda hands an error that is thrown to a caller that invoked the function directly, with its
 * message and the files of its stack: these are in the log.
 */
export class ModelServerBug extends Error {
  override readonly name = 'ModelServerBug';

  constructor(requestId: string) {
    super(`The model server failed; its log has the reason under request ${requestId}.`);
    this.stack = `${this.name}: ${this.message}`;
  }
}
