/**
 * Why a rollout asks a person. `before-promote`, `before-traffic`: the endpoint's approval; `hold`: the bake ended
 * without proof; `differs`: green answers otherwise in a replay; `hook`: a hook could not tell.
 */
export const ASKED_BECAUSE = ['before-promote', 'before-traffic', 'hold', 'differs', 'hook'] as const;

/**
 * Whether no user has met green when it is asked about: a yes lets it go on to them, and a no leaves blue where it is.
 */
export const asksBeforeUsers = (why: Question['why'], weight: number): boolean =>
  why === 'before-traffic' || why === 'differs' || (why === 'hook' && weight === 0);

/** A rollout's question to a person. */
export interface Question {
  readonly endpoint: string;
  readonly rolloutId: string;
  /** A call that sends it back answers the question. */
  readonly taskToken: string;
  readonly why: (typeof ASKED_BECAUSE)[number];
  /** ISO 8601, UTC. */
  readonly askedAt: string;
  /** When the default answer counts. */
  readonly expiresAt: string;
  readonly defaultAnswer: 'approve' | 'reject';
}

/** Who answers where green failed while its rollout waited for a person. */
export const JUDGE = 'judge';
/** The same, where no numbers came. */
export const CHECK = 'check';

export interface PersonsAnswer {
  readonly approved: boolean;
  readonly by: string;
  readonly reason: string;
}

/** That a person promotes a canary which runs. */
export interface PromoteDecision {
  readonly by: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** A person's wish that nothing of an endpoint is torn down for a while. */
export interface Hold {
  /** ISO 8601, UTC. */
  readonly until: string;
  readonly reason: string;
}
