import { z } from 'zod';
import type { RolloutState } from '../../contract/rollout-state';
import type { Failure } from '../../domain/rollout';

/** What a Catch writes. */
const caught = z.object({ Error: z.string(), Cause: z.string().optional() });
/** What Lambda puts into a Cause. */
const lambdaCause = z.object({ errorType: z.string().optional(), errorMessage: z.string() });
const approval = z.object({ approved: z.boolean(), by: z.string().optional(), reason: z.string().optional() });

/** Step Functions allows 32,768 characters of cause; a person reads fewer. */
const MAX_CAUSE = 4_000;

/** Why the rollout ends: the error that a state ended with, a step's refusal, or a person's answer. */
export function failureOf(raw: unknown, state: RolloutState | undefined): Failure {
  const record = typeof raw === 'object' && raw !== null ? (raw as Readonly<Record<string, unknown>>) : {};
  const fromCatch = [caught.safeParse(record['failure']), caught.safeParse(raw)].find((parsed) => parsed.success)?.data;
  if (fromCatch !== undefined) return { error: fromCatch.Error, cause: readable(fromCatch.Cause ?? '') };
  const refusal = state?.refusal;
  if (refusal !== undefined) return { error: refusal.error, cause: refusal.cause };
  const answer = approval.safeParse(record['approval']);
  if (answer.success) {
    const who = answer.data.by ?? 'somebody';
    return { error: 'ApprovalRejected', cause: `${who} said no${answer.data.reason ? `: ${answer.data.reason}` : ''}` };
  }
  if (state?.next === 'approve') {
    const { timeoutMinutes, defaultAnswer } = state.config.settings.approval;
    return {
      error: 'ApprovalRejected',
      cause: `nobody answered within ${timeoutMinutes} min; the default answer is "${defaultAnswer}"`,
    };
  }
  return {
    error: 'InsufficientEvidence',
    cause: `the workflow came to its end without a decision to promote (next: ${state?.next ?? 'unknown'})`,
  };
}

function readable(cause: string): string {
  let message = cause;
  try {
    const parsed = lambdaCause.safeParse(JSON.parse(cause));
    if (parsed.success) message = parsed.data.errorMessage;
  } catch {
    // Not JSON: a cause that Step Functions wrote itself is text already.
  }
  return message.slice(0, MAX_CAUSE) || 'no cause was given';
}
