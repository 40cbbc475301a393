import { executionEventSchema } from '../contract/execution-input';
import { InvalidInput } from '../contract/errors';
import { JUDGE } from '../contract/decisions';
import { ABORTED_BY_PERSON, STOPPED_BY_JUDGE, STOPPED_BY_ROLLBACK } from '../contract/names';
import { isoTime } from '../domain/minutes';
import type { Failure } from '../domain/rollout';
import { endWithoutPromotion, lockedEndpoint, MAX_CAUSE } from './endings/end-without-promotion';
import { findOwnRollout, findRecord } from './endings/find-own-rollout';
import type { RestoreNeeds } from './restore-blue';

/**
 * The second line of defence: an execution failed, timed out or was stopped, so its workflow can no longer put blue
 * back. Idempotent; a rollout that has closed is left alone.
 */
export async function safetyNet(ports: RestoreNeeds, event: unknown): Promise<'closed' | 'nothing to do'> {
  const parsed = executionEventSchema.safeParse(event);
  if (!parsed.success)
    throw new InvalidInput(
      'the event is no "Step Functions Execution Status Change" event: detail.executionArn and detail.status are ' +
        'needed',
    );
  const { executionArn, status, startDate } = parsed.data.detail;
  const name = nameOf(executionArn);
  // Events may come late: a redriven execution runs again, and its own workflow is responsible.
  const statusNow = await ports.executions.executionStatus(executionArn);
  if (statusNow === 'RUNNING') return 'nothing to do';
  const execution = { id: executionArn, name, startTime: isoTime(startDate ?? ports.clock.now()) };
  const own = await findOwnRollout(ports, execution, undefined);
  if (own === undefined || own.record?.status === 'ended') {
    if (own?.owns) await ports.locks.releaseLock(own.state.endpoint, executionArn);
    // An execution that there is, without a record, was not closed: its restore failed before it could.
    const unrecorded = async () => statusNow !== undefined && (await findRecord(ports, name)) === undefined;
    const unclosed =
      own === undefined && ((await lockedEndpoint(ports, executionArn)) !== undefined || (await unrecorded()));
    if (!unclosed) return 'nothing to do';
  }
  const { error, cause } = await whyEnded(ports, parsed.data.detail);
  await endWithoutPromotion(ports, own, failureOfExecution(status, error, cause), 'SafetyNet', execution);
  return 'closed';
}

/** Who stopped it, and why. An event need not say; the execution does. Users get back to safety also without it. */
async function whyEnded(
  { executions }: RestoreNeeds,
  { executionArn, error, cause }: { executionArn: string; error?: string | null; cause?: string | null },
): Promise<{ readonly error?: string | null; readonly cause?: string | null }> {
  if (error || cause) return { ...(error != null && { error }), ...(cause != null && { cause }) };
  try {
    return await executions.whyExecutionEnded(executionArn);
  } catch {
    return {};
  }
}

/** `…:execution:<state machine>:<name>`. */
const nameOf = (executionArn: string): string => executionArn.split(':').at(-1) || executionArn;

/** Why an execution that cannot speak for itself any more has ended. */
export function failureOfExecution(status: string, error?: string | null, cause?: string | null): Failure {
  const as = (name: string, why: string, decidedBy: string): Failure => ({
    error: error ?? name,
    cause: cause?.slice(0, MAX_CAUSE) ?? why,
    decidedBy,
  });
  if (status === 'ABORTED' && error === STOPPED_BY_ROLLBACK)
    return as(error, 'a rollback', 'person: asked for a rollback');
  if (status === 'ABORTED' && error === ABORTED_BY_PERSON)
    return as(error, 'aborted', `person: ${cause?.slice(0, MAX_CAUSE) ?? 'aborted it'}`);
  if (status === 'ABORTED' && error === STOPPED_BY_JUDGE) return as(error, 'the canary regressed', JUDGE);
  if (status === 'ABORTED') return as('Stopped', 'the execution was stopped', 'person: stopped the execution');
  if (status === 'TIMED_OUT') return as('States.Timeout', 'the execution ran into its time limit', 'check');
  return as('States.Runtime', `the execution ended as ${status}`, 'check');
}
