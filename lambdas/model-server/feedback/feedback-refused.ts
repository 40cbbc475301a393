import { type FeedbackErrorCode, LABELS_A_MINUTE } from '../../contract/feedback';
import { onOneLine } from '../../contract/problems';

/**
 * One label cannot be taken. Its sentence says which field, its value and the limit; the others of the request stand.
 */
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

/** An allowance that was not used is kept, so that a list of yesterday's labels comes through at once. */
const MOST_KEPT = 10 * LABELS_A_MINUTE;

/**
 * How many labels one environment still takes: each is a write to S3 and a line in the log, which cost more than a
 * call.
 */
export interface LabelAllowance {
  /** An answer was given: the caller who got it may label it, so labels may cost what answers cost and not more. */
  answered(): void;
  /** Takes one from the allowance; false when there is none left. `at` in ms since 1970. */
  take(at: number): boolean;
}

export function labelAllowance(): LabelAllowance {
  let left = MOST_KEPT;
  let since = -Infinity;
  return {
    answered: () => {
      left = Math.min(MOST_KEPT, left + 1);
    },
    take: (at) => {
      if (at > since) {
        left = Math.min(MOST_KEPT, left + ((at - since) / 60_000) * LABELS_A_MINUTE);
        since = at;
      }
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
