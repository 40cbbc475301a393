import type { TakenBack } from '../domain/rollback';
import type { PinnedModel } from '../domain/rollout';

export interface LivePeriod {
  readonly version: string;
  readonly model?: PinnedModel;
  readonly since: string;
  /** Absent while it is live. */
  readonly until?: string;
}

/** What should be live, what was, and what was taken back: the periods that may still be needed, newest first; the oldest without their model. */
export interface LiveModels {
  read(endpoint: string): Promise<readonly LivePeriod[]>;
  /**
   * Ends the current period and begins one; nothing changes when `version` is current already. `mayStill` is asked between
   * each read and its write, and throws when the caller's time is over: whatever others write after that makes ours fail.
   */
  begin(endpoint: string, period: Omit<LivePeriod, 'until'>, mayStill?: () => Promise<void>): Promise<void>;
  /** The endpoint is gone, or begins anew with another function. */
  forget(endpoint: string): Promise<void>;
  /** Newest first. What is live again, by a new period, is taken back no more. */
  takenBack(endpoint: string): Promise<readonly TakenBack[]>;
  /** Notes it once for each version and rollout. */
  takeBack(endpoint: string, taken: TakenBack): Promise<void>;
}
