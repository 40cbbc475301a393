import type { UnavailableReason } from '../contract/transition-event';

/** A version that is needed and cannot be used, as people were told. */
export interface ToldUnavailable {
  readonly version: string;
  readonly reason: UnavailableReason;
}

export interface ToldAvailability {
  readonly unavailable: readonly ToldUnavailable[];
  /** Grows whenever what is told changes, so that the same thing, happening again, is told again. */
  readonly episode: number;
}

/** What people were told of versions that cannot be used, and the metric that alarms watch. */
export interface Availability {
  told(endpoint: string): Promise<ToldAvailability>;
  note(endpoint: string, told: ToldAvailability): Promise<void>;
  /** Puts `UnavailableVersions` of the endpoint; not called for 0. */
  count(endpoint: string, unavailable: number): Promise<void>;
  /** Puts `NotRestored`, once for an endpoint. */
  countNotRestored(): Promise<void>;
}
