export interface EndpointRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** JSON. */
  readonly body?: unknown;
}

export type EndpointAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: unknown;
      /** Seen by the caller. */ readonly durationMs: number;
    }
  /** The function threw, timed out or ran out of memory. */
  | { readonly kind: 'crashed'; readonly error: string; readonly message: string };

/**
 * Lambda does not run this version at all: it was deleted, is not Active, or what it is configured with is gone. The
 * account's limits, and AWS itself in trouble, are other errors: they say nothing about the version.
 */
export class VersionCannotRun extends Error {
  override readonly name = 'VersionCannotRun';
}

export interface LoggedAnswer {
  readonly answer: EndpointAnswer;
  /** The last lines that the invocation wrote, as CloudWatch gets them; none when Lambda sent none. */
  readonly log: readonly string[];
}

/**
 * Direct calls of one version: they do not pass the live alias, so that no user's numbers change. In place of a version
 * `live` calls the alias, as users do, and counts among theirs. @throws VersionCannotRun
 */
export interface EndpointCalls {
  call(functionName: string, version: string, request: EndpointRequest): Promise<EndpointAnswer>;
  /** The same with the end of the invocation's log: 4 KB, so that its first line may be cut. */
  callWithLog(functionName: string, version: string, request: EndpointRequest): Promise<LoggedAnswer>;
}
