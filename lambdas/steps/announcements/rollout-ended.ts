import type { RolloutRecord } from '../../contract/rollout-record';
import type { EndedEvent, EventOf, Severity, JudgementNumbers, Transition } from '../../contract/transition-event';
import { type Outcome, formatModelAddress } from '../../domain/rollout';
import type { Clock } from '../../adapters/sdk/context';
import type { RolloutState } from '../../contract/rollout-state';
import { EVENT_SCHEMA_VERSION } from '../../contract/names';
import { isoTime } from '../../domain/minutes';

/** What makes an event one of its kind: `part` tells two of one transition in one rollout apart. */
export function header<Name extends Transition>(
  about: { readonly endpoint: string; readonly owner: string },
  clock: Clock,
  transition: Name,
  severity: Severity,
  part?: number | string,
) {
  const id = [about.endpoint, about.owner, transition, ...(part === undefined ? [] : [part])].join('/');
  const at = isoTime(clock.now());
  return { schemaVersion: EVENT_SCHEMA_VERSION, id, transition, severity, at, endpoint: about.endpoint } as const;
}

/** What every event of a rollout says of it. */
export function rolloutMembers({ id, executionArn, plan, blue, green }: RolloutState) {
  return {
    rolloutId: id,
    executionArn,
    action: plan.action,
    startedBy: plan.startedBy,
    reason: plan.reason,
    blue: served(blue),
    green: { ...served(green), ...(green.model === undefined && requested(plan)) },
  };
}

const requested = ({ requestedModel }: RolloutState['plan']) =>
  requestedModel === undefined ? {} : { model: requestedModel };

const served = ({ version, model }: RolloutState['green']) => ({
  ...(version !== undefined && { version }),
  ...(model && { model: formatModelAddress(model) }),
});

/** "Step 2 of 3", and green's weight there; undefined before the first shift. */
export function canaryStep({ canary, plan }: RolloutState) {
  if (canary === undefined) return undefined;
  const weight = plan.steps[canary.step]?.weight ?? 0;
  return { step: { number: canary.step + 1, of: Math.max(plan.steps.length, canary.step + 1) }, weight };
}

/** What the judge said, with the numbers of the gate that it named. */
export function judgementMembers({ judgement }: RolloutState): { readonly judgement?: JudgementNumbers } {
  if (judgement === undefined) return {};
  const { verdict, reason, settledMinutes, blueRequests, greenRequests, logLimit } = judgement;
  const named = judgement.gates.find(({ gate }) => gate === judgement.gate);
  const gate = named && {
    name: named.gate,
    counts: named.counts,
    blue: named.blue,
    green: named.green,
    evidence: named.logEvidence,
    limit: logLimit,
  };
  return {
    judgement: { verdict, reason, minutes: settledMinutes, blueRequests, greenRequests, ...(gate && { gate }) },
  };
}

/** How a rollout ended, from the record that is being closed. */
export function rolloutEnded(clock: Clock, record: RolloutRecord, outcome: Outcome): EndedEvent {
  const { id, endpoint, state, error, cause, proof, liveVersionAfter, liveCanary, liveFails, report } = record;
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
    ...(liveCanary && { liveCanary }),
    ...(liveFails && { liveFails }),
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

/**
 * What leaves something to look at: who moved the alias, why blue came late, a first model that has nothing to go back
 * to.
 */
const NEEDS_A_PERSON: readonly string[] = ['LiveAliasMoved', 'RestoreFailed'];

function severityOf(
  { error, decidedBy, liveFails, state, liveVersionAfter }: RolloutRecord,
  outcome: Outcome,
): Severity {
  const isWithoutAlias = outcome === 'promoted' && state !== undefined && liveVersionAfter === undefined;
  if (liveFails !== undefined || isWithoutAlias) return 'action';
  if (error === undefined) return 'info';
  if (NEEDS_A_PERSON.includes(error) || outcome === 'promoted-first' || outcome === 'not-restored') return 'action';
  // A person ended it and knows.
  return decidedBy?.startsWith('person') === true ? 'info' : 'failed';
}
