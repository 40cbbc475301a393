import type { ModelErrorCode, NotReadyCode } from '../contract/inference-protocol';

/**
 * What callers are told of a failure that is not theirs. The whole sentence, with keys, versions, paths and what a library
 * said, is in the log under the request's id, and in the answer to a call of a version by its number: that is a test of the
 * version, and a rollout says why it failed. Undefined: the sentence speaks of the answer alone and is told as it is.
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
