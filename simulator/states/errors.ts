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

/** The Cause of a failed function, as Lambda reports an error that a handler threw. */
export function lambdaCause(error: unknown): { readonly errorType: string; readonly cause: string } {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const errorType = thrown.name;
  const trace = (thrown.stack ?? '').split('\n').map((line) => line.trim());
  return { errorType, cause: JSON.stringify({ errorType, errorMessage: thrown.message, trace }) };
}
