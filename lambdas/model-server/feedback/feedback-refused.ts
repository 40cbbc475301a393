import type { FeedbackErrorCode } from '../../contract/feedback';
import { onOneLine } from '../../contract/on-one-line';

/** One label cannot be taken. Its sentence says which field, its value and the limit; the others of the request stand. */
export class FeedbackRefused extends Error {
  override readonly name = 'FeedbackRefused';

  constructor(
    readonly code: FeedbackErrorCode,
    readonly field: string,
    sentence: string,
  ) {
    super(onOneLine(sentence));
  }
}

/** The HTTP status of a request whose label, or every label, was refused so. */
export function statusOf(code: FeedbackErrorCode): 400 | 409 | 429 | 503 {
  switch (code) {
    case 'AlreadyLabelled':
      return 409;
    case 'TooManyLabels':
      return 429;
    case 'NotStored':
      return 503;
    case 'InvalidItem':
    case 'InvalidRequestId':
    case 'OtherEndpoint':
    case 'NotAUsers':
    case 'NoPrediction':
    case 'TooOld':
    case 'InvalidLabel':
      return 400;
  }
}
