import type { RolloutRecord } from '../contract/rollout-record';
import type { TransitionEvent } from '../contract/transition-event';

/** The history: one record per rollout, kept for good. */
export interface Records {
  /**
   * Creates the record, or overwrites it while it is still `running`. False when it has ended: it stays as it is. What is
   * announced with it is announced in the same write: both happen, or neither.
   */
  save(record: RolloutRecord, announced?: readonly TransitionEvent[]): Promise<boolean>;
  /** Writes the ended record, and announces its end in the same write. False when it had ended before: somebody else has. */
  close(record: RolloutRecord, announced: readonly TransitionEvent[]): Promise<boolean>;
  read(endpoint: string, id: string): Promise<RolloutRecord | undefined>;
  /** Newest first. */
  list(endpoint: string, limit: number): Promise<readonly RolloutRecord[]>;
}
