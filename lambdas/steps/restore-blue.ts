import { type Made, ownClock } from '../adapters/sdk/context';
import { lambdaVersions } from '../adapters/lambda/versions';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { dynamodbSettings } from '../adapters/dynamodb/settings';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { s3Models } from '../adapters/s3/models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { lambdaLiveAlias } from '../adapters/lambda/live-alias';
import { sfnExecutions } from '../adapters/executions';
import { s3Documents } from '../adapters/s3/documents';
import { dynamodbAnnouncements } from '../adapters/dynamodb/announcements';
import * as z from 'zod';
import { STATES } from '../domain/workflow';
import { executionContextSchema } from '../contract/rollout-state';
import type { RolloutState } from '../contract/rollout-state';
import type { Failure } from '../domain/rollout';
import { endWithoutPromotion } from './endings/end-without-promotion';
import { failureOf } from './endings/failure-of';
import { findOwnRollout } from './endings/find-own-rollout';

export const restoreBlueInput = z.object({
  execution: executionContextSchema,
  ending: z.enum(['abort', 'revert']),
  state: z.unknown(),
});
export type RestoreBlueInput = z.output<typeof restoreBlueInput>;

/** Putting blue back and closing a rollout, whoever notices that it must be done. */
export const restoreNeeds = {
  announcements: dynamodbAnnouncements,
  clock: ownClock,
  documents: s3Documents,
  executions: sfnExecutions,
  liveAlias: lambdaLiveAlias,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  models: s3Models,
  records: dynamodbRecords,
  settings: dynamodbSettings,
  uploads: dynamodbUploads,
  versions: lambdaVersions,
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
  const failure = failureOf(raw, own?.state);
  const where = ending === 'abort' ? STATES.abortRollout : STATES.revertRollout;
  const ended = await endWithoutPromotion(ports, own, failure, where, execution);
  return { ...ended, failure };
}
