import type { RolloutState } from '../../contract/rollout-state';
import { EVENT_SCHEMA_VERSION } from '../../contract/event-names';
import type { JudgementNumbers, Severity, Transition } from '../../contract/transition-event';
import { formatModelAddress } from '../../domain/model-address';
import { isoTime } from '../../domain/minutes';
import type { Clock } from '../../adapters/sdk/context';

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
