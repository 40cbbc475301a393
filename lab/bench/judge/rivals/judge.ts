import type { Canary } from '../simulate/canary';

/**
 * A rule that watches a canary. `stopMinute` answers the minute (1 for the first) at which it would have put blue back,
 * having seen the minutes up to that one only, or undefined if it never would. It is pure: the same canary, the same
 * answer.
 */
export interface Judge {
  readonly name: string;
  readonly stopMinute: (canary: Canary) => number | undefined;
}
