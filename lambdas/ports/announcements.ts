import type { TransitionEvent } from '../contract/transition-event';

/**
 * What has happened and must be told. Each is kept until it was published, and is announced once: whoever announces it
 * again, because a step was tried again or two lines of defence did the same, changes nothing.
 */
export interface Announcements {
  announce(event: TransitionEvent): Promise<void>;
}
