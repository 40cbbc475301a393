import type { TransitionEvent } from '../contract/transition-event';

/** Tells other programs. */
export interface EventBus {
  /** @throws EventRefused when the bus answers, and did not take it */
  publish(event: TransitionEvent): Promise<void>;
}
