import * as z from 'zod';
import { dynamodbAnnouncements } from '../adapters/dynamodb/outbox';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbSettings } from '../adapters/dynamodb/settings';
import { dynamodbTurns } from '../adapters/dynamodb/turns';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { dynamodbWaves } from '../adapters/dynamodb/waves';
import { sfnExecutions } from '../adapters/executions';
import { lambdaLiveAlias, lambdaPreviewAlias } from '../adapters/lambda/aliases';
import { lambdaVersions } from '../adapters/lambda/versions';
import { emfRolloutNumbers } from '../adapters/cloudwatch/rollout-numbers';
import { dynamodbApprovals } from '../adapters/dynamodb/decisions';
import { s3Documents } from '../adapters/s3/documents';
import { s3Models } from '../adapters/s3/models';
import { type Made, ownClock } from '../adapters/sdk/context';
import { AwsThrottled, THROTTLES } from '../contract/errors';
import { STOPPED_BY_ROLLBACK } from '../contract/names';
import { quoted } from '../contract/problems';
import { type RolloutState, executionContextSchema } from '../contract/rollout-state';
import type { Failure } from '../domain/rollout';
import { STATES } from '../domain/workflow';
import { endWithoutPromotion, MAX_CAUSE } from './endings/end-without-promotion';
import { findOwnRollout, type OwnRollout } from './endings/find-own-rollout';
import { CHECK, JUDGE } from '../contract/decisions';
import { approvalAnswerOf, decidedByAnswer } from './rollout/progress';
import { recordProgress } from './rollout/record-progress';

/** What a Catch writes. */
const caught = z.object({ Error: z.string(), Cause: z.string().optional() });
/** What Lambda puts into a Cause. */
const lambdaCause = z.object({ errorType: z.string().optional(), errorMessage: z.string() });

/** Why the rollout ends: the error that a state ended with, a step's refusal, or a person's answer. */
export function failureOf(raw: unknown, state: RolloutState | undefined): Failure {
  const record = typeof raw === 'object' && raw !== null ? (raw as Readonly<Record<string, unknown>>) : {};
  const fromCatch = [caught.safeParse(record['failure']), caught.safeParse(raw)].find((parsed) => parsed.success)?.data;
  if (fromCatch !== undefined && (THROTTLES as readonly string[]).includes(fromCatch.Error))
    return throttled(fromCatch.Error, readable(fromCatch.Cause ?? ''));
  if (fromCatch !== undefined) {
    // Thrown after green was found ready, and tried again until the step had no try left to find it otherwise.
    const error = fromCatch.Error === 'VersionCannotRun' ? 'GreenUnhealthy' : fromCatch.Error;
    return { error, cause: readable(fromCatch.Cause ?? ''), decidedBy: 'check' };
  }
  const refusal = state?.refusal;
  if (refusal !== undefined)
    return { error: refusal.error, cause: refusal.cause, decidedBy: state?.decidedBy ?? 'judge' };
  if (state?.next === 'approve') return notApproved(state, record['approval']);
  return {
    error: 'InsufficientEvidence',
    cause: `the workflow came to its end without a decision to promote (next: ${state?.next ?? 'unknown'})`,
    decidedBy: 'check',
  };
}

function throttled(name: string, said: string): Failure {
  const { name: error, message: cause } = new AwsThrottled(
    `AWS turned calls away for longer than a step waits for that, a quarter of an hour or more: ${name}: ${said}`,
  );
  return { error, cause, decidedBy: 'check' };
}

const forRollback = (cause: string): Failure => ({
  error: STOPPED_BY_ROLLBACK,
  cause,
  decidedBy: 'person: asked for a rollback',
});

/** A clear no, an answer that cannot be read, or silence whose default answer is no. */
function notApproved(state: RolloutState, given: unknown): Failure {
  const answer = approvalAnswerOf(given);
  const { timeoutMinutes, defaultAnswer } = state.config.settings.approval;
  const refused = (cause: string, decidedBy = decidedByAnswer(answer)): Failure => ({
    error: 'ApprovalRejected',
    cause,
    decidedBy,
  });
  if (answer?.by === STOPPED_BY_ROLLBACK) return forRollback(answer.reason ?? '');
  if (answer?.by === JUDGE || answer?.by === CHECK) {
    const error = answer.by === JUDGE ? 'CanaryRegressed' : 'MetricsUnavailable';
    return { error, cause: `while it waited for an answer: ${answer.reason}`, decidedBy: answer.by };
  }
  if (answer !== undefined)
    return refused(`${answer.by ?? 'a person'} said no${answer.reason ? `: ${answer.reason}` : ''}`);
  if (caught.safeParse(given).success)
    return refused(`no answer came within ${timeoutMinutes} min; the default answer is "${defaultAnswer}"`);
  return refused(`the answer was ${quoted(given)}, which has no "approved": true or false`, 'check');
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

export const restoreBlueInput = z.object({
  execution: executionContextSchema,
  ending: z.enum(['abort', 'revert']),
  state: z.unknown(),
});
export type RestoreBlueInput = z.output<typeof restoreBlueInput>;

/** Putting blue back and closing a rollout, whichever line of defence notices that it must be done. */
export const restoreNeeds = {
  announcements: dynamodbAnnouncements,
  approvals: dynamodbApprovals,
  clock: ownClock,
  documents: s3Documents,
  rolloutNumbers: emfRolloutNumbers,
  executions: sfnExecutions,
  liveAlias: lambdaLiveAlias,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  models: s3Models,
  previewAlias: lambdaPreviewAlias,
  records: dynamodbRecords,
  settings: dynamodbSettings,
  turns: dynamodbTurns,
  uploads: dynamodbUploads,
  versions: lambdaVersions,
  waves: dynamodbWaves,
};
export type RestoreNeeds = Made<typeof restoreNeeds>;

/**
 * Both failing ends of the workflow: blue alone in service, the rollout closed with its reason. Idempotent, and safe
 * beside the safety net and the reconciler, which do the same when the workflow itself is gone.
 */
export async function restoreBlue(
  ports: RestoreNeeds,
  { execution, ending, state: raw }: RestoreBlueInput,
): Promise<{ readonly failure: Failure } & Partial<RolloutState>> {
  const own = await findOwnRollout(ports, execution, raw);
  const failed = failureOf(raw, own?.state);
  // Its lock could not be renewed any more, because a rollback stands in line that could not stop it.
  const gaveWay = own?.owns === true && own.next !== undefined && failed.error === 'RolloutStale';
  const failure = gaveWay ? forRollback(`rollback ${own.next}`) : failed;
  const where = ending === 'abort' ? STATES.abortRollout : STATES.revertRollout;
  try {
    const ended = await endWithoutPromotion(ports, own, failure, where, execution);
    return { ...ended, failure };
  } catch (error) {
    await noteNotRestored(ports, own, failure, error).catch(() => undefined);
    throw error;
  }
}

/** When all tries have failed the execution knows neither why nor what had been before: the record does. */
async function noteNotRestored(
  ports: Pick<RestoreNeeds, 'records'>,
  own: OwnRollout | undefined,
  { error, cause }: Failure,
  thrown: unknown,
): Promise<void> {
  if (own === undefined || !own.owns || own.record?.status === 'ended') return;
  const said = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const notRestored = `The last try: ${said}. Before it: ${error}: ${cause}`;
  // What the record says is kept: it may be further on than the execution.
  await recordProgress(ports, { ...(own.record?.state ?? own.state), notRestored });
}
