/** That a person promotes a canary which runs. */
export interface PromoteDecision {
  readonly by: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** What people decide about a rollout that runs; its next look at the canary reads it. */
export interface Decisions {
  read(endpoint: string, rolloutId: string): Promise<PromoteDecision | undefined>;
  /** False when somebody has decided before: the first decision stays. */
  promote(endpoint: string, rolloutId: string, decision: PromoteDecision): Promise<boolean>;
}
