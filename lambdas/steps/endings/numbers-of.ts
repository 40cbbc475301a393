import type { EndInNumbers } from '../../adapters/cloudwatch/rollout-numbers';
import type { Approval } from '../../adapters/dynamodb/decisions';
import type { RolloutRecord } from '../../contract/rollout-record';
import { MINUTE_MS } from '../../domain/minutes';
import type { Outcome } from '../../domain/rollout';

/** What one rollout was in numbers, from its record as it is closed. */
export function numbersOf(
  { startedAt, error, state, outcome }: RolloutRecord & { readonly outcome: Outcome },
  now: number,
  approval: Approval | undefined,
): EndInNumbers {
  const started = Date.parse(startedAt);
  const waited = approval && waitedMs(approval, now);
  const badSince = outcome === 'aborted' || outcome === 'reverted' ? state?.judgement?.badSince : undefined;
  return {
    outcome,
    minutes: Number.isNaN(started) ? 0 : (now - started) / MINUTE_MS,
    ...(waited !== undefined && { waitedMinutes: waited / MINUTE_MS }),
    ...(badSince !== undefined && { secondsToBlue: (now - Date.parse(badSince)) / 1000 }),
    insufficientEvidence: error === 'InsufficientEvidence',
  };
}

/** From the question, the last where there were two, to its answer; to its default answer where no one gave one. */
function waitedMs({ askedAt, expiresAt, answer }: Approval, now: number): number {
  return Math.max(0, Math.min(Date.parse(answer?.at ?? expiresAt), now) - Date.parse(askedAt));
}
