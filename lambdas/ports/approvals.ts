/** A rollout's question to a person. */
export interface Question {
  readonly endpoint: string;
  readonly rolloutId: string;
  /** Whoever sends it back answers. */
  readonly taskToken: string;
  /** `before-promote`: the endpoint's approval; `hold`: the bake ended without proof. */
  readonly why: 'before-promote' | 'hold';
  /** ISO 8601, UTC. */
  readonly askedAt: string;
  /** When the default answer counts. */
  readonly expiresAt: string;
  readonly defaultAnswer: 'approve' | 'reject';
}

export interface PersonsAnswer {
  readonly approved: boolean;
  readonly by: string;
  readonly reason: string;
}

export interface Approval extends Question {
  readonly answer?: PersonsAnswer & { readonly at: string };
}

/** Questions that rollouts ask, one each, kept so that an answer needs no mail. */
export interface Approvals {
  /** In place of an earlier one of the same rollout: a task that is tried again has another token. */
  ask(question: Question): Promise<void>;
  read(endpoint: string, rolloutId: string): Promise<Approval | undefined>;
  /** Notes an answer that was given. Nothing happens when another question has taken the place of this one. */
  note(question: Question, answer: PersonsAnswer & { readonly at: string }): Promise<void>;
}
