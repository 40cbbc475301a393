import * as z from 'zod';
import { leftOutMinuteSchema, evidenceSchema } from '../domain/evidence';
import { differenceSchema, judgementSchema } from '../domain/judge/judgement';
import { gateNameSchema } from '../domain/gates/gates';

/**
 * What is kept of a decision: a trace, which `npm run replay` judges again, and beside the rows what the judge said of them.
 * Readers can follow it, and the report draws it.
 */
export const keptEvidenceSchema = evidenceSchema.extend({
  judgement: judgementSchema,
  /** How the proof of no harm grew, minute by minute. */
  proofs: z.array(
    z.object({
      gate: gateNameSchema,
      logNonInferiority: z.array(
        z
          .number()
          .nullable()
          .transform((value) => value ?? 0),
      ),
    }),
  ),
  differences: z.array(differenceSchema.extend({ gate: gateNameSchema, counts: z.string() })),
  leftOut: z.array(leftOutMinuteSchema).default([]),
  /** As they were sent to CloudWatch. */
  queries: z.array(z.unknown()),
});
export type KeptEvidence = z.output<typeof keptEvidenceSchema>;
