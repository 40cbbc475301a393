import type { PersonsAnswer } from './approvals';

/** Gives a waiting rollout its answer. */
export interface Answers {
  /** `too late`: nobody waits for this token any more. The first of two answers counts. */
  give(taskToken: string, answer: PersonsAnswer): Promise<'given' | 'too late'>;
}
