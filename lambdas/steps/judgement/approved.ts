import type { Adapters } from '../../adapters/adapters';
import type { RolloutState } from '../../contract/rollout-state';
import { isoTime, MINUTE_MS, settledUntil } from '../../domain/minutes';
import { STATES } from '../../domain/workflow';
import { answeredYes, approvalAnswerOf, decidedByAnswer, noted } from '../rollout/progress';
import { recordProgress } from '../rollout/record-progress';
import type { CanaryLook } from './look';

/**
 * A yes to a canary that waited is followed at the look that has seen what green did until then. It is kept from the
 * first look after it on, and each look is counted.
 */
export async function keepYes(ports: Pick<Adapters, 'clock' | 'records'>, state: RolloutState): Promise<RolloutState> {
  const { canary } = state;
  if (canary === undefined) return state;
  const { approved } = canary;
  if (state.next !== 'approve')
    return approved === undefined
      ? state
      : { ...state, canary: { ...canary, approved: { ...approved, looks: approved.looks + 1 } } };
  const by = decidedByAnswer(approvalAnswerOf(state.approval));
  const first = { ...canary, approved: { by, at: isoTime(ports.clock.now()), looks: 1 } };
  const kept = noted(
    { ...state, next: 'continue', canary: first },
    ports.clock,
    STATES.judgeCanary,
    `approved by ${by}`,
  );
  await recordProgress(ports, kept, ...answeredYes(ports.clock, state));
  return kept;
}

/** Whether a look has seen all minutes that had settled when a person decided. */
export function sawUntil({ evidence }: CanaryLook, at: string): boolean {
  const newest = evidence.rows.at(-1)?.minute;
  return newest !== undefined && Date.parse(newest) + MINUTE_MS >= settledUntil(Date.parse(at));
}

/**
 * The person who promotes this canary without waiting for its end, in words. They may judge by what the judge has seen,
 * but not without any request of green, and not by older numbers than there were when they decided.
 */
export async function promotedBy(
  { decisions }: Pick<Adapters, 'decisions'>,
  { canary, endpoint, id, plan }: RolloutState,
  look: CanaryLook,
): Promise<string | undefined> {
  if (canary?.approved !== undefined) return canary.approved.by;
  const person = await decisions.readDecision(endpoint, id);
  const mayDecide = plan.action !== 'drill' && look.judgement.greenRequests > 0;
  return person !== undefined && mayDecide && sawUntil(look, person.at) ? decidedByAnswer(person) : undefined;
}
