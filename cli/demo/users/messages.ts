/** What the demo and the process of its users say to each other. Times are real milliseconds since 1970. */

export interface UsersOptions {
  /** The endpoint's URL with the path of the request. */
  readonly url: string;
  /** One is drawn for each request. */
  readonly bodies: readonly string[];
  readonly requestsPerSecond: number;
  /** When so many requests are unanswered, arrivals are dropped. */
  readonly mostOutstanding: number;
  readonly seed: number;
  /** A request without an answer for so long is given up. */
  readonly timeoutMs: number;
  /** The process ends by itself after so long. */
  readonly lifetimeMs: number;
}

/** Equal answers to requests that were sent in the same tenth of a second. */
export interface AnswerTotals {
  /** HTTP status; `none` when there was no answer. */
  readonly status: number | 'none';
  /** The version that answered, by its header. */
  readonly version: string | undefined;
  /** Begin of the tenth of a second in which they were sent. */
  readonly sentMs: number;
  /** When the last of them was answered. */
  readonly answeredMs: number;
  readonly count: number;
}

/** What happened since the last report. */
export interface UsersReport {
  readonly sent: number;
  /** Arrivals that were dropped because too many requests were unanswered. */
  readonly notSent: number;
  readonly answers: readonly AnswerTotals[];
}

export type ToUsers = { readonly type: 'start'; readonly options: UsersOptions } | { readonly type: 'stop' };
/** The report after `stop` is the last. */
export type FromUsers = { readonly type: 'report'; readonly report: UsersReport; readonly last: boolean };
