export interface Notice {
  readonly severity: 'info' | 'action' | 'failed';
  /** Plain words, under 100 characters. */
  readonly subject: string;
  readonly body: string;
}

/** Tells people. */
export interface Notices {
  send(notice: Notice): Promise<void>;
}
