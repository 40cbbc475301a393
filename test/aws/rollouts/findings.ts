/** What the rollouts showed that answers questions. A part that was not reached is left out. */
export interface RolloutFindings {
  readonly oddKey?: {
    readonly key: string;
    readonly seconds: number;
    readonly outcome: string;
  };
  /** Seconds from the answer of StopExecution. */
  readonly stopped?: {
    readonly aliasSeconds: number;
    readonly callersSeconds: number;
  };
  /** The endpoint that keeps some of its requests, and since when it has had any; milliseconds since 1970. */
  readonly captured?: { readonly functionName: string; readonly from: number };
  readonly traffic?: { readonly requests: number; readonly failedByBlue: number; readonly unanswered: number };
}
