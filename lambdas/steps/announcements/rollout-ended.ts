import type { RolloutRecord } from '../../contract/rollout-record';
import type { EndedEvent, EventOf, Severity } from '../../contract/transition-event';
import type { Outcome } from '../../domain/rollout';
import type { Clock } from '../../adapters/sdk/context';
import { canaryStep, header, judgementMembers, rolloutMembers } from './rollout-members';

/** How a rollout ended, from the record that is being closed. */
export function rolloutEnded(clock: Clock, record: RolloutRecord, outcome: Outcome): EndedEvent {
  const { id, endpoint, state, error, cause, proof, liveVersionAfter, report } = record;
  const severity = severityOf(record, outcome);
  return {
    ...header({ endpoint, owner: id }, clock, `rollout-${outcome}` as const, severity),
    // One end, whatever it was: two lines of defence that both close it announce it once.
    id: `${endpoint}/${id}/ended`,
    ...(state === undefined ? withoutPlan(record) : rolloutMembers(state)),
    outcome,
    phase: state?.phase ?? 'before-traffic',
    ...(state && canaryStep(state)),
    ...(error !== undefined && { error, cause: cause ?? '' }),
    decidedBy: record.decidedBy ?? 'check',
    ...(proof !== undefined && { proof }),
    ...(outcome === 'promoted' && state?.watch?.unwatched !== undefined && { unwatched: state.watch.unwatched }),
    ...(liveVersionAfter !== undefined && { liveVersion: liveVersionAfter }),
    startedAt: record.startedAt,
    ...(state && judgementMembers(state)),
    ...(report !== undefined && { report }),
  };
}

/** An upload that started nothing. */
export function uploadRefused(
  clock: Clock,
  record: RolloutRecord & { readonly model: string; readonly error: string; readonly cause: string },
): EventOf<'upload-refused'> {
  const { id, endpoint, model, error, cause, report } = record;
  return {
    ...header({ endpoint, owner: id }, clock, 'upload-refused', 'failed'),
    ...{ rolloutId: id, model, error, cause },
    ...(report !== undefined && { report }),
  };
}

/** A rollout that was refused before it had a plan: what its record says. */
const withoutPlan = ({ id, executionArn, startedBy, reason, model }: RolloutRecord) => ({
  ...{ rolloutId: id, startedBy, reason },
  ...(executionArn !== undefined && { executionArn }),
  ...(model !== undefined && { green: { model } }),
});

/** What leaves something to look at: who moved the alias, why blue came late, a first model that has nothing to go back to. */
const NEEDS_A_PERSON: readonly string[] = ['LiveAliasMoved', 'RestoreFailed'];

function severityOf({ error, decidedBy }: RolloutRecord, outcome: Outcome): Severity {
  if (error === undefined) return 'info';
  if (NEEDS_A_PERSON.includes(error) || outcome === 'promoted-first' || outcome === 'not-restored') return 'action';
  // A person ended it and knows.
  return decidedBy?.startsWith('person') === true ? 'info' : 'failed';
}
