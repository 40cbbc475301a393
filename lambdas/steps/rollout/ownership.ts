import { RolloutStale } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import { isoTime } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';

/** Longest time a step may take after its wait: verification's limit (10 min), its retries and some air. */
const SLACK_SECONDS = 30 * 60;

/**
 * Renews the lease, and with that makes sure that this execution still owns the endpoint. A step that goes on after its
 * execution was stopped, or a redrive of one that ended, finds that it does not.
 */
export async function renewOwnership(
  { locks, clock }: Pick<Adapters, 'locks' | 'clock'>,
  state: RolloutState,
  waitSeconds = 0,
  traffic?: 'moved',
): Promise<void> {
  const leaseUntil = isoTime(clock.now() + (waitSeconds + SLACK_SECONDS) * 1000);
  if (await locks.renewLock(state.endpoint, state.executionArn, leaseUntil, traffic)) return;
  throw new RolloutStale(
    `endpoint ${state.endpoint}: this execution (${state.id}) no longer owns the rollout; it was stopped, has ended, or was replaced. Start a new one.`,
  );
}
