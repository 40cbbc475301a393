import type { TakenBack } from '../domain/rollback';
import type { PinnedModel, ServedVersion } from '../domain/rollout';

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
   * `before` was live until now: where nothing is noted, although it had a model, the item was lost.
   */
  begin(
    endpoint: string,
    period: Omit<LivePeriod, 'until'>,
    before?: ServedVersion,
    mayStill?: () => Promise<void>,
  ): Promise<void>;
  /** The endpoint is gone, or begins anew with another function. */
  forget(endpoint: string): Promise<void>;
  /** Newest first. What is live again, by a new period, is taken back no more. */
  takenBack(endpoint: string): Promise<readonly TakenBack[]>;
  /** Notes it once for each version and rollout. `live` is live now: where nothing is noted the item was lost. */
  takeBack(endpoint: string, taken: TakenBack, live: ServedVersion): Promise<void>;
  /** Of what was live before this moment nothing is known; undefined where all is. */
  unknownBefore(endpoint: string): Promise<string | undefined>;
  /** Nothing is noted, or nothing of what was before it got lost. */
  isLost(endpoint: string): Promise<boolean>;
  /** Adds, below what is noted since, what others know of the time before; `now` is what is live if nothing is noted. */
  recover(
    endpoint: string,
    known: {
      readonly periods: readonly LivePeriod[];
      readonly takenBack: readonly TakenBack[];
      readonly unknownBefore?: string;
    },
    now: Omit<LivePeriod, 'until'>,
  ): Promise<void>;
}
