/** A failed task: `name` is the error that Retry and Catch match on, the message is the Cause. */
export class TaskFailure extends Error {
  constructor(
    override readonly name: string,
    cause: string,
  ) {
    super(cause);
  }
}

/**
 * Errors that no Retry and no Catch sees, not even States.ALL: States.Runtime, States.DataLimitExceeded, and the
 * end of the execution itself.
 */
export class TerminalFailure extends TaskFailure {
  readonly isRetryable = false;
  readonly isCatchable = false;
}
