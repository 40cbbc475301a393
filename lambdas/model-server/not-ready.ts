import type { NotReadyCode } from '../contract/inference-protocol';
import { onOneLine } from '../contract/on-one-line';

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
