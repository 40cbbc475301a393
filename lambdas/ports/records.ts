import type { RolloutRecord } from '../contract/rollout-record';

/** The history: one record per rollout, kept for good. */
export interface Records {
  /** Creates the record, or overwrites it while it is still `running`. False when it has ended: it stays as it is. */
  save(record: RolloutRecord): Promise<boolean>;
  /** Writes the ended record. False when it had ended before: then somebody else has told everybody. */
  close(record: RolloutRecord): Promise<boolean>;
  read(endpoint: string, id: string): Promise<RolloutRecord | undefined>;
  /** Newest first. */
  list(endpoint: string, limit: number): Promise<readonly RolloutRecord[]>;
}
