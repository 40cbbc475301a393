import * as z from 'zod';
import { count, some } from '../domain/numbers';
import { ACTIONS, OUTCOMES } from '../domain/rollout';
import { failingSchema } from './failing';
import { type RolloutState, rolloutStateSchema } from './rollout-state';

/**
 * What is kept of a rollout: who, why, what, when, and the numbers behind every decision. While it runs it also holds
 * the workflow's state, from which blue is put back when the execution itself is gone.
 */
export const rolloutRecordSchema = z.object({
  id: z.string().min(1),
  endpoint: z.string().min(1),
  executionArn: z.string().optional(),
  status: z.enum(['running', 'ended']),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** s3://bucket/key?versionId=… or what was asked for. */
  model: z.string().optional(),
  startedBy: z.string(),
  reason: z.string(),
  outcome: z.enum(OUTCOMES).optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  decidedBy: z.string().optional(),
  /** What a good end rests on, in words: "replay of 1,440 requests + 225 live". Absent where nothing was proven. */
  proof: z.string().optional(),
  liveVersionAfter: z.string().optional(),
  /** Beside it, by another writer: in percent of traffic. Absent where that version has all of it. */
  liveCanary: z.object({ version: z.string(), weight: z.number() }).optional(),
  /** Absent where that version was not seen to fail. */
  liveFails: failingSchema.optional(),
  /** s3:// address of the report page. */
  report: z.string().optional(),
  state: rolloutStateSchema.optional(),
});
export type RolloutRecord = z.output<typeof rolloutRecordSchema>;

/** A rollout in a list: its record, and of the workflow's state, which is most of that, only what a list shows. */
export const rolloutEntrySchema = rolloutRecordSchema
  .omit({ state: true })
  .extend({ action: z.enum(ACTIONS).optional(), greenVersion: z.string().optional() });
export type RolloutEntry = z.output<typeof rolloutEntrySchema>;

export const rolloutEntry = ({ state, ...record }: RolloutRecord): RolloutEntry => ({
  ...record,
  ...(state !== undefined && { action: state.plan.action }),
  ...(state?.green.version !== undefined && { greenVersion: state.green.version }),
});

/**
 * What was compared before green was promoted, or passed its dry run: requests that both versions answered before any
 * user, and green's live ones that the judge counted. Undefined where no judge said `pass`: who or what decided then
 * says it all.
 */
export function proofOf({ replay, judgement }: Pick<RolloutState, 'judgement' | 'replay'>): string | undefined {
  const live = judgement?.verdict === 'pass' && judgement.greenRequests > 0 ? judgement.greenRequests : undefined;
  if (replay?.verdict === 'proven' || (replay !== undefined && replay.pairs > 0 && live !== undefined)) {
    const alone = replay.verdict === undefined ? '' : ALONE[replay.verdict];
    const replayed = `replay of ${some(replay.pairs, 'request')}${alone}`;
    return live === undefined ? replayed : `${replayed} + ${count(live)} live`;
  }
  return live === undefined ? undefined : some(live, 'live request');
}

/** What a replay that gave no proof was worth. */
const ALONE: Readonly<Record<NonNullable<NonNullable<RolloutState['replay']>['verdict']>, string>> = {
  proven: '',
  worse: '',
  unproven: ', not enough alone,',
  differs: ', whose differences a person approved,',
};

/**
 * What Lambda hands on of the table's stream. Only the keys are used: what is to be published is read anew, so that an
 * old copy of a record says nothing wrong. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export const streamEventSchema = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      dynamodb: z.object({
        SequenceNumber: z.string().min(1),
        Keys: z.record(z.string(), z.object({ S: z.string().optional() })),
      }),
    }),
  ),
});
