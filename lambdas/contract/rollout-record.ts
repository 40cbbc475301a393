import * as z from 'zod';
import { OUTCOMES } from '../domain/rollout';
import { rolloutStateSchema } from './rollout-state';

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
  liveVersionAfter: z.string().optional(),
  /** s3:// address of the report page. */
  report: z.string().optional(),
  state: rolloutStateSchema.optional(),
});
export type RolloutRecord = z.output<typeof rolloutRecordSchema>;
