import type { PinnedModel } from '../domain/rollout';

export interface LivePeriod {
  readonly version: string;
  readonly model?: PinnedModel;
  readonly since: string;
  /** Absent while it is live. */
  readonly until?: string;
}

/** What should be live, and what was: the periods that may still be needed, newest first; the oldest without their model. */
export interface LiveModels {
  read(endpoint: string): Promise<readonly LivePeriod[]>;
  /**
   * Ends the current period and begins one; nothing changes when `version` is current already. `mayStill` is asked between
   * each read and its write, and throws when the caller's time is over: whatever others write after that makes ours fail.
   */
  begin(endpoint: string, period: Omit<LivePeriod, 'until'>, mayStill?: () => Promise<void>): Promise<void>;
  /** The endpoint is gone, or begins anew with another function. */
  forget(endpoint: string): Promise<void>;
}
