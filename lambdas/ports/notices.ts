import type { Severity, Transition } from '../contract/transition-event';

export interface Notice {
  /** Of the event that it tells; the same in every copy. */
  readonly id: string;
  readonly transition: Transition;
  readonly endpoint: string;
  readonly severity: Severity;
  /** Plain words, under 100 characters. */
  readonly subject: string;
  readonly body: string;
}

/** Tells people. */
export interface Notices {
  send(notice: Notice): Promise<void>;
}
