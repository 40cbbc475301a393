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
  readonly traffic?: { readonly requests: number; readonly failedByBlue: number; readonly unanswered: number };
}
