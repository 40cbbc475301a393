export interface EndpointRequest {
  readonly method: 'GET' | 'POST';
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

/** Direct calls of one version: they do not pass the live alias, so that no user's numbers change. */
export interface EndpointCalls {
  call(functionName: string, version: string, request: EndpointRequest): Promise<EndpointAnswer>;
}
