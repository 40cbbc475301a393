import type { TransitionEvent } from '../contract/transition-event';

/** An announcement that was taken to be published, and what of it was published before. */
export interface Taken {
  readonly event: TransitionEvent;
  readonly published: readonly Channel[];
}

export type Channel = 'event' | 'notice';

/** The announcements that are not published yet, by their keys. */
export interface Outbox {
  /** Undefined when it was published before, or somebody else has it: for as long as a function can run, and no longer. */
  take(key: string): Promise<Taken | undefined>;
  /** Notes that one part was published. */
  note(key: string, channel: Channel): Promise<void>;
  /** All of it was published. */
  done(key: string): Promise<void>;
  /** Lets the next one take it at once. */
  giveBack(key: string): Promise<void>;
  /** Keys of announcements that were made before this moment, oldest first, at most so many. ISO 8601, UTC. */
  before(moment: string, most: number): Promise<readonly string[]>;
}
